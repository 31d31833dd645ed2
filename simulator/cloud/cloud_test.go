package cloud_test

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

const aws = "service.beta.kubernetes.io/aws-load-balancer-"

var eks = world.Spec{Platform: world.EKS, Cloud: world.Cloud{LoadBalancerController: true, Region: "eu-west-1"}}

func nodes() []*corev1.Node {
	var out []*corev1.Node
	for i, z := range []string{"a", "b", "c"} {
		out = append(out, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: z, Labels: map[string]string{corev1.LabelTopologyZone: "eu-west-1" + z}},
			Status:     corev1.NodeStatus{Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("192.168.0.%d", 10+i)}}},
		})
	}
	return out
}

func lb(name string, annotations map[string]string, with ...func(*corev1.Service)) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "production", Name: name, UID: types.UID("uid-" + name), Annotations: annotations},
		Spec: corev1.ServiceSpec{
			Type:  corev1.ServiceTypeLoadBalancer,
			Ports: []corev1.ServicePort{{Name: "http", Port: 80, NodePort: 31204, Protocol: corev1.ProtocolTCP}, {Name: "https", Port: 443, NodePort: 31205, Protocol: corev1.ProtocolTCP}},
		},
	}
	for _, w := range with {
		w(s)
	}
	return s
}

func class(c string) func(*corev1.Service) {
	return func(s *corev1.Service) { s.Spec.LoadBalancerClass = &c }
}

// built is the balancer that a platform makes of a Service, with one ready
// pod on node a; the Service's status is set to what was offered.
func built(t *testing.T, spec world.Spec, svc *corev1.Service) (cloud.Balancer, error) {
	t.Helper()
	o := cloud.Offer(cloud.Cluster{World: &spec, Nodes: nodes(), Services: []*corev1.Service{svc}}, svc)
	if o.Refused != nil {
		return cloud.Balancer{}, o.Refused
	}
	svc.Status.LoadBalancer.Ingress = o.Ingress
	all := cloud.Balancers(stateOf(spec, svc))
	if len(all) != 1 {
		return cloud.Balancer{}, fmt.Errorf("%d balancers stand", len(all))
	}
	return all[0], nil
}

func stateOf(spec world.Spec, services ...*corev1.Service) *state.State {
	var objects []runtime.Object
	for _, n := range nodes() {
		objects = append(objects, n)
	}
	for _, s := range services {
		slice := &discoveryv1.EndpointSlice{
			ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: s.Name, Labels: map[string]string{discoveryv1.LabelServiceName: s.Name}},
			Endpoints: []discoveryv1.Endpoint{{
				Addresses: []string{"10.244.1.7"}, NodeName: new("a"), Conditions: discoveryv1.EndpointConditions{Ready: new(true)},
			}},
		}
		for _, p := range s.Spec.Ports {
			slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: new(p.Name), Port: new(int32(3000)), Protocol: new(p.Protocol)})
		}
		objects = append(objects, s, slice)
	}
	return state.New(&spec, objects)
}

// Who serves a Service, as sourced (cloud-provider-aws v1.36.1, AWS Load Balancer Controller v3.5.0).
func TestServer(t *testing.T) {
	plain := world.Spec{Platform: world.EKS}
	for name, tc := range map[string]struct {
		spec world.Spec
		svc  *corev1.Service
		want cloud.Who
	}{
		"bare metal has nobody":           {world.Spec{Platform: world.BareMetal}, lb("s", nil), cloud.Nobody},
		"legacy by default":               {plain, lb("s", nil), cloud.AWSLegacy},
		"legacy NLB":                      {plain, lb("s", map[string]string{aws + "type": "nlb"}), cloud.AWSLegacy},
		"external without the controller": {plain, lb("s", map[string]string{aws + "type": "external"}), cloud.AWSElsewhere},
		"class without the controller":    {plain, lb("s", nil, class("service.k8s.aws/nlb")), cloud.Nobody},
		"the controller's class":          {eks, lb("s", nil, class("service.k8s.aws/nlb")), cloud.AWSLoadBalancer},
		"unknown class with annotations":  {eks, lb("s", map[string]string{aws + "type": "external", aws + "nlb-target-type": "ip"}, class("x.example/y")), cloud.Nobody},
		"no class, no webhook's touch":    {eks, lb("s", nil), cloud.AWSLegacy},
		"external and a target type":      {eks, lb("s", map[string]string{aws + "type": "external", aws + "nlb-target-type": "ip"}), cloud.AWSLoadBalancer},
		"external alone":                  {eks, lb("s", map[string]string{aws + "type": "external"}), cloud.AWSElsewhere},
		"nlb-ip":                          {eks, lb("s", map[string]string{aws + "type": "nlb-ip"}), cloud.AWSLoadBalancer},
		"unknown type annotation":         {eks, lb("s", map[string]string{aws + "type": "alb"}), cloud.AWSLegacy},
		"a ClusterIP":                     {eks, lb("s", nil, func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeClusterIP }), cloud.Nobody},
		"GKE's class":                     {world.Spec{Platform: world.GKE}, lb("s", nil, class("networking.gke.io/l4-regional-external")), cloud.GoogleClass},
		"MetalLB leaves classes alone":    {world.Spec{Platform: world.MetalLB}, lb("s", nil, class("x.example/y")), cloud.Nobody},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cloud.Server(&tc.spec, tc.svc); got != tc.want {
				t.Errorf("served by %q, want %q", got, tc.want)
			}
		})
	}
}

