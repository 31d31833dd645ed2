package dns_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// fact is a case of testdata/facts.json.
type fact struct {
	ID            string
	FromNamespace string `json:"from_namespace"`
	Query, Qtype  string
	Absolute      bool
	Pod           struct {
		DNSPolicy   string
		HostNetwork bool
		DNSConfig   *corev1.PodDNSConfig
		Search      []string
		Ndots       int
		Libc        string
	}
	Objects []factObject
	Want    struct {
		Rcode               string
		Nodata              bool
		Authoritative       *bool
		Answers, Additional []string
		QueriesSent         int
		Tried               []struct{ Name, Rcode string }
		ResolvedAs          *string
		ResolvConf          *factConf
	}
}

type factObject struct {
	Service, Type, ExternalName string
	ClusterIPs                  []string
	Ports                       []struct {
		Name, Protocol string
		Port           int32
	}
	Endpoints []struct {
		IP, Hostname string
		Ready        bool
		Ports        []struct {
			Name string
			Port int32
		}
	}
	NodeConf *factConf `json:"node resolv.conf"`
	Kubelet  *struct {
		ClusterDNS    []string
		ClusterDomain string
	}
}

type factConf struct{ Nameservers, Search, Options []string }

// upstreamOfFacts are the outside names that the cases suppose.
var upstreamOfFacts = world.Upstream{Otherwise: "NXDOMAIN", Names: []world.Name{
	{Name: "example.com", Addresses: []string{"192.0.2.80"}, TTL: 300},
	{Name: "www.example.com", Addresses: []string{"192.0.2.53", "2001:db8::53"}, TTL: 300},
	{Name: "db.example.com", Addresses: []string{"192.0.2.54"}, TTL: 300},
}}

func TestFacts(t *testing.T) {
	b, err := os.ReadFile("testdata/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var facts []fact
	if err := json.Unmarshal(b, &facts); err != nil {
		t.Fatal(err)
	}
	zone := zoneOf(facts)
	for _, f := range facts {
		t.Run(f.ID, func(t *testing.T) {
			switch {
			case f.Want.ResolvConf != nil:
				f.checkConf(t)
			case f.Absolute:
				f.checkAnswer(t, zone)
			default:
				f.checkSearch(t, zone)
			}
		})
	}
}

func (f fact) question(t *testing.T) dns.Question {
	t.Helper()
	typ, err := dns.ParseType(f.Qtype)
	if err != nil {
		t.Fatal(err)
	}
	return dns.Question{Name: f.Query, Type: typ}
}

func (f fact) checkAnswer(t *testing.T, zone *dns.Zone) {
	m := zone.Answer(f.question(t))
	f.checkMessage(t, m)
	// The recorded resolver outside sent its names with aa, the one of these
	// cases did not; the recording wins.
	if aa := f.Want.Authoritative; aa != nil && (*aa || len(m.Answer) == 0 && m.Rcode == dns.NXDomain) && m.Authoritative != *aa {
		t.Errorf("authoritative %v, want %v", m.Authoritative, *aa)
	}
}

func (f fact) checkMessage(t *testing.T, m dns.Message) {
	t.Helper()
	if string(m.Rcode) != f.Want.Rcode || m.Empty() != f.Want.Nodata {
		t.Errorf("%s, empty %v; want %s, %v", m.Rcode, m.Empty(), f.Want.Rcode, f.Want.Nodata)
	}
	for _, s := range []struct {
		name string
		want []string
		got  []dns.Record
	}{{"answers", f.Want.Answers, m.Answer}, {"additional", f.Want.Additional, m.Additional}} {
		if s.want == nil { // the case does not say
			continue
		}
		var got []string
		for _, r := range s.got {
			data := r.Data
			if r.Type == dns.SOA {
				parts := strings.Fields(data)
				parts[2] = "<serial>"
				data = strings.Join(parts, " ")
			}
			got = append(got, fmt.Sprintf("%s %d IN %s %s", r.Name, r.TTL, r.Type, data))
		}
		want := slices.Clone(s.want)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%s (-want +here):\n%s", s.name, cmp.Diff(want, got))
		}
	}
}

