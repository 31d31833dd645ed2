package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
)

const (
	awsPrefix = "service.beta.kubernetes.io/aws-load-balancer-"
	nlbClass  = "service.k8s.aws/nlb" // the class that the controller serves
)

// knownAnnotations are those that make a difference here; a near miss of one
// of them, or one of them elsewhere, is misplaced.
var knownAnnotations = []string{
	awsPrefix + "type", awsPrefix + "nlb-target-type", awsPrefix + "scheme", awsPrefix + "internal",
	awsPrefix + "target-group-attributes", awsPrefix + "attributes", awsPrefix + "cross-zone-load-balancing-enabled",
	awsPrefix + "ssl-cert", awsPrefix + "ssl-ports", awsPrefix + "proxy-protocol", awsPrefix + "name",
	awsPrefix + "subnets", awsPrefix + "eip-allocations", awsPrefix + "security-groups", awsPrefix + "backend-protocol",
	awsPrefix + "additional-resource-tags", awsPrefix + "ip-address-type", awsPrefix + "healthcheck-protocol",
	awsPrefix + "healthcheck-port", awsPrefix + "healthcheck-path", awsPrefix + "healthcheck-interval",
	rangesAnnotation,
	"alb.ingress.kubernetes.io/scheme", "alb.ingress.kubernetes.io/target-type", "alb.ingress.kubernetes.io/group.name",
	"alb.ingress.kubernetes.io/listen-ports", "alb.ingress.kubernetes.io/certificate-arn", "alb.ingress.kubernetes.io/healthcheck-path",
}

// aboutBalancer tells whether the miss is about what annotations decide.
func (m *miss) aboutBalancer() bool {
	e := m.expect
	if e == nil {
		return false
	}
	return e.Balancer != nil || e.Admits != nil || m.reach != nil && m.reach.Way == lessons.ByBalancer || e.Route != nil
}

// needsBalancer tells whether an expectation is about the Service's balancer.
func (s *scene) needsBalancer(service string) bool {
	for i := range s.scenario.Expect {
		e := &s.scenario.Expect[i]
		if e.Balancer != nil && e.Balancer.Service == service || e.Reach != nil && e.Reach.Service == service && e.Reach.Way == lessons.ByBalancer {
			return true
		}
	}
	return false
}

// annotationMisplaced is an annotation among the labels, or misspelt, that
// would have made what is missed.
func annotationMisplaced(m *miss) (Diagnosis, bool) {
	if !m.aboutBalancer() || m.scene.file == nil {
		return none()
	}
	if m.expect.Route == nil {
		return m.misplaced()
	}
	for _, d := range m.scene.file.Documents {
		if d.Kind() == "Ingress" {
			about := *m
			about.doc = d
			if found, ok := about.misplaced(); ok {
				return found, true
			}
		}
	}
	return none()
}

// misplaced looks through the annotations and labels of the miss's document.
func (m *miss) misplaced() (Diagnosis, bool) {
	if m.doc == nil {
		return none()
	}
	for _, key := range m.doc.Keys("metadata.labels") {
		if m.decides(key) && !m.doc.Has(manifest.Join("metadata.annotations", key)) {
			return m.at("annotation-misplaced", manifest.Join("metadata.labels", key), "Move it to metadata.annotations.",
				"%s stands among the labels, where nobody reads it", key)
		}
	}
	for _, key := range m.doc.Keys("metadata.annotations") {
		if isKnown(key) {
			continue
		}
		if real := nearAnnotation(key); real != "" && m.decides(real) {
			return m.at("annotation-misplaced", manifest.Join("metadata.annotations", key), "Write "+real+".",
				"%s is no annotation that the controller knows; is %s meant?", key, real)
		}
	}
	return none()
}

func isKnown(key string) bool {
	for _, k := range knownAnnotations {
		// A target group's attributes may be those of one port alone.
		if key == k || strings.HasPrefix(key, k+".") {
			return true
		}
	}
	return false
}

// nearAnnotation is the annotation that a misspelt one may be meant for.
func nearAnnotation(key string) string {
	best, least := "", 1<<30
	for _, k := range knownAnnotations {
		if strings.EqualFold(plain(strings.ReplaceAll(key, "/", "")), plain(strings.ReplaceAll(k, "/", ""))) {
			return k
		}
		x, y := last(key), last(k)
		d := distance(plain(x), plain(y))
		cut := strings.HasPrefix(y, x) && strings.Contains(x, "balancer-") || strings.HasPrefix(x, y)
		if len(key) < 200 && d < least && len(x) > 3 && (d <= min(3, len(x)/3) || cut) {
			best, least = k, d
		}
	}
	if best != "" {
		return best
	}
	// The right ending under another prefix.
	for _, k := range knownAnnotations {
		short := strings.TrimPrefix(last(k), "aws-load-balancer-")
		if strings.HasSuffix(key, short) && strings.Contains(key, "aws-load-balancer") {
			return k
		}
	}
	return ""
}

