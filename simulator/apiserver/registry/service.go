package registry

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// services is pkg/registry/core/service: the strategy and the storage around it.
func (r *Registry) services() kind[*corev1.Service] {
	a := &serviceAllocator{ips: r.ips, ports: r.ports}
	return kind[*corev1.Service]{
		kind: "Service", resource: "services",
		setDefaults:    defaultService,
		begin:          a.begin,
		prepare:        prepareService,
		validate:       func(s *corev1.Service) field.ErrorList { return validateService(s, nil) },
		validateUpdate: validateServiceUpdate,
		validateStatus: validateServiceStatus,
		decorate:       decorateService,
		warnings:       warnService,
		spec:           func(to, from *corev1.Service) { to.Spec = *from.Spec.DeepCopy() },
		status:         func(to, from *corev1.Service) { to.Status = *from.Status.DeepCopy() },
		restore:        a.restore,
		release:        a.release,
	}
}

func prepareService(s, old *corev1.Service) {
	if old == nil {
		s.Status = corev1.ServiceStatus{}
		return
	}
	dropTypeDependentFields(s, old)
}

// decorateService is how stored Services are read: an ExternalName has no
// internalTrafficPolicy.
func decorateService(s *corev1.Service) {
	if s.Spec.Type == corev1.ServiceTypeExternalName {
		s.Spec.InternalTrafficPolicy = nil
	}
}

func isHeadless(s *corev1.Service) bool {
	return len(s.Spec.ClusterIPs) == 1 && s.Spec.ClusterIPs[0] == corev1.ClusterIPNone
}

func needsClusterIP(s *corev1.Service) bool { return s.Spec.Type != corev1.ServiceTypeExternalName }

func needsNodePort(s *corev1.Service) bool {
	return s.Spec.Type == corev1.ServiceTypeNodePort || s.Spec.Type == corev1.ServiceTypeLoadBalancer
}

func needsHealthCheck(s *corev1.Service) bool {
	return s.Spec.Type == corev1.ServiceTypeLoadBalancer &&
		s.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
}

// externallyAccessible tells whether traffic from outside may reach it.
func externallyAccessible(s *corev1.Service) bool {
	return needsNodePort(s) || s.Spec.Type == corev1.ServiceTypeClusterIP && len(s.Spec.ExternalIPs) > 0
}