func TestWebhookSetsTheClassOnCreation(t *testing.T) {
	svc := lb("s", nil)
	cloud.AdmitCreate(&eks, svc)
	if c := svc.Spec.LoadBalancerClass; c == nil || *c != "service.k8s.aws/nlb" {
		t.Errorf("class %v", c)
	}
	legacy := lb("s", nil)
	cloud.AdmitCreate(&world.Spec{Platform: world.EKS}, legacy)
	if legacy.Spec.LoadBalancerClass != nil {
		t.Error("a class without the controller")
	}
}

// What the AWS Load Balancer Controller builds: the table of annotations
// as sourced.
func TestNLB(t *testing.T) {
	for name, tc := range map[string]struct {
		annotations map[string]string
		want        string // scheme, target type, client kept on 80 and 443, sources; or the refusal
	}{
		"defaults":               {nil, "internal instance true true []"},
		"scheme":                 {map[string]string{aws + "scheme": "internet-facing"}, "internet-facing instance true true []"},
		"deprecated scheme":      {map[string]string{aws + "internal": "false"}, "internet-facing instance true true []"},
		"scheme wins":            {map[string]string{aws + "internal": "false", aws + "scheme": "internal"}, "internal instance true true []"},
		"ip targets":             {map[string]string{aws + "nlb-target-type": "ip"}, "internal ip false false []"},
		"nlb-ip":                 {map[string]string{aws + "type": "nlb-ip"}, "internal ip false false []"},
		"client kept":            {map[string]string{aws + "nlb-target-type": "ip", aws + "target-group-attributes": "deregistration_delay.timeout_seconds=30, preserve_client_ip.enabled=true"}, "internal ip true true []"},
		"client kept on a port":  {map[string]string{aws + "nlb-target-type": "ip", aws + "target-group-attributes.80": "preserve_client_ip.enabled=true"}, "internal ip true false []"},
		"client not kept":        {map[string]string{aws + "target-group-attributes": "preserve_client_ip.enabled=false"}, "internal instance false false []"},
		"cross-zone no bool":     {map[string]string{aws + "attributes": "load_balancing.cross_zone.enabled=on"}, "failed to parse attribute load_balancing.cross_zone.enabled=on"},
		"source ranges":          {map[string]string{"service.beta.kubernetes.io/load-balancer-source-ranges": "203.0.113.0/24, 198.51.100.0/24"}, "internal instance true true [203.0.113.0/24 198.51.100.0/24]"},
		"ranges and own groups":  {map[string]string{"service.beta.kubernetes.io/load-balancer-source-ranges": "203.0.113.0/24", aws + "security-groups": "sg-1"}, "internal instance true true []"},
		"unknown scheme":         {map[string]string{aws + "scheme": "public"}, "unknown scheme: public"},
		"unknown target type":    {map[string]string{aws + "nlb-target-type": "IP"}, "internal instance true true []"},
		"nlb-ip and instance":    {map[string]string{aws + "type": "nlb-ip", aws + "nlb-target-type": "instance"}, "internal ip false false []"},
		"deprecated, capitals":   {map[string]string{aws + "internal": "False"}, "internet-facing instance true true []"},
		"the last one counts":    {map[string]string{aws + "nlb-target-type": "ip", aws + "target-group-attributes": "preserve_client_ip.enabled=true,preserve_client_ip.enabled=false"}, "internal ip false false []"},
		"blanks around =":        {map[string]string{aws + "nlb-target-type": "ip", aws + "target-group-attributes": "preserve_client_ip.enabled = true"}, "internal ip false false []"},
		"attributes are no list": {map[string]string{aws + "target-group-attributes": "preserve"}, "failed to parse stringMap annotation"},
		"attribute no bool":      {map[string]string{aws + "target-group-attributes": "preserve_client_ip.enabled=yes"}, "failed to parse attribute preserve_client_ip.enabled=yes"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := built(t, eks, lb("order-api", tc.annotations, class("service.k8s.aws/nlb")))
			var got string
			if err != nil {
				if !strings.HasPrefix(err.Error(), tc.want) {
					t.Errorf("refused with %q, want %q", err, tc.want)
				}
				return
			}
			scheme := map[bool]string{true: "internal", false: "internet-facing"}[b.Internal]
			got = fmt.Sprintf("%s %s %v %v %v", scheme, b.Targets, b.PreservesClient(&b.Service.Spec.Ports[0]), b.PreservesClient(&b.Service.Spec.Ports[1]), b.SourceRanges)
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if len(b.Addresses) != 3 || !strings.HasPrefix(b.Hostname, "k8s-producti-orderapi-") || !strings.HasSuffix(b.Hostname, ".elb.eu-west-1.amazonaws.com") {
				t.Errorf("%s at %v", b.Hostname, b.Addresses)
			}
		})
	}
}