func last(key string) string { return key[strings.LastIndex(key, "/")+1:] }

// decides tells whether an annotation is about what the miss is about.
func (m *miss) decides(key string) bool {
	switch e := m.expect; {
	case e.Balancer != nil:
		return strings.HasSuffix(key, "target-type") || strings.HasSuffix(key, "balancer-type")
	case e.Admits != nil:
		return key == rangesAnnotation
	case e.Sees != nil:
		return strings.Contains(key, "target-group-attributes")
	case e.Route != nil:
		return strings.HasPrefix(key, "alb.")
	default:
		return strings.HasSuffix(key, "scheme") || strings.HasSuffix(key, "internal")
	}
}

// annotation is the path of an annotation, and whether the Service has it.
func annotation(svc *corev1.Service, name string) (field string, value string) {
	return "metadata.annotations[" + awsPrefix + name + "]", svc.Annotations[awsPrefix+name]
}

// pendingQuota is a balancer that the account has no room for.
func pendingQuota(m *miss) (Diagnosis, bool) {
	quota := m.scene.st.World.Cloud.Quota
	if !m.aboutBalancer() || m.expect.Route != nil || m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeLoadBalancer || quota == 0 {
		return none()
	}
	var holders []string
	for _, b := range m.scene.balancers() {
		holders = append(holders, b.owner+" "+b.name.Name)
	}
	if len(holders) < quota || m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name) != nil {
		return none()
	}
	return m.at("pending-quota", "spec.type", "Free one: who holds a balancer that nobody outside needs?",
		"the account may have %d load balancers at once, held by %s, so this one stays <pending>", quota, words(holders))
}

// balancerOther is another balancer than the one asked for, or none since
// nobody serves its class.
func balancerOther(m *miss) (Diagnosis, bool) {
	if !m.aboutBalancer() || m.expect.Route != nil || m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return none()
	}
	b := m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name)
	class := m.svc.Spec.LoadBalancerClass
	if b == nil {
		if d, bad := m.valueNobodyKnows(); bad {
			return d, true
		}
	}
	switch {
	case b == nil && class != nil && *class == nlbClass:
		return none()
	case b == nil && class != nil:
		return m.at("lb-wrong-kind", "spec.loadBalancerClass", "Write service.k8s.aws/nlb, or take the class out.", "nobody in this cluster serves the class %s, so there is no balancer", *class)
	case b == nil:
		field, value := annotation(m.svc, "type")
		return m.at("lb-wrong-kind", field, "Take it out: the controller then makes an NLB.", "no controller serves a balancer of type %q", value)
	case m.expect.Balancer != nil && m.expect.Balancer.Kind != "" && b.kind != m.expect.Balancer.Kind:
		return m.at("lb-wrong-kind", "spec.type", "Make the Service anew, so that the controller's webhook sees it.", "the balancer is of kind %s, and %s is asked for", b.kind, m.expect.Balancer.Kind)
	}
	return none()
}

// valueNobodyKnows is an annotation with a value that the controller refuses:
// it then makes no balancer at all.
func (m *miss) valueNobodyKnows() (Diagnosis, bool) {
	for _, a := range []struct {
		id, name string
		values   []string
	}{
		{"lb-internal", "scheme", []string{"internet-facing", "internal"}},
		{"lb-wrong-targets", "nlb-target-type", []string{"ip", "instance"}},
	} {
		field, value := annotation(m.svc, a.name)
		if value != "" && !slices.Contains(a.values, value) {
			return m.at(a.id, field, "Write "+a.values[0]+", in these very letters.",
				"%s has no value %q, so the controller makes no balancer", awsPrefix+a.name, value)
		}
	}
	allocate := m.svc.Spec.AllocateLoadBalancerNodePorts
	field, value := annotation(m.svc, "nlb-target-type")
	if value != "ip" && allocate != nil && !*allocate && !m.hasNodePorts() {
		return m.at("lb-wrong-targets", field, "Write the annotation "+awsPrefix+"nlb-target-type: ip.",
			"instance targets are node ports, and allocateLoadBalancerNodePorts: false leaves the Service without them, so the controller makes no balancer")
	}
	return none()
}

func (m *miss) hasNodePorts() bool {
	return slices.ContainsFunc(m.svc.Spec.Ports, func(p corev1.ServicePort) bool { return p.NodePort != 0 })
}

func balancerInternal(m *miss) (Diagnosis, bool) {
	if !m.aboutBalancer() || m.expect.Balancer != nil || m.expect.Admits != nil {
		return none()
	}
	if m.expect.Route != nil {
		return m.ingressInternal()
	}
	if m.svc == nil || m.expect.Reach == nil {
		return none()
	}
	b := m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name)
	if b == nil || b.scheme != "internal" {
		return none()
	}
	field, value := annotation(m.svc, "scheme")
	how := "its scheme is left out, and the controller then makes it internal"
	if value != "" {
		how = fmt.Sprintf("its scheme is %q", value)
	} else if f, v := annotation(m.svc, "internal"); v != "" {
		field, how = f, fmt.Sprintf("aws-load-balancer-internal is %q", v)
	}
	return m.at("lb-internal", field, "Write the annotation "+awsPrefix+"scheme: internet-facing.", "the balancer is internal: %s", how)
}

