package cloud

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

const (
	albClassController = "ingress.k8s.aws/alb"
	albGroup           = albPrefix + "group.name"
	albName            = albPrefix + "load-balancer-name"
	classAnnotation    = "kubernetes.io/ingress.class"
)

// ServesIngress tells whether the platform makes a balancer for an Ingress:
// on EKS with the AWS Load Balancer Controller for those of its class, or of
// no class where its own is the default.
func ServesIngress(w *world.Spec, ing *networkingv1.Ingress, classes []*networkingv1.IngressClass) bool {
	if w.Platform != world.EKS || !w.Cloud.LoadBalancerController {
		return false
	}
	if name := ing.Spec.IngressClassName; name != nil {
		return slices.ContainsFunc(classes, func(c *networkingv1.IngressClass) bool {
			return c.Name == *name && c.Spec.Controller == albClassController
		})
	}
	if old, ok := ing.Annotations[classAnnotation]; ok {
		return old == "alb"
	}
	return slices.ContainsFunc(classes, func(c *networkingv1.IngressClass) bool {
		return c.Spec.Controller == albClassController && c.Annotations[networkingv1.AnnotationIsDefaultIngressClass] == "true"
	})
}

// frontName is the platform's name for an Ingress's balancer; the same for
// those that share one.
func frontName(w *world.Spec, ing *networkingv1.Ingress) string {
	if name := ing.Annotations[albName]; name != "" {
		return name
	}
	if group := ing.Annotations[albGroup]; group != "" && w.Cloud.IngressGroups {
		return fmt.Sprintf("k8s-%s-%010x", notAlnum().ReplaceAllString(group, ""), digest(group)&0xffffffffff)
	}
	return lbcName(ing)
}

// checkIngress is why the controller builds no balancer for an Ingress;
// service finds one by name in its namespace.
func checkIngress(ing *networkingv1.Ingress, service func(name string) *corev1.Service) error {
	if _, err := ListenPorts(ing); err != nil {
		return fmt.Errorf("ingress: %s: %w", state.Of(ing), err)
	}
	if s := cmp.Or(ing.Annotations[albScheme], "internal"); s != "internal" && s != "internet-facing" {
		return fmt.Errorf("unknown scheme: %v", s)
	}
	for _, b := range backends(ing) {
		svc := service(b.Name)
		if svc == nil {
			continue // its rule answers 503 (defaultTolerateNonExistentBackendService)
		}
		p, ok := backendPort(svc, b.Port)
		if !ok {
			return fmt.Errorf("ingress: %s: unable to find port %s on service %s", state.Of(ing), cmp.Or(b.Port.Name, fmt.Sprint(b.Port.Number)), state.Of(svc))
		}
		switch t := TargetsOf(ing, svc); {
		case t != IPs && t != Instances:
			return fmt.Errorf("ingress: %s: unsupported targetType: %v", state.Of(ing), t)
		case t == Instances && p.NodePort == 0:
			return fmt.Errorf("ingress: %s: TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'", state.Of(ing))
		}
	}
	return nil
}

// backendPort is the Service port that an Ingress names.
func backendPort(svc *corev1.Service, want networkingv1.ServiceBackendPort) (corev1.ServicePort, bool) {
	for _, p := range svc.Spec.Ports {
		if want.Name != "" && p.Name == want.Name || want.Name == "" && p.Port == want.Number {
			return p, true
		}
	}
	return corev1.ServicePort{}, false
}

// backends are the Services that an Ingress names.
func backends(ing *networkingv1.Ingress) []*networkingv1.IngressServiceBackend {
	var out []*networkingv1.IngressServiceBackend
	for _, r := range ing.Spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for _, p := range r.HTTP.Paths {
			if p.Backend.Service != nil {
				out = append(out, p.Backend.Service)
			}
		}
	}
	if d := ing.Spec.DefaultBackend; d != nil && d.Service != nil {
		out = append(out, d.Service)
	}
	return out
}