func TestInstanceTargetsNeedNodePorts(t *testing.T) {
	without := func(s *corev1.Service) {
		s.Spec.AllocateLoadBalancerNodePorts = new(false)
		for i := range s.Spec.Ports {
			s.Spec.Ports[i].NodePort = 0
		}
	}
	if _, err := built(t, eks, lb("s", nil, class("service.k8s.aws/nlb"), without)); err == nil || !strings.Contains(err.Error(), "unallocated NodePort") {
		t.Errorf("instance targets: %v", err)
	}
	if _, err := built(t, eks, lb("s", map[string]string{aws + "nlb-target-type": "ip"}, class("service.k8s.aws/nlb"), without)); err != nil {
		t.Errorf("ip targets: %v", err)
	}
}

func TestOtherPlatforms(t *testing.T) {
	metal := world.Spec{Platform: world.MetalLB, Cloud: world.Cloud{Pools: []world.Pool{{Name: "first", Addresses: []string{"192.0.2.10-192.0.2.11"}}}}}
	for name, tc := range map[string]struct {
		spec world.Spec
		svc  *corev1.Service
		want string
		net  string // where its address comes from
	}{
		"Classic":          {world.Spec{Platform: world.EKS}, lb("s", nil), "Classic Load Balancer false false", "52.16.0.0/12"},
		"Classic internal": {world.Spec{Platform: world.EKS}, lb("s", map[string]string{aws + "internal": "true"}), "Classic Load Balancer true false", "192.168.64.0/18"},
		"legacy NLB":       {world.Spec{Platform: world.EKS}, lb("s", map[string]string{aws + "type": "nlb"}), "Network Load Balancer false true", "52.16.0.0/12"},
		"GKE":              {world.Spec{Platform: world.GKE}, lb("s", nil), "passthrough Network Load Balancer false true", "34.64.0.0/10"},
		"GKE internal":     {world.Spec{Platform: world.GKE}, lb("s", map[string]string{"networking.gke.io/load-balancer-type": "Internal"}), "passthrough Network Load Balancer true true", "192.168.64.0/18"},
		"AKS":              {world.Spec{Platform: world.AKS}, lb("s", nil), "Azure Load Balancer false true", "20.64.0.0/10"},
		"MetalLB":          {metal, lb("s", nil), "MetalLB false true", "192.0.2.0/24"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := built(t, tc.spec, tc.svc)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s %v %v", b.Product, b.Internal, b.PreservesClient(&b.Service.Spec.Ports[0])); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if len(b.Addresses) == 0 || !netip.MustParsePrefix(tc.net).Contains(b.Addresses[0]) {
				t.Errorf("addresses %v, want some of %s", b.Addresses, tc.net)
			}
		})
	}
}

