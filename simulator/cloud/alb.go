package cloud

import (
	"encoding/json"
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
		return slices.Contains(listenPorts(ing), port)
	})
}

func listenPorts(ing *networkingv1.Ingress) []uint16 {
	var listed []map[string]uint16
	if err := json.Unmarshal([]byte(ing.Annotations[albListenPorts]), &listed); err == nil {
		var ports []uint16
		for _, l := range listed {
			for _, p := range l {
				ports = append(ports, p)
			}
		}
		return ports
	}
	if ing.Annotations[albCertificate] != "" {
		return []uint16{443}
	}
	return []uint16{80}
}
