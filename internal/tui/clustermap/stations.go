package clustermap

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// place names something on the map.
type place string

func clientPlace(c dataplane.Client) place { return place(c.String()) }
func podPlace(n state.Name) place          { return place("pod:" + n.String()) }
func nodePlace(name string) place          { return place("node:" + name) }
func hostPlace(name string) place          { return place("external:" + name) }
func servicePlace(n state.Name) place      { return place("service:" + n.String()) }
func balancerPlace(o dataplane.Object) place {
	return place("balancer:" + o.String())
}

// stations says for each hop of a trace where on the map it takes place: at
// one place or several, none where it does not move the packet.
func (s *Scene) stations(t *dataplane.Trace, target *Target) [][]place {
	all := make([][]place, len(t.Hops))
	for i, h := range t.Hops {
		if i == len(t.Hops)-1 {
			if all[i] = ends(t); len(all[i]) > 0 {
				continue
			}
		}
		if p := s.station(h, target); p != "" {
			all[i] = []place{p}
		}
	}
	return all
}

func (s *Scene) station(h dataplane.Hop, target *Target) place {
	name := state.Name{Namespace: h.Object.Namespace, Name: h.Object.Name}
	switch h.Kind {
	case dataplane.HopResolve:
		if svc := s.State.Service(target.Service.Namespace, target.Service.Name); svc != nil && svc.Spec.Type == corev1.ServiceTypeExternalName {
			return servicePlace(target.Service)
		}
	case dataplane.HopBalancer, dataplane.HopIngress:
		return balancerPlace(h.Object)
	case dataplane.HopService, dataplane.HopEndpoints:
		if h.Object.Kind == "Service" {
			return servicePlace(name)
		}
	case dataplane.HopRoute, dataplane.HopSNAT:
		if h.Object.Kind == "Node" {
			return nodePlace(name.Name)
		}
	case dataplane.HopDeliver:
		switch h.Object.Kind {
		case "Pod":
			return podPlace(name)
		case "Node":
			return nodePlace(name.Name)
		}
	}
	return ""
}

// ends are the places where connections end.
func ends(t *dataplane.Trace) []place {
	var all []place
	for _, b := range t.Backends {
		all = append(all, backendPlace(b))
	}
	for _, b := range t.Failing {
		all = append(all, backendPlace(b))
	}
	return all
}

func backendPlace(b dataplane.Backend) place {
	switch {
	case b.Pod.Name != "":
		return podPlace(b.Pod)
	case b.Node != "":
		return nodePlace(b.Node)
	}
	return hostPlace(b.Name)
}
