package cloud

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// MetalLB's annotations.
const (
	metalIPs   = "metallb.io/loadBalancerIPs"
	metalPool  = "metallb.io/address-pool"
	metalShare = "metallb.io/allow-shared-ip"
	// PoolAnnotation is where MetalLB notes the pool of an address.
	PoolAnnotation = "metallb.io/ip-allocated-from-pool"
)

// assignment is what MetalLB gives a Service.
type assignment struct {
	addresses []netip.Addr
	pool      string
}

// assign finds addresses for a Service: those it has or asks for, or the first
// free one of the pools.
func assign(w *world.Spec, svc *corev1.Service, others []*corev1.Service) (assignment, error) {
	if asked, err := askedFor(svc); err != nil || len(asked) > 0 {
		return assignAsked(w, svc, others, asked, err)
	}
	pool := svc.Annotations[metalPool]
	if have := current(svc); len(have) > 0 {
		if p := poolOf(w, have[0]); p != nil && (pool == "" || p.Name == pool) {
			return assignment{have, p.Name}, nil
		}
	}
	if pool != "" && !slices.ContainsFunc(w.Cloud.Pools, func(p world.Pool) bool { return p.Name == pool }) {
		return assignment{}, fmt.Errorf("unknown pool %q", pool)
	}
	for _, p := range w.Cloud.Pools {
		if pool == "" && p.AutoAssign != nil && !*p.AutoAssign || pool != "" && p.Name != pool {
			continue
		}
		for ip := range poolAddresses(p) {
			if sharable(svc, others, ip) == nil {
				return assignment{[]netip.Addr{ip}, p.Name}, nil
			}
		}
	}
	if pool != "" {
		return assignment{}, fmt.Errorf("no available IPs in pool %q", pool)
	}
	return assignment{}, errors.New("no available IPs")
}

// askedFor are the addresses that a Service asks for.
func askedFor(svc *corev1.Service) ([]netip.Addr, error) {
	list := svc.Annotations[metalIPs]
	if list == "" {
		list = svc.Spec.LoadBalancerIP //nolint:staticcheck // deprecated and served
	}
	var out []netip.Addr
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("invalid spec.loadBalancerIP %q", s)
		}
		out = append(out, ip)
	}
	return out, nil
}

func assignAsked(w *world.Spec, svc *corev1.Service, others []*corev1.Service, asked []netip.Addr, err error) (assignment, error) {
	if err != nil {
		return assignment{}, err
	}
	pool := ""
	for _, ip := range asked {
		p := poolOf(w, ip)
		if p == nil {
			return assignment{}, fmt.Errorf("[%q] is not allowed in config", ip)
		}
		if want := svc.Annotations[metalPool]; want != "" && want != p.Name {
			return assignment{}, fmt.Errorf("requested loadBalancer IP(s) %q is not compatible with requested address pool %s", asked, want)
		}
		if err := sharable(svc, others, ip); err != nil {
			return assignment{}, err
		}
		pool = p.Name
	}
	return assignment{asked, pool}, nil
}

func current(svc *corev1.Service) []netip.Addr {
	var out []netip.Addr
	for _, in := range svc.Status.LoadBalancer.Ingress {
		if ip, err := netip.ParseAddr(in.IP); err == nil {
			out = append(out, ip)
		}
	}
	return out
}

// sharable tells why a Service cannot have an address that others have: they
// need the same sharing key, different ports, and Cluster policy or the same
// pods.
func sharable(svc *corev1.Service, others []*corev1.Service, ip netip.Addr) error {
	key := svc.Annotations[metalShare]
	for _, o := range others {
		if o.UID == svc.UID || o.Spec.Type != corev1.ServiceTypeLoadBalancer || !slices.Contains(current(o), ip) {
			continue
		}
		who := fmt.Sprintf("%s/%s", o.Namespace, o.Name)
		me := fmt.Sprintf("%s/%s", svc.Namespace, svc.Name)
		if key == "" || key != o.Annotations[metalShare] {
			return fmt.Errorf("can't change sharing key for %q, address also in use by %s", me, who)
		}
		for _, p := range svc.Spec.Ports {
			for _, q := range o.Spec.Ports {
				if p.Port == q.Port && p.Protocol == q.Protocol {
					return fmt.Errorf("port %s/%d is already in use on %q", p.Protocol, p.Port, ip)
				}
			}
		}
		cluster := svc.Spec.ExternalTrafficPolicy != corev1.ServiceExternalTrafficPolicyLocal &&
			o.Spec.ExternalTrafficPolicy != corev1.ServiceExternalTrafficPolicyLocal
		if !cluster && !maps.Equal(svc.Spec.Selector, o.Spec.Selector) {
			return fmt.Errorf("can't change sharing key for %q, address also in use by %s", me, who)
		}
	}
	return nil
}
