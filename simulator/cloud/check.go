package cloud

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// More annotations of AWS's Service controllers.
const (
	awsName             = awsPrefix + "name"
	awsAttributes       = awsPrefix + "attributes"
	attributeCrossZone  = "load_balancing.cross_zone.enabled"
	noNodePort          = "unable to support instance target type with an unallocated NodePort"
	annotationNotParsed = "failed to parse stringMap annotation, %v: %v"
)

// checkNLB is why the AWS Load Balancer Controller builds no balancer: what it
// says after "Failed build model due to".
func checkNLB(svc *corev1.Service) error {
	if s, ok := svc.Annotations[awsScheme]; ok && s != "internet-facing" && s != "internal" {
		return fmt.Errorf("unknown scheme: %v", s)
	}
	if s, ok := svc.Annotations[awsInternalOld]; ok {
		if _, err := strconv.ParseBool(s); err != nil {
			return fmt.Errorf("failed to parse bool annotation, %v: %v: %w", awsInternalOld, s, err)
		}
	}
	if err := checkRanges(svc); err != nil {
		return err
	}
	if err := checkFlag(svc, awsAttributes, attributeCrossZone); err != nil {
		return err
	}
	for _, p := range svc.Spec.Ports {
		for _, name := range []string{awsTargetGroup, fmt.Sprintf("%s.%d", awsTargetGroup, p.Port)} {
			if err := checkFlag(svc, name, attributePreserveIP); err != nil {
				return err
			}
		}
		if awsTargets(svc) == Instances && p.NodePort == 0 {
			return errors.New(noNodePort)
		}
	}
	return nil
}

// checkFlag checks an annotation of the form key=value,key=value and that one
// of its keys, if it is there, is true or false.
func checkFlag(svc *corev1.Service, annotation, key string) error {
	raw := svc.Annotations[annotation]
	for part := range strings.SplitSeq(raw, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if k, _, ok := strings.Cut(part, "="); !ok || k == "" {
			return fmt.Errorf(annotationNotParsed, annotation, raw)
		}
	}
	v, ok := attribute(raw, key)
	if !ok {
		return nil
	}
	if _, err := strconv.ParseBool(v); err != nil {
		return fmt.Errorf("failed to parse attribute %v=%v: %w", key, v, err)
	}
	return nil
}

// checkRanges checks the networks of the field, or else of the annotation.
func checkRanges(svc *corev1.Service) error {
	list := svc.Spec.LoadBalancerSourceRanges
	if len(list) == 0 {
		list = strings.Split(svc.Annotations[awsSourceRanges], ",")
	}
	for _, s := range list {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if _, err := netip.ParsePrefix(s); err != nil {
			return fmt.Errorf("invalid CIDR address: %s", s)
		}
	}
	return nil
}

// checkLegacy is what cloud-provider-aws refuses (pkg/providers/v1/aws.go).
func checkLegacy(svc *corev1.Service) error {
	if err := checkRanges(svc); err != nil {
		return err
	}
	open := false
	for _, p := range svc.Spec.Ports {
		if p.Protocol != corev1.ProtocolTCP && awsProduct(svc) == Classic {
			return errors.New("Only TCP LoadBalancer is supported for AWS ELB") //nolint:staticcheck // the provider's own words
		}
		if p.Protocol != svc.Spec.Ports[0].Protocol {
			return errors.New("mixed protocol is not supported for LoadBalancer")
		}
		open = open || p.NodePort != 0
	}
	if !open {
		return errors.New("requested a load balancer without node ports to send to")
	}
	return nil
}

// Annotations of GKE and Azure.
const (
	googleType    = "networking.gke.io/load-balancer-type"
	googleTypeOld = "cloud.google.com/load-balancer-type"
	azureInternal = "service.beta.kubernetes.io/azure-load-balancer-internal"
)

// googleIsInternal: by class, or else by annotation.
func googleIsInternal(svc *corev1.Service) bool {
	if class := svc.Spec.LoadBalancerClass; class != nil {
		return googleClasses[*class]
	}
	return strings.EqualFold(svc.Annotations[googleType], "internal") || strings.EqualFold(svc.Annotations[googleTypeOld], "internal")
}

func azureIsInternal(svc *corev1.Service) bool { return svc.Annotations[azureInternal] == "true" }
