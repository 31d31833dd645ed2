package clustermap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/probe"
	"github.com/kubetutor/tutor/simulator/state"
)

// Target is something that a client may call.
type Target struct {
	Label   string
	Service state.Name // whose it is; empty for what the learner typed
	proto   corev1.Protocol
	port    uint16
	// host is what clients dial: an address, or a name as it was typed.
	host string
	// name is what pods dial instead, in the Service's namespace; others know
	// no names of the cluster.
	name string
	// web and path are of a request that an Ingress reads.
	web, path string
	// missing: there is no such Service.
	missing bool
	way     way
	rank    int
}

// call finds out what a client meets. Pods in other namespaces have to say
// the Service's.
func (t *Target) call(calls *probe.Prober, from dataplane.Client) dataplane.Trace {
	p := dataplane.Packet{From: from, Proto: t.proto, Host: t.web, Path: t.path}
	if t.missing {
		return dataplane.Trace{Packet: p, Outcome: dataplane.NoSuchName}
	}
	host := t.host
	if t.name != "" && (from.Kind == dataplane.Pod || host == "") {
		host = t.name
		if from.Kind != dataplane.Pod || from.Namespace != t.Service.Namespace {
			host += "." + t.Service.Namespace
		}
	}
	return calls.Call(p, host, t.port)
}

// targets are what was typed, then the addresses of Services: those asked
// about first, then the others, the system's last.
func (s *Scene) targets(task *lessons.Scenario, typed []string) []Target {
	var all []Target
	for _, text := range typed {
		if host, port, err := probe.ParseTarget(text); err == nil {
			all = append(all, Target{Label: text, host: host, port: port, proto: corev1.ProtocolTCP})
		}
	}
	rank := map[state.Name]int{}
	for _, r := range reaches(task) {
		name := state.Name{Namespace: cmp.Or(r.Namespace, dataplane.DefaultNamespace), Name: r.Service}
		if rank[name] == 0 {
			rank[name] = len(rank) + 1
			if s.State.Service(name.Namespace, name.Name) == nil {
				all = append(all, Target{Label: fmt.Sprintf("%s:%d", short(name), r.Port), Service: name, missing: true, rank: rank[name]})
			}
		}
	}
	for _, svc := range s.State.Services {
		at := rank[state.Of(svc)]
		switch {
		case at > 0:
		case aside(svc):
			at = 1 << 20
		default:
			at = 1 << 10
		}
		for _, t := range s.addressesOf(svc) {
			t.rank = at
			all = append(all, t)
		}
	}
	all = append(all, s.doors()...)
	slices.SortStableFunc(all, func(a, b Target) int { return a.rank - b.rank })
	return all[:min(len(all), maxTargets)]
}

// short is a Service's name as pods of the tasks' namespace call it.
func short(n state.Name) string {
	if n.Namespace == dataplane.DefaultNamespace {
		return n.Name
	}
	return n.Name + "." + n.Namespace
}

// addressesOf are all ways to a Service: its name and cluster IP, its
// balancers, its port on each node; where it is headless and its pods have
// names, those.
func (s *Scene) addressesOf(svc *corev1.Service) []Target {
	var all []Target
	name := state.Of(svc)
	add := func(w way, label, host, called string, p *corev1.ServicePort, port int32) {
		if port < 1 || port > 65535 {
			return
		}
		t := Target{Label: fmt.Sprintf("%s:%d", label, port), Service: name, proto: p.Protocol, port: uint16(port), host: host, name: called, way: w}
		if p.Protocol != corev1.ProtocolTCP && p.Protocol != "" {
			t.Label += "/" + strings.ToLower(string(p.Protocol))
		}
		all = append(all, t)
	}
	ports := svc.Spec.Ports
	if len(ports) == 0 { // an alias may have none
		ports = []corev1.ServicePort{{Port: 443, Protocol: corev1.ProtocolTCP}}
	}
	for i := range ports {
		p := &ports[i]
		switch ip := svc.Spec.ClusterIP; {
		case svc.Spec.Type == corev1.ServiceTypeExternalName:
			add(fromPods, short(name), "", svc.Name, p, p.Port)
		case ip == corev1.ClusterIPNone:
			s.headless(svc, p, func(label, host, called string, port int32) { add(fromPods, label, host, called, p, port) })
		default:
			add(fromPods, short(name), ip, svc.Name, p, p.Port)
		}
		for _, b := range s.balancers {
			if b.Service == svc {
				add(atBalancer, cmp.Or(b.Hostname, b.Addresses[0].String()), b.Addresses[0].String(), "", p, p.Port)
			}
		}
		for _, ip := range svc.Spec.ExternalIPs {
			add(atExternalIP, ip, ip, "", p, p.Port)
		}
		for _, n := range s.State.Nodes {
			if a := nodeAddress(n); a != "" {
				add(atNode, n.Name, a, "", p, p.NodePort)
			}
		}
	}
	return all
}

// headless adds the name that stands for all pods, and the pods' own names.
// Whoever is outside dials the pods' addresses.
func (s *Scene) headless(svc *corev1.Service, p *corev1.ServicePort, add func(label, host, called string, port int32)) {
	first := ""
	var named [][2]string
	port := p.Port
	for _, slice := range s.State.EndpointSlices(svc.Namespace, svc.Name) {
		for _, q := range slice.Ports {
			if q.Port != nil && q.Name != nil && *q.Name == p.Name {
				port = *q.Port
			}
		}
		for _, e := range slice.Endpoints {
			if len(e.Addresses) == 0 {
				continue
			}
			first = cmp.Or(first, e.Addresses[0])
			if e.Hostname != nil && *e.Hostname != "" {
				named = append(named, [2]string{*e.Hostname + "." + svc.Name, e.Addresses[0]})
			}
		}
	}
	add(short(state.Of(svc)), first, svc.Name, port)
	for _, n := range named {
		add(short(state.Name{Namespace: svc.Namespace, Name: n[0]}), n[1], n[0], port)
	}
}

// doors are the requests that Ingresses have rules for, at the address of the
// balancer that serves them.
func (s *Scene) doors() []Target {
	var all []Target
	for _, b := range s.balancers {
		for _, ing := range b.Ingresses {
			for _, r := range ing.Spec.Rules {
				all = append(all, ruleTargets(&b, ing, r)...)
			}
		}
	}
	return all
}

func ruleTargets(b *cloud.Balancer, ing *networkingv1.Ingress, r networkingv1.IngressRule) []Target {
	var all []Target
	if r.HTTP == nil || len(b.Addresses) == 0 {
		return nil
	}
	port := uint16(80)
	if !b.ListensOn(port) {
		port = 443
	}
	for _, p := range r.HTTP.Paths {
		path := cmp.Or(strings.TrimRight(p.Path, "*"), "/")
		all = append(all, Target{
			Label: cmp.Or(r.Host, ing.Name) + path, Service: state.Of(ing), proto: corev1.ProtocolTCP, port: port,
			host: b.Addresses[0].String(), web: strings.Replace(r.Host, "*", "www", 1), path: path, rank: 1 << 9,
		})
	}
	return all
}
