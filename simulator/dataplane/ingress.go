package dataplane

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
)

// throughIngress is a balancer that reads the HTTP request and chooses a
// Service by its host and path.
func (w *walk) throughIngress(b *cloud.Balancer) {
	p := w.trace.Packet
	obj := balancerObject(b)
	if p.Proto != corev1.ProtocolTCP || !b.ListensOn(w.to.Port()) {
		w.end(Timeout, HopBalancer, obj, "", "The "+b.Name()+" has no listener on "+w.portText()+".")
		return
	}
	w.hop(HopBalancer, obj, string(b.Product), "The "+b.Name()+" takes the request and looks for a rule.")
	host, urlPath := hostOnly(p.Host), cmp.Or(p.Path, "/")
	ing, backend := chooseRoute(b.Ingresses, host, urlPath)
	if backend == nil {
		w.answersItself(b, 404, "", obj, "No rule is for host "+strconv.Quote(host)+" and path "+urlPath+", so the balancer itself answers 404.")
		return
	}
	obj = Object{"Ingress", ing.Namespace, ing.Name}
	svc, port := w.net.backendPort(ing.Namespace, backend)
	if port == nil {
		body := ""
		if svc == nil {
			body = "Backend service does not exist"
		}
		w.answersItself(b, 503, body, obj, "The rule leads to "+backendText(backend)+", which namespace "+ing.Namespace+" does not have: the balancer answers 503.")
		return
	}
	w.hop(HopIngress, obj, host+urlPath, "Host "+strconv.Quote(host)+" and path "+urlPath+" lead to Service "+svc.Name+", port "+portName(port)+".")
	client := w.source
	w.source = b.Inside
	if cloud.TargetsOf(ing, svc) == cloud.IPs {
		w.toTargets(svc, port)
	} else {
		w.toInstances(svc, port)
	}
	if len(w.trace.Backends)+len(w.trace.Failing) == 0 {
		w.source = client
		w.answersItself(b, 503, "", obj, "The balancer has no target for Service "+svc.Name+" and answers 503.")
	}
}

// hostOnly is a Host header without its port, in small letters.
func hostOnly(host string) string {
	if h, port, ok := strings.Cut(host, ":"); ok && !strings.Contains(port, ":") {
		host = h
	}
	return strings.ToLower(host)
}

// chooseRoute finds the backend for a request: the most specific host first,
// then an exact path, then the longest prefix; then a default backend.
func chooseRoute(all []*networkingv1.Ingress, host, urlPath string) (*networkingv1.Ingress, *networkingv1.IngressBackend) {
	type route struct {
		ing     *networkingv1.Ingress
		backend *networkingv1.IngressBackend
		rank    [3]int
	}
	var best *route
	for _, ing := range all {
		for i := range ing.Spec.Rules {
			r := &ing.Spec.Rules[i]
			hostRank := matchHost(r.Host, host)
			if hostRank == 0 || r.HTTP == nil {
				continue
			}
			for j := range r.HTTP.Paths {
				hp := &r.HTTP.Paths[j]
				kind, length, ok := matchPath(hp, urlPath)
				rank := [3]int{hostRank, kind, length}
				if ok && (best == nil || slices.Compare(rank[:], best.rank[:]) > 0) {
					best = &route{ing, &hp.Backend, rank}
				}
			}
		}
	}
	if best != nil {
		return best.ing, best.backend
	}
	for _, ing := range all {
		if ing.Spec.DefaultBackend != nil {
			return ing, ing.Spec.DefaultBackend
		}
	}
	return nil, nil
}

// matchHost ranks how a rule's host fits: 3 exactly, 2 by a wildcard for one
// label, 1 where the rule is for every host, 0 not at all.
func matchHost(rule, host string) int {
	switch suffix, wild := strings.CutPrefix(rule, "*"); {
	case rule == "":
		return 1
	case rule == host:
		return 3
	case wild && strings.HasSuffix(host, suffix) && !strings.Contains(strings.TrimSuffix(host, suffix), ".") && len(host) > len(suffix):
		return 2
	}
	return 0
}

// matchPath tells whether a path of a rule fits, its kind (exact before prefix
// before what the controller makes of it) and how much of the path it names.
// AWS's controller reads ImplementationSpecific paths as patterns with * and ?.
func matchPath(hp *networkingv1.HTTPIngressPath, urlPath string) (kind, length int, ok bool) {
	pathType := networkingv1.PathTypeImplementationSpecific
	if hp.PathType != nil {
		pathType = *hp.PathType
	}
	switch pathType {
	case networkingv1.PathTypeExact:
		return 3, len(hp.Path), hp.Path == urlPath
	case networkingv1.PathTypePrefix:
		prefix := strings.TrimSuffix(hp.Path, "/")
		return 2, len(prefix), urlPath == prefix || strings.HasPrefix(urlPath, prefix+"/")
	}
	pattern := cmp.Or(hp.Path, "/*")
	return 1, len(pattern), matchPattern(pattern, urlPath)
}

// matchPattern matches * (any run, slashes too) and ? (any one character), in
// time proportional to the product of both lengths at most: only the last *
// has ever to be tried again.
func matchPattern(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// backendPort finds the Service and port that an Ingress's backend names; nil
// where there is none.
func (n *Network) backendPort(namespace string, b *networkingv1.IngressBackend) (*corev1.Service, *corev1.ServicePort) {
	if b.Service == nil {
		return nil, nil
	}
	svc := n.st.Service(namespace, b.Service.Name)
	if svc == nil {
		return nil, nil
	}
	for i := range svc.Spec.Ports {
		p := &svc.Spec.Ports[i]
		if b.Service.Port.Name != "" && p.Name == b.Service.Port.Name || b.Service.Port.Name == "" && p.Port == b.Service.Port.Number {
			return svc, p
		}
	}
	return svc, nil
}

func backendText(b *networkingv1.IngressBackend) string {
	if b.Service == nil {
		return "a backend that is no Service"
	}
	port := b.Service.Port.Name
	if port == "" {
		port = portNumber(b.Service.Port.Number)
	}
	return "Service " + b.Service.Name + ", port " + port
}
