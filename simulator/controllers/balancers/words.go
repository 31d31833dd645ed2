package balancers

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/cloud"
)

// Finalizers of those who make balancers.
const (
	cleanupFinalizer = "service.kubernetes.io/load-balancer-cleanup"
	awsFinalizer     = "service.k8s.aws/resources"
	googleFinalizer  = "gke.networking.io/l4-netlb-v2"
)

// words are how one of the controllers speaks in events.
type words struct {
	component, finalizer string
	// The reasons of its events; an empty one is not told.
	ensuring, ensured, deleting string
	message                     string
}

var serviceController = words{
	component: "service-controller", finalizer: cleanupFinalizer,
	ensuring: "EnsuringLoadBalancer", ensured: "EnsuredLoadBalancer", deleting: "DeletingLoadBalancer",
	message: "Ensured load balancer",
}

var awsController = words{
	component: "service", finalizer: awsFinalizer,
	ensured: "SuccessfullyReconciled", message: "Successfully reconciled",
}

func wordsOf(who cloud.Who) words {
	switch who {
	case cloud.AWSLoadBalancer:
		return awsController
	case cloud.GoogleClass:
		return words{component: "l4netlb-controller", finalizer: googleFinalizer}
	case cloud.MetalLB:
		return words{component: "metallb-controller", ensured: "IPAllocated"}
	}
	return serviceController
}

// wordsOfFinalizer tells whose finalizer it is; false for any other.
func wordsOfFinalizer(f string) (words, bool) {
	for _, w := range []words{serviceController, awsController, wordsOf(cloud.GoogleClass)} {
		if w.finalizer == f {
			return w, true
		}
	}
	return words{}, false
}

// standing is what is told of a balancer that stands.
func (w words) standing(o cloud.Offering) string {
	if w.message != "" {
		return w.message
	}
	var ips []string
	for _, in := range o.Ingress {
		ips = append(ips, in.IP)
	}
	return fmt.Sprintf("Assigned IP %q", ips)
}

// refusal is the reason and the message of the event that tells why there is
// no balancer.
func (w words) refusal(svc *corev1.Service, o cloud.Offering) (reason, message string) {
	switch w.component {
	case "service", "ingress":
		if o.Deployed {
			return "FailedDeployModel", "Failed deploy model due to " + o.Refused.Error()
		}
		return "FailedBuildModel", "Failed build model due to " + o.Refused.Error()
	case "metallb-controller":
		return "AllocationFailed", fmt.Sprintf("Failed to allocate IP for %q: %v", svc.Namespace+"/"+svc.Name, o.Refused)
	}
	return "SyncLoadBalancerFailed", "Error syncing load balancer: failed to ensure load balancer: " + o.Refused.Error()
}