func (f fact) checkSearch(t *testing.T, zone *dns.Zone) {
	lib := dns.Glibc
	if strings.HasPrefix(f.Pod.Libc, "musl") {
		lib = dns.Musl
	}
	r := dns.Resolver{
		Conf: dns.Conf{Search: f.Pod.Search, Options: []string{fmt.Sprintf("ndots:%d", f.Pod.Ndots)}},
		Ask:  func(q dns.Question) (dns.Message, error) { return zone.Answer(q), nil },
	}
	tried, err := r.Search(lib, f.question(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(tried) != f.Want.QueriesSent {
		t.Errorf("%d questions, want %d", len(tried), f.Want.QueriesSent)
	}
	for i, want := range f.Want.Tried {
		if i < len(tried) && (tried[i].Question.Name != want.Name || string(tried[i].Rcode) != want.Rcode) {
			t.Errorf("question %d: %s %s, want %s %s", i, tried[i].Question.Name, tried[i].Rcode, want.Name, want.Rcode)
		}
	}
	if f.Want.ResolvedAs != nil {
		last := tried[len(tried)-1]
		if last.Question.Name != *f.Want.ResolvedAs {
			t.Errorf("resolved as %s, want %s", last.Question.Name, *f.Want.ResolvedAs)
		}
		if f.Want.Rcode != "" {
			f.checkMessage(t, last)
		}
	}
}

func (f fact) checkConf(t *testing.T) {
	k := dns.Kubelet{}
	for _, o := range f.Objects {
		if o.NodeConf != nil {
			k.Node = dns.Conf{Nameservers: addrs(o.NodeConf.Nameservers), Search: o.NodeConf.Search, Options: o.NodeConf.Options}
		}
		if o.Kubelet != nil {
			k.ClusterDNS, k.Domain = addrs(o.Kubelet.ClusterDNS), o.Kubelet.ClusterDomain
		}
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: f.FromNamespace}}
	pod.Spec.DNSPolicy = corev1.DNSPolicy(f.Pod.DNSPolicy)
	pod.Spec.HostNetwork = f.Pod.HostNetwork
	pod.Spec.DNSConfig = f.Pod.DNSConfig
	want := dns.Conf{Nameservers: addrs(f.Want.ResolvConf.Nameservers), Search: f.Want.ResolvConf.Search, Options: f.Want.ResolvConf.Options}
	if got := k.PodConf(pod); got.String() != want.String() {
		t.Errorf("resolv.conf:\n%swant:\n%s", got, want)
	}
}

func addrs(texts []string) []netip.Addr {
	var ips []netip.Addr
	for _, text := range texts {
		ips = append(ips, netip.MustParseAddr(text))
	}
	return ips
}

// zoneOf is the cluster that the cases were run on: the Services of all of
// them, their endpoints and four namespaces.
func zoneOf(facts []fact) *dns.Zone {
	var objects []runtime.Object
	for _, ns := range []string{"default", "kube-system", "shop", "data"} {
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
	}
	seen := map[string]bool{}
	for _, f := range facts {
		for _, o := range f.Objects {
			if o.Service != "" && !seen[o.Service] {
				seen[o.Service] = true
				objects = append(objects, o.objects()...)
			}
		}
	}
	w := &world.World{Spec: world.Spec{Upstream: upstreamOfFacts}}
	w.Default(true)
	return dns.New(state.New(&w.Spec, objects))
}

func (o factObject) objects() []runtime.Object {
	namespace, name, _ := strings.Cut(o.Service, "/")
	svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	svc.Spec.Type = corev1.ServiceType(o.Type)
	svc.Spec.ExternalName = o.ExternalName
	svc.Spec.ClusterIPs = o.ClusterIPs
	for _, p := range o.Ports {
		svc.Spec.Ports = append(svc.Spec.Ports, corev1.ServicePort{Name: p.Name, Protocol: corev1.Protocol(p.Protocol), Port: p.Port})
	}
	objects := []runtime.Object{svc}
	for i, e := range o.Endpoints {
		s := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: fmt.Sprint(name, "-", i),
			Labels: map[string]string{discoveryv1.LabelServiceName: name},
		}}
		s.Endpoints = []discoveryv1.Endpoint{{
			Addresses: []string{e.IP}, Hostname: &e.Hostname,
			Conditions: discoveryv1.EndpointConditions{Ready: &e.Ready},
		}}
		for _, p := range e.Ports {
			s.Ports = append(s.Ports, discoveryv1.EndpointPort{Name: &p.Name, Port: &p.Port})
		}
		objects = append(objects, s)
	}
	return objects
}