func TestClassicIsTCPAlone(t *testing.T) {
	_, err := built(t, world.Spec{Platform: world.EKS}, lb("s", nil, func(s *corev1.Service) { s.Spec.Ports[0].Protocol = corev1.ProtocolUDP }))
	if err == nil || err.Error() != "Only TCP LoadBalancer is supported for AWS ELB" {
		t.Errorf("error %v", err)
	}
}

func TestMetalLB(t *testing.T) {
	spec := world.Spec{Platform: world.MetalLB, Cloud: world.Cloud{Pools: []world.Pool{
		{Name: "manual", Addresses: []string{"192.0.2.0/30"}, AutoAssign: new(false)},
		{Name: "auto", Addresses: []string{"192.0.2.10-192.0.2.11"}},
	}}}
	var stand []*corev1.Service
	give := func(svc *corev1.Service) string {
		o := cloud.Offer(cloud.Cluster{World: &spec, Nodes: nodes(), Services: stand}, svc)
		if o.Refused != nil {
			return o.Refused.Error()
		}
		svc.Status.LoadBalancer.Ingress = o.Ingress
		stand = append(stand, svc)
		return o.Ingress[0].IP + " " + o.Pool
	}
	shared := map[string]string{"metallb.io/allow-shared-ip": "key", "metallb.io/loadBalancerIPs": "192.0.2.1"}
	onPort := func(n int32) func(*corev1.Service) {
		return func(s *corev1.Service) { s.Spec.Ports = []corev1.ServicePort{{Port: n, Protocol: corev1.ProtocolTCP}} }
	}
	for _, tc := range []struct {
		svc  *corev1.Service
		want string
	}{
		{lb("first", nil), "192.0.2.10 auto"},
		{lb("second", nil), "192.0.2.11 auto"},
		{lb("third", nil), "no available IPs"},
		{lb("by-pool", map[string]string{"metallb.io/address-pool": "manual"}), "192.0.2.0 manual"},
		{lb("no-pool", map[string]string{"metallb.io/address-pool": "nope"}), `unknown pool "nope"`},
		{lb("asked", shared, onPort(80)), "192.0.2.1 manual"},
		{lb("shared", shared, onPort(443)), "192.0.2.1 manual"},
		{lb("clash", shared, onPort(80)), `port TCP/80 is already in use on "192.0.2.1"`},
		{lb("taken", map[string]string{"metallb.io/loadBalancerIPs": "192.0.2.10"}), `can't change sharing key for "production/taken", address also in use by production/first`},
		{lb("outside", map[string]string{"metallb.io/loadBalancerIPs": "203.0.113.1"}), `["203.0.113.1"] is not allowed in config`},
	} {
		if got := give(tc.svc); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.svc.Name, got, tc.want)
		}
	}
}

func TestQuota(t *testing.T) {
	spec := eks
	spec.Cloud.Quota = 1
	first := lb("first", nil, class("service.k8s.aws/nlb"))
	if _, err := built(t, spec, first); err != nil {
		t.Fatal(err)
	}
	second := lb("second", nil, class("service.k8s.aws/nlb"))
	o := cloud.Offer(cloud.Cluster{World: &spec, Nodes: nodes(), Services: []*corev1.Service{first, second}}, second)
	if o.Refused == nil || !o.Deployed || !strings.Contains(o.Refused.Error(), "StatusCode: 400, RequestID: ") || !strings.Contains(o.Refused.Error(), ", TooManyLoadBalancers: ") {
		t.Errorf("refused with %v", o.Refused)
	}
}

// The sums are those of seed/corrections.md, line 192 and 292, of the
// project's notes: 50 NLBs for a year, internal and internet-facing in three
// zones.
func TestMeter(t *testing.T) {
	for scheme, want := range map[string]float64{"internal": 9855, "internet-facing": 16425} {
		var all []*corev1.Service
		for i := range 50 {
			svc := lb(fmt.Sprintf("s%d", i), map[string]string{aws + "scheme": scheme}, class("service.k8s.aws/nlb"))
			if _, err := built(t, eks, svc); err != nil {
				t.Fatal(err)
			}
			all = append(all, svc)
		}
		bill := cloud.Meter(stateOf(eks, all...))
		if got := bill.Yearly(); math.Abs(got-want) > 0.5 || bill.Balancers != 50 {
			t.Errorf("%s: %.2f a year for %d, want %.0f for 50", scheme, got, bill.Balancers, want)
		}
	}
}

