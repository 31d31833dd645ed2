package cloud

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// Who is who serves a Service of type LoadBalancer.
type Who string

// Those who serve Services.
const (
	Nobody          Who = ""
	AWSLegacy       Who = "cloud-provider-aws"           // the service controller on EKS
	AWSElsewhere    Who = "cloud-provider-aws hands-off" // it took note and does nothing
	AWSLoadBalancer Who = "aws-load-balancer-controller"
	Google          Who = "cloud-provider-gcp"
	GoogleClass     Who = "ingress-gce" // GKE's own controller, by loadBalancerClass
	Azure           Who = "cloud-provider-azure"
	MetalLB         Who = "metallb"
)

// googleClasses are the loadBalancerClasses of GKE and whether they are
// internal.
var googleClasses = map[string]bool{
	"networking.gke.io/l4-regional-external":        false,
	"networking.gke.io/l4-regional-internal":        true,
	"networking.gke.io/l4-regional-external-legacy": false,
	"networking.gke.io/l4-regional-internal-legacy": true,
}

// Server tells who serves a Service on a platform: nobody if it is not of type
// LoadBalancer, if the platform has no provider, or if its class is one that
// nobody knows.
func Server(w *world.Spec, svc *corev1.Service) Who {
	if svc.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return Nobody
	}
	class := svc.Spec.LoadBalancerClass
	switch w.Platform {
	case world.EKS:
		return awsServer(w, svc)
	case world.GKE:
		if class == nil {
			return Google
		}
		if _, ok := googleClasses[*class]; ok {
			return GoogleClass
		}
	case world.AKS:
		if class == nil {
			return Azure
		}
	case world.MetalLB:
		if class == nil {
			return MetalLB
		}
	}
	return Nobody
}

// awsServer divides Services between the legacy controller, which takes those
// without a class, and the AWS Load Balancer Controller, which takes its own
// class, or its own annotations where there is no class.
func awsServer(w *world.Spec, svc *corev1.Service) Who {
	switch {
	case AWSController(svc) && w.Cloud.LoadBalancerController:
		return AWSLoadBalancer
	case svc.Spec.LoadBalancerClass != nil:
		return Nobody
	case handsOff(svc):
		return AWSElsewhere
	}
	return AWSLegacy
}

// handsOff tells whether the legacy controller leaves a Service to others.
func handsOff(svc *corev1.Service) bool {
	t := svc.Annotations[awsType]
	return t == "external" || t == "nlb-ip"
}

// AdmitCreate changes a Service that is being created as the webhooks of the
// platform do: the AWS Load Balancer Controller's sets its loadBalancerClass on
// every Service of type LoadBalancer that has none, whatever its annotations
// (its pkg/webhook/core/service_mutator.go). A Service that becomes one later
// is not touched.
func AdmitCreate(w *world.Spec, svc *corev1.Service) {
	if w.Platform == world.EKS && w.Cloud.LoadBalancerController &&
		svc.Spec.Type == corev1.ServiceTypeLoadBalancer && svc.Spec.LoadBalancerClass == nil {
		svc.Spec.LoadBalancerClass = new(awsNLBClass)
	}
}
