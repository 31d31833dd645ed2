package cloud

import (
	"net/netip"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Annotations of AWS's Service controllers.
const (
	awsPrefix           = "service.beta.kubernetes.io/aws-load-balancer-"
	awsType             = awsPrefix + "type"
	awsTargetType       = awsPrefix + "nlb-target-type"
	awsScheme           = awsPrefix + "scheme"
	awsInternalOld      = awsPrefix + "internal"
	awsTargetGroup      = awsPrefix + "target-group-attributes"
	awsSecurityGroups   = awsPrefix + "security-groups"
	awsDisableGroups    = awsPrefix + "disable-nlb-sg"
	awsSourceRanges     = "service.beta.kubernetes.io/load-balancer-source-ranges"
	awsNLBClass         = "service.k8s.aws/nlb"
	attributePreserveIP = "preserve_client_ip.enabled"
)

// AWSController tells whether the AWS Load Balancer Controller looks after a
// Service, and not the legacy cloud controller: by its class, or by the type
// annotation (pkg/service/service_utils.go).
func AWSController(svc *corev1.Service) bool {
	if c := svc.Spec.LoadBalancerClass; c != nil {
		return *c == awsNLBClass
	}
	switch svc.Annotations[awsType] {
	case "nlb-ip":
		return true
	case "external":
		t := svc.Annotations[awsTargetType]
		return t == "ip" || t == "instance"
	}
	return false
}

func awsProduct(svc *corev1.Service) Product {
	if AWSController(svc) || svc.Annotations[awsType] == "nlb" {
		return NLB
	}
	return Classic
}

// awsTargets: a target type that the controller does not know counts as
// instance (pkg/service/model_build_target_group.go).
func awsTargets(svc *corev1.Service) Targets {
	if !AWSController(svc) {
		return Instances
	}
	if svc.Annotations[awsTargetType] == "ip" || svc.Annotations[awsType] == "nlb-ip" {
		return IPs
	}
	return Instances
}

// awsInternal: the controller's balancers are internal unless an annotation
// says otherwise, the legacy ones face the internet unless one does.
func awsInternal(svc *corev1.Service) bool {
	old, hasOld := svc.Annotations[awsInternalOld]
	if !AWSController(svc) {
		return hasOld && old != "" && old != "false"
	}
	if scheme, ok := svc.Annotations[awsScheme]; ok {
		return scheme != "internet-facing"
	}
	internal, err := strconv.ParseBool(old)
	return !hasOld || err == nil && internal
}

// awsRanges: the field wins over the annotation; own security groups, or none,
// leave both without effect.
func awsRanges(svc *corev1.Service) []netip.Prefix {
	if AWSController(svc) && (svc.Annotations[awsSecurityGroups] != "" || svc.Annotations[awsDisableGroups] == "true") {
		return nil
	}
	if len(svc.Spec.LoadBalancerSourceRanges) > 0 {
		return parseRanges(svc.Spec.LoadBalancerSourceRanges)
	}
	if text := svc.Annotations[awsSourceRanges]; text != "" {
		return parseRanges(strings.Split(text, ","))
	}
	return nil
}

// PreservesClient tells whether targets see the client's address on a port:
// what the target group's attributes say, those of that port before those of
// all; otherwise instance targets do, and ip targets do for UDP alone.
func (b *Balancer) PreservesClient(port *corev1.ServicePort) bool {
	switch {
	case b.PassThrough:
		return true
	case b.Product != NLB:
		return false
	case AWSController(b.Service):
		for _, name := range []string{awsTargetGroup + "." + strconv.Itoa(int(port.Port)), awsTargetGroup} {
			if v, ok := attribute(b.Service.Annotations[name], attributePreserveIP); ok {
				return v == "true"
			}
		}
	}
	return b.Targets == Instances || port.Protocol == corev1.ProtocolUDP
}

// attribute finds one of "a=1,b=2": blanks count but around the commas, and of
// several the last counts (pkg/annotations/parser.go).
func attribute(list, name string) (value string, ok bool) {
	for pair := range strings.SplitSeq(list, ",") {
		if k, v, is := strings.Cut(strings.TrimSpace(pair), "="); is && k == name {
			value, ok = v, true
		}
	}
	return value, ok
}
