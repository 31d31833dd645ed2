package cloud

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Annotations of AWS's Ingress controller.
const (
	albPrefix      = "alb.ingress.kubernetes.io/"
	albScheme      = albPrefix + "scheme"
	albTargetType  = albPrefix + "target-type"
	albInbound     = albPrefix + "inbound-cidrs"
	albListenPorts = albPrefix + "listen-ports"
	albCertificate = albPrefix + "certificate-arn"
)

// ofIngresses are the balancers of Ingresses: those with the same name in
// their status share one.
func ofIngresses(st *state.State) []Balancer {
	if st.World.Platform != world.EKS {
		return nil
	}
	var all []Balancer
	for _, ing := range st.Ingresses {
		for _, in := range ing.Status.LoadBalancer.Ingress {
			if in.Hostname == "" {
				continue
			}
			i := slices.IndexFunc(all, func(b Balancer) bool { return b.Hostname == in.Hostname })
			if i >= 0 {
				all[i].Ingresses = append(all[i].Ingresses, ing)
				continue
			}
			all = append(all, alb(ing, in.Hostname))
		}
	}
	return all
}

func alb(ing *networkingv1.Ingress, hostname string) Balancer {
	b := Balancer{Product: ALB, Ingresses: []*networkingv1.Ingress{ing}, Hostname: hostname}
	b.Internal = ing.Annotations[albScheme] != "internet-facing"
	if text := ing.Annotations[albInbound]; text != "" {
		b.SourceRanges = parseRanges(strings.Split(text, ","))
	}
	b.Addresses, b.Inside = Addresses(hostname, b.Internal), inside(hostname)
	return b
}

// TargetsOf is whom an Ingress sends to for one backend Service, whose own
// annotation wins over the Ingress's. The default is instances, which need
// a node port.
func TargetsOf(ing *networkingv1.Ingress, svc *corev1.Service) Targets {
	for _, a := range []map[string]string{svc.Annotations, ing.Annotations} {
		if t := a[albTargetType]; t != "" {
			return Targets(t)
		}
	}
	return Instances
}

// ListensOn tells whether an Ingress's balancer accepts connections on a port:
// those of its annotation, or 443 with a certificate and 80 without.
func (b *Balancer) ListensOn(port uint16) bool {
	return slices.ContainsFunc(b.Ingresses, func(ing *networkingv1.Ingress) bool {
		ports, _ := ListenPorts(ing) // without an error, or there were no balancer
		_, listens := ports[int32(port)]
		return listens
	})
}

// ListenPorts are the ports on which an Ingress's balancer listens, with their
// protocols, or why the controller builds none (pkg/ingress of the AWS Load
// Balancer Controller, model_build_listener.go). Nobody keeps certificates
// here, so none is found for a host by itself.
func ListenPorts(ing *networkingv1.Ingress) (map[int32]string, error) {
	given := ing.Annotations[albCertificate] != ""
	raw, there := ing.Annotations[albListenPorts]
	switch {
	case !there && given:
		return map[int32]string{443: "HTTPS"}, nil
	case !there:
		return map[int32]string{80: "HTTP"}, nil
	}
	var entries []map[string]int32
	if err := json.Unmarshal([]byte(raw), &entries); err != nil {
		return nil, fmt.Errorf("failed to parse listen-ports configuration: `%s`: %w", raw, err)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("empty listen-ports configuration: `%s`", raw)
	}
	ports := map[int32]string{}
	for _, entry := range entries {
		for _, protocol := range slices.Sorted(maps.Keys(entry)) {
			port := entry[protocol]
			switch {
			case port < 1 || port > 65535:
				return nil, fmt.Errorf("listen port must be within [1, 65535]: %v", port)
			case protocol != "HTTP" && protocol != "HTTPS":
				return nil, fmt.Errorf("listen protocol must be within [HTTP, HTTPS]: %v", protocol)
			}
			ports[port] = protocol
		}
	}
	if !given && slices.Contains(slices.Collect(maps.Values(ports)), "HTTPS") {
		if hosts := tlsHosts(ing); len(hosts) > 0 {
			return nil, fmt.Errorf("no certificate found for host: %s", hosts[0])
		}
	}
	return ports, nil
}

// tlsHosts are the hosts for which a certificate is looked for, in order.
func tlsHosts(ing *networkingv1.Ingress) []string {
	var hosts []string
	for _, r := range ing.Spec.Rules {
		if r.Host != "" {
			hosts = append(hosts, r.Host)
		}
	}
	for _, t := range ing.Spec.TLS {
		hosts = append(hosts, t.Hosts...)
	}
	slices.Sort(hosts)
	return hosts
}