func balancerTargets(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Balancer == nil || m.svc == nil {
		return none()
	}
	b := m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name)
	want := m.expect.Balancer.Targets
	if b == nil || want == "" || b.targets == want {
		return none()
	}
	field, value := annotation(m.svc, "nlb-target-type")
	how := "nlb-target-type is left out, and instance is the default"
	if value != "" {
		how = fmt.Sprintf("nlb-target-type is %q", value)
	}
	return m.at("lb-wrong-targets", field, "Write the annotation "+awsPrefix+"nlb-target-type: "+want+".",
		"the balancer sends to %s targets, and %s targets are asked for: %s", b.targets, want, how)
}

// rangesTooNarrow keeps out some who should get in.
func rangesTooNarrow(m *miss) (Diagnosis, bool) {
	if m.svc == nil || m.expect == nil {
		return none()
	}
	networks, field := rangesOf(m.svc)
	if len(networks) == 0 {
		return none()
	}
	var want addressSet
	switch e := m.expect; {
	case e.Admits != nil:
		want = setOf(e.Admits.Networks)
	case e.Reach != nil && e.Reach.Way == lessons.ByBalancer:
		for _, a := range m.scene.ownAddresses(m.client) {
			want = setOf([]string{a.String() + "/32"})
		}
	}
	if len(want) == 0 || setOf(networks).covers(want) {
		return none()
	}
	return m.at("source-ranges-too-narrow", field, "Write the whole network that should come in.",
		"only %s may come in, which leaves out some who should", strings.Join(networks, ", "))
}

func rangesMissing(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Admits == nil && !m.cameInBy(lessons.ByBalancer) {
		return none()
	}
	networks, field := rangesOf(m.svc)
	switch {
	case len(networks) > 0:
		return none()
	case m.expect.Admits == nil:
		return m.at("source-ranges-missing", field, "List those who may come in under loadBalancerSourceRanges.",
			"no source ranges are given, so everybody gets in")
	}
	return m.at("source-ranges-missing", field, "Add "+strings.Join(m.expect.Admits.Networks, ", ")+" under loadBalancerSourceRanges.",
		"no source ranges are given, so everybody gets in")
}

// cameInBy tells that somebody who is to be kept out came in that way.
func (m *miss) cameInBy(way lessons.Way) bool {
	return m.expect.Shut != nil && m.svc != nil && m.svc.Spec.Type == corev1.ServiceTypeLoadBalancer && m.expect.Shut.Way == way
}

// rangesBypassed is a node port beside a balancer that admits a few alone.
func rangesBypassed(m *miss) (Diagnosis, bool) {
	if m.expect == nil || !m.cameInBy(lessons.ByNode) || len(m.policies()) > 0 {
		return none()
	}
	return m.at("source-ranges-too-wide", "spec.allocateLoadBalancerNodePorts", "Write allocateLoadBalancerNodePorts: false, and nodePort: 0 where a port has one.",
		"source ranges guard the balancer's address; the node port beside it is open to whoever reaches a node")
}

func rangesTooWide(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Admits == nil && !m.cameInBy(lessons.ByBalancer) {
		return none()
	}
	networks, field := rangesOf(m.svc)
	if m.expect.Admits == nil {
		return m.at("source-ranges-too-wide", field, "List those who may come in, and nobody else.",
			"%s admits more than is asked for", strings.Join(networks, ", "))
	}
	return m.at("source-ranges-too-wide", field, "Write "+strings.Join(m.expect.Admits.Networks, ", ")+" alone.",
		"%s admits more than is asked for", strings.Join(networks, ", "))
}

// clientAddressNotPreserved is an NLB with ip targets that opens connections
// of its own.
func clientAddressNotPreserved(m *miss) (Diagnosis, bool) {
	if !m.forSource() || m.reach.Way != lessons.ByBalancer {
		return none()
	}
	b := m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name)
	if b == nil || b.targets != "ip" {
		return none()
	}
	field, value := annotation(m.svc, "target-group-attributes")
	how := "preserve_client_ip.enabled=true is missing from the target group's attributes"
	if value != "" {
		how = fmt.Sprintf("the target group's attributes are %q", value)
	}
	if f, v := annotation(m.svc, fmt.Sprintf("target-group-attributes.%d", m.reach.Port)); v != "" {
		field, how = f, fmt.Sprintf("the attributes of port %d's target group are %q", m.reach.Port, v)
	}
	return m.at("client-address-not-preserved-by-lb", field, "Write the annotation "+awsPrefix+"target-group-attributes: preserve_client_ip.enabled=true.",
		"with ip targets the NLB opens its own connection to the pods: %s", how)
}