func TestRatesHaveSources(t *testing.T) {
	for _, r := range cloud.Rates() {
		if r.Hourly <= 0 || r.Source == "" || r.Date == "" {
			t.Errorf("%+v", r)
		}
	}
}

// An ALB refuses ClusterIP backends of instance targets: scenarios.md of the
// project's notes, one-front-door.
func TestALB(t *testing.T) {
	shop := lb("shop", nil, func(s *corev1.Service) {
		s.Spec.Type = corev1.ServiceTypeClusterIP
		for i := range s.Spec.Ports {
			s.Spec.Ports[i].NodePort = 0
		}
	})
	albClass := &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: "alb"}, Spec: networkingv1.IngressClassSpec{Controller: "ingress.k8s.aws/alb"}}
	ingress := func(annotations map[string]string) *networkingv1.Ingress {
		path := func(p string) networkingv1.HTTPIngressPath {
			return networkingv1.HTTPIngressPath{Path: p, PathType: new(networkingv1.PathTypePrefix), Backend: networkingv1.IngressBackend{
				Service: &networkingv1.IngressServiceBackend{Name: "shop", Port: networkingv1.ServiceBackendPort{Number: 80}},
			}}
		}
		return &networkingv1.Ingress{
			ObjectMeta: metav1.ObjectMeta{Namespace: "production", Name: "front", UID: "front", Annotations: annotations},
			Spec: networkingv1.IngressSpec{IngressClassName: new("alb"), Rules: []networkingv1.IngressRule{{
				Host:             "shop.example.com",
				IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{path("/"), path("/cart")}}},
			}}},
		}
	}
	c := cloud.Cluster{World: &eks, Nodes: nodes(), Services: []*corev1.Service{shop}, Classes: []*networkingv1.IngressClass{albClass}}
	if o := cloud.OfferIngress(c, ingress(nil)); o.Refused == nil || !strings.Contains(o.Refused.Error(), "must be of type 'NodePort' or 'LoadBalancer'") {
		t.Errorf("instance targets: %v", o.Refused)
	}
	for listen, want := range map[string]string{
		"80,443":                         "failed to parse listen-ports configuration: `80,443`",
		"[]":                             "empty listen-ports configuration: `[]`",
		`[{"HTTP": 0}]`:                  "listen port must be within [1, 65535]: 0",
		`[{"TCP": 80}]`:                  "listen protocol must be within [HTTP, HTTPS]: TCP",
		`[{"HTTP": 80}, {"HTTPS": 443}]`: "no certificate found for host: shop.example.com",
	} {
		o := cloud.OfferIngress(c, ingress(map[string]string{"alb.ingress.kubernetes.io/target-type": "ip", "alb.ingress.kubernetes.io/listen-ports": listen}))
		if o.Refused == nil || !strings.Contains(o.Refused.Error(), want) {
			t.Errorf("listen-ports %s: %v", listen, o.Refused)
		}
	}
	ing := ingress(map[string]string{"alb.ingress.kubernetes.io/target-type": "ip", "alb.ingress.kubernetes.io/scheme": "internet-facing"})
	o := cloud.OfferIngress(c, ing)
	if o.Refused != nil {
		t.Fatal(o.Refused)
	}
	lost := ing.DeepCopy()
	lost.Spec.Rules[0].HTTP.Paths[1].Backend.Service.Name = "lost"
	if o := cloud.OfferIngress(c, lost); o.Refused != nil {
		t.Errorf("a backend that is not there: %v", o.Refused)
	}
	ing.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{Hostname: o.Ingress[0].Hostname}}
	st := stateOf(eks, shop)
	var objects []runtime.Object
	for _, n := range st.Nodes {
		objects = append(objects, n)
	}
	objects = append(objects, shop, st.Slices[0], ing, albClass)
	all := cloud.Balancers(state.New(&eks, objects))
	if len(all) != 1 || all[0].Product != cloud.ALB || all[0].Internal || !all[0].ListensOn(80) {
		t.Errorf("balancers %+v", all)
	}
}
