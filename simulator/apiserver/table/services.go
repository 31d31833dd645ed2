package table

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
)

var services = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Type"), text("Cluster-IP"), text("External-IP"), text("Port(s)"), ageColumn, wide(text("Selector")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		s := obj.(*corev1.Service)
		ip := "<none>"
		if len(s.Spec.ClusterIPs) > 0 {
			ip = s.Spec.ClusterIPs[0]
		} else if s.Spec.ClusterIP != "" {
			ip = s.Spec.ClusterIP
		}
		return []any{s.Name, string(s.Spec.Type), ip, externalIP(s), ports(s.Spec.Ports), ageOf(s, now), pairs(s.Spec.Selector)}
	},
}

// externalIP is what a Service is reached at from outside.
func externalIP(s *corev1.Service) string {
	switch s.Spec.Type {
	case corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort:
		return orNone(strings.Join(s.Spec.ExternalIPs, ","))
	case corev1.ServiceTypeLoadBalancer:
		balancer := balancers(s.Status.LoadBalancer.Ingress)
		if len(s.Spec.ExternalIPs) > 0 {
			all := append([]string(nil), s.Spec.ExternalIPs...)
			if balancer != "" {
				all = append(all, strings.Split(balancer, ",")...)
			}
			return strings.Join(all, ",")
		}
		if balancer == "" {
			return "<pending>"
		}
		return balancer
	case corev1.ServiceTypeExternalName:
		return s.Spec.ExternalName
	}
	return "<unknown>"
}

// balancers are a balancer's addresses or names.
func balancers(ingress []corev1.LoadBalancerIngress) string {
	all := sets.New[string]()
	for _, i := range ingress {
		if i.IP != "" {
			all.Insert(i.IP)
		} else if i.Hostname != "" {
			all.Insert(i.Hostname)
		}
	}
	return strings.Join(sets.List(all), ",")
}

func ports(all []corev1.ServicePort) string {
	var out []string
	for _, p := range all {
		if p.NodePort != 0 {
			out = append(out, fmt.Sprintf("%d:%d/%s", p.Port, p.NodePort, p.Protocol))
			continue
		}
		out = append(out, fmt.Sprintf("%d/%s", p.Port, p.Protocol))
	}
	return orNone(strings.Join(out, ","))
}

var endpoints = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Endpoints"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		e := obj.(*corev1.Endpoints) //nolint:staticcheck // deprecated and shown
		return []any{e.Name, addresses(e), ageOf(e, now)}
	},
}

// addresses are the ready ones of an Endpoints object, three of them.
func addresses(e *corev1.Endpoints) string { //nolint:staticcheck // deprecated and shown
	if len(e.Subsets) == 0 {
		return "<none>"
	}
	var list []string
	for _, s := range e.Subsets {
		if len(s.Ports) == 0 {
			for _, a := range s.Addresses {
				list = append(list, a.IP)
			}
		}
		for _, p := range s.Ports {
			for _, a := range s.Addresses {
				list = append(list, net.JoinHostPort(a.IP, strconv.Itoa(int(p.Port))))
			}
		}
	}
	return some(list, 3)
}

var endpointSlices = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("AddressType"), text("Ports"), text("Endpoints"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		s := obj.(*discoveryv1.EndpointSlice)
		return []any{s.Name, string(s.AddressType), slicePorts(s.Ports), sliceEndpoints(s.Endpoints), ageOf(s, now)}
	},
}

func slicePorts(all []discoveryv1.EndpointPort) string {
	if len(all) == 0 {
		return "<unset>"
	}
	var list []string
	for _, p := range all {
		switch {
		case p.Port != nil:
			list = append(list, strconv.Itoa(int(*p.Port)))
		case value(p.Name) != "":
			list = append(list, *p.Name)
		default:
			list = append(list, "*")
		}
	}
	return some(list, 3)
}

func sliceEndpoints(all []discoveryv1.Endpoint) string {
	if len(all) == 0 {
		return "<unset>"
	}
	var list []string
	for _, e := range all {
		list = append(list, e.Addresses...)
	}
	return some(list, 3)
}

var ingresses = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Class"), text("Hosts"), text("Address"), text("Ports"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		i := obj.(*networkingv1.Ingress)
		open := "80"
		if len(i.Spec.TLS) > 0 {
			open = "80, 443"
		}
		return []any{i.Name, orNone(value(i.Spec.IngressClassName)), hosts(i.Spec.Rules), ingressAddresses(i), open, ageOf(i, now)}
	},
}

func hosts(rules []networkingv1.IngressRule) string {
	var list []string
	for _, r := range rules {
		if r.Host != "" {
			list = append(list, r.Host)
		}
	}
	if len(list) == 0 {
		return "*"
	}
	return some(list, 3)
}

func ingressAddresses(i *networkingv1.Ingress) string {
	all := sets.New[string]()
	for _, b := range i.Status.LoadBalancer.Ingress {
		if b.IP != "" {
			all.Insert(b.IP)
		} else if b.Hostname != "" {
			all.Insert(b.Hostname)
		}
	}
	return strings.Join(sets.List(all), ",")
}

var ingressClasses = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Controller"), text("Parameters"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		c := obj.(*networkingv1.IngressClass)
		parameters := "<none>"
		if p := c.Spec.Parameters; p != nil {
			parameters = p.Kind
			if p.APIGroup != nil {
				parameters += "." + *p.APIGroup
			}
			parameters += "/" + p.Name
		}
		return []any{c.Name, c.Spec.Controller, parameters, ageOf(c, now)}
	},
}

var networkPolicies = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("Pod-Selector"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		p := obj.(*networkingv1.NetworkPolicy)
		return []any{p.Name, selected(&p.Spec.PodSelector), ageOf(p, now)}
	},
}

var ipAddresses = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("ParentRef")},
	cells: func(obj runtime.Object, _ time.Time) []any {
		ip := obj.(*networkingv1.IPAddress)
		parent := "<none>"
		if p := ip.Spec.ParentRef; p != nil {
			parent = strings.TrimPrefix(fmt.Sprintf("%s.%s/%s/%s", p.Resource, p.Group, p.Namespace, p.Name), ".")
			if p.Group == "" {
				parent = fmt.Sprintf("%s/%s/%s", p.Resource, p.Namespace, p.Name)
			}
		}
		return []any{ip.Name, parent}
	},
}

var serviceCIDRs = kind{
	columns: []metav1.TableColumnDefinition{nameColumn, text("CIDRs"), ageColumn},
	cells: func(obj runtime.Object, now time.Time) []any {
		c := obj.(*networkingv1.ServiceCIDR)
		return []any{c.Name, strings.Join(c.Spec.CIDRs, ","), ageOf(c, now)}
	},
}
