package dns

import (
	"errors"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/state"
)

// errNoSuchName becomes NXDOMAIN.
var errNoSuchName = errors.New("no such name")

// request is a name below the cluster domain taken apart:
// [_port._protocol.|endpoint.]service.namespace.svc or address.namespace.pod.
type request struct {
	port, protocol string
	endpoint       string
	service        string
	namespace      string
	kind           string // svc, pod or "" for the levels above
}

// parse reads a lower-case name's labels below its zone. The zone itself and
// the levels svc and pod exist and have no records.
func parse(base string) (request, error) {
	var r request
	if base == "" || base == "svc" || base == "pod" {
		return r, nil
	}
	labels := strings.Split(base, ".")
	take := func() string {
		if len(labels) == 0 {
			return ""
		}
		last := labels[len(labels)-1]
		labels = labels[:len(labels)-1]
		return last
	}
	r.kind = take()
	if r.kind != "svc" && r.kind != "pod" {
		return r, errNoSuchName
	}
	r.namespace, r.service = take(), take()
	switch len(labels) {
	case 0:
	case 1:
		r.endpoint = labels[0]
	case 2:
		r.port, r.protocol = strings.TrimPrefix(labels[0], "_"), strings.TrimPrefix(labels[1], "_")
	default:
		return r, errNoSuchName
	}
	return r, nil
}

// item is what a name stands for: an address and port, or another name.
type item struct {
	addr   netip.Addr
	target string // an ExternalName; then addr is not valid
	port   int32
	name   string // the name that an SRV record points to
}

// items finds what a name of a zone stands for. An empty result without an
// error is a name that exists and has no records.
func (z *Zone) items(name, zone string) ([]item, error) {
	r, err := parse(strings.TrimSuffix(strings.TrimSuffix(name, zone), "."))
	if err != nil || r.kind == "" {
		return nil, err
	}
	if z.st.Namespace(r.namespace) == nil {
		return nil, errNoSuchName
	}
	if r.service == "" {
		return nil, nil
	}
	if r.kind == "pod" {
		return z.podItems(r)
	}
	s := z.services[state.Name{Namespace: r.namespace, Name: r.service}]
	switch {
	case s == nil:
		return nil, errNoSuchName
	case s.object.Spec.Type == corev1.ServiceTypeExternalName:
		return externalItems(r, s)
	case s.headless || r.endpoint != "":
		return z.endpointItems(r, s)
	default:
		return z.addressItems(r, s)
	}
}

// podItems answers any address in any namespace that exists ("pods insecure").
func (z *Zone) podItems(r request) ([]item, error) {
	separator := ":"
	if strings.Count(r.service, "-") == 3 && !strings.Contains(r.service, "--") {
		separator = "."
	}
	ip, err := netip.ParseAddr(strings.ReplaceAll(r.service, "-", separator))
	if err != nil {
		return nil, errNoSuchName
	}
	return []item{{addr: ip, name: r.service + "." + r.namespace + ".pod." + z.domain}}, nil
}

// externalItems is an ExternalName Service: an alias without ports and without
// names below it. An address in place of a name is not served.
func externalItems(r request, s *service) ([]item, error) {
	target := s.object.Spec.ExternalName
	if _, err := netip.ParseAddr(target); err == nil || r.endpoint != "" || r.port != "" || r.protocol != "" {
		return nil, errNoSuchName
	}
	return []item{{target: fqdn(target)}}, nil
}

func (z *Zone) endpointItems(r request, s *service) ([]item, error) {
	var found []item
	for _, sub := range s.subsets {
		for _, e := range sub.endpoints {
			if r.endpoint != "" && r.endpoint != e.host {
				continue
			}
			for _, p := range sub.ports {
				if r.asksFor(p) {
					found = append(found, item{addr: e.addr, port: p.number, name: e.host + "." + z.nameOf(s)})
				}
			}
		}
	}
	if found == nil {
		return nil, errNoSuchName
	}
	return found, nil
}

func (z *Zone) addressItems(r request, s *service) ([]item, error) {
	err := errNoSuchName
	var found []item
	for _, p := range s.object.Spec.Ports {
		if !r.asksFor(port{p.Name, protocolOf(p), p.Port}) {
			continue
		}
		err = nil
		for _, ip := range s.addrs {
			found = append(found, item{addr: ip, port: p.Port, name: z.nameOf(s)})
		}
	}
	return found, err
}

func protocolOf(p corev1.ServicePort) string {
	if p.Protocol == "" {
		return string(corev1.ProtocolTCP)
	}
	return string(p.Protocol)
}

func (r request) asksFor(p port) bool {
	return (r.port == "" || strings.EqualFold(r.port, p.name)) &&
		(r.protocol == "" || strings.EqualFold(r.protocol, p.protocol))
}
