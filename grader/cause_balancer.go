package grader

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
)

// nlbClass is the class that the AWS Load Balancer Controller serves.
const nlbClass = "service.k8s.aws/nlb"

// aboutBalancer tells whether the miss is about what annotations decide.
func (m *miss) aboutBalancer() bool {
	e := m.expect
	if e == nil {
		return false
	}
	return e.Balancer != nil || e.Admits != nil || m.reach != nil && m.reach.Way == lessons.ByBalancer || e.Route != nil
}

// annotation is the path of an annotation of the Service's balancer, its value
// and whether it is there.
func (m *miss) annotation(name string) (field, value string, there bool) {
	value, there = m.svc.Annotations[awsPrefix+name]
	return manifest.Join("metadata.annotations", awsPrefix+name), value, there
}

// balancer is the one that the Service has, nil if it has none.
func (m *miss) balancer() *balancer {
	return m.scene.balancerOf("Service", m.svc.Namespace, m.svc.Name)
}

// pendingQuota is a balancer that the account has no room for.
func pendingQuota(m *miss) (Diagnosis, bool) {
	quota := m.scene.st.World.Cloud.Quota
	if !m.aboutBalancer() || m.aboutFront() || m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeLoadBalancer || quota == 0 {
		return none()
	}
	var holders []string
	for _, b := range m.scene.balancers() {
		holders = append(holders, b.owner+" "+b.name.Name)
	}
	if len(holders) < quota || m.balancer() != nil {
		return none()
	}
	return m.at("pending-quota", "spec.type", "Free one: who holds a balancer that nobody outside needs?",
		"the account's quota of load balancers is %d, used up by %s, so this one stays <pending>", quota, words(holders))
}

// balancerOther is another balancer than the one asked for, or none since
// nobody serves its class.
func balancerOther(m *miss) (Diagnosis, bool) {
	if !m.aboutBalancer() || m.aboutFront() || m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return none()
	}
	b := m.balancer()
	class := m.svc.Spec.LoadBalancerClass
	if b == nil {
		if d, bad := m.valueNobodyKnows(); bad {
			return d, true
		}
	}
	switch {
	case b == nil && class != nil && *class == nlbClass:
		return none()
	case b == nil && class != nil:
		return m.at("lb-wrong-kind", "spec.loadBalancerClass", "Write service.k8s.aws/nlb, or take the class out.", "nobody in this cluster serves the class %s, so there is no balancer", *class)
	case b == nil:
		field, value, _ := m.annotation("type")
		return m.at("lb-wrong-kind", field, "Take it out: the controller then makes an NLB.", "no controller serves a balancer of type %q", value)
	case m.expect.Balancer != nil && m.expect.Balancer.Kind != "" && b.kind != m.expect.Balancer.Kind:
		return m.at("lb-wrong-kind", "spec.type", "Make the Service anew, so that the controller's webhook sees it.", "the balancer is of kind %s, and %s is asked for", b.kind, m.expect.Balancer.Kind)
	}
	return none()
}

// choices are the annotations that take one of a few values. The controller
// makes no balancer where it finds another one.
var choices = []struct {
	id, name, value string
	known           func(value string) bool
}{
	{"lb-internal", "scheme", "internet-facing", isScheme},
	{"lb-internal", "internal", "false", isBool},
}

func isScheme(v string) bool { return v == "internet-facing" || v == "internal" }

func isBool(v string) bool {
	_, err := strconv.ParseBool(v)
	return err == nil
}

// valueNobodyKnows is an annotation with a value that the controller refuses:
// it then makes no balancer at all.
func (m *miss) valueNobodyKnows() (Diagnosis, bool) {
	for _, c := range choices {
		if field, value, there := m.annotation(c.name); there && !c.known(value) {
			return m.at(c.id, field, "Write "+c.value+", in these very letters.",
				"%s has no value %q, so the controller makes no balancer", awsPrefix+c.name, value)
		}
	}
	const attributes = "target-group-attributes"
	names := []string{attributes}
	for _, p := range m.svc.Spec.Ports {
		names = append(names, fmt.Sprintf("%s.%d", attributes, p.Port))
	}
	for _, name := range names {
		if field, value, _ := m.annotation(name); !isAttributes(value) {
			return m.at("client-address-not-preserved-by-lb", field, "Write "+preserved+".",
				"%q are no attributes: they have the form key=value, with commas between them, and the controller makes no balancer otherwise", value)
		}
	}
	allocate := m.svc.Spec.AllocateLoadBalancerNodePorts
	field, value, _ := m.annotation("nlb-target-type")
	if b := m.svc.Annotations[awsPrefix+"type"]; value != "ip" && b != "nlb-ip" && allocate != nil && !*allocate && !m.hasNodePorts() {
		return m.at("lb-wrong-targets", field, "Write the annotation "+awsPrefix+"nlb-target-type: ip.",
			"instance targets are node ports, and allocateLoadBalancerNodePorts: false leaves the Service without them, so the controller makes no balancer")
	}
	return none()
}

// preserved is the attribute that keeps the client's address.
const preserved = "preserve_client_ip.enabled=true"

// isAttributes tells whether the controller can read a list of attributes, and
// the one that keeps the client's address.
func isAttributes(list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case strings.TrimSpace(part) == "":
		case !ok, strings.HasPrefix(preserved, strings.TrimSpace(key)+"=") && !isBool(value):
			return false
		}
	}
	return true
}

func (m *miss) hasNodePorts() bool {
	return slices.ContainsFunc(m.svc.Spec.Ports, func(p corev1.ServicePort) bool { return p.NodePort != 0 })
}

func balancerInternal(m *miss) (Diagnosis, bool) {
	if m.aboutFront() {
		return m.ingressInternal()
	}
	if !m.aboutBalancer() || m.svc == nil || m.expect.Reach == nil {
		return none()
	}
	b := m.balancer()
	if b == nil || b.scheme != "internal" {
		return none()
	}
	field, value, _ := m.annotation("scheme")
	how := "its scheme is left out, and the controller then makes it internal"
	if value != "" {
		how = fmt.Sprintf("its scheme is %q", value)
	} else if f, v, there := m.annotation("internal"); there {
		field, how = f, fmt.Sprintf("aws-load-balancer-internal is %q", v)
	}
	return m.at("lb-internal", field, "Write the annotation "+awsPrefix+"scheme: internet-facing.", "the balancer is internal: %s", how)
}

func balancerTargets(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Balancer == nil || m.svc == nil {
		return none()
	}
	b := m.balancer()
	want := m.expect.Balancer.Targets
	if b == nil || want == "" || b.targets == want {
		return none()
	}
	field, value, _ := m.annotation("nlb-target-type")
	how := "nlb-target-type is left out, and instance is the default"
	switch value {
	case "":
	case "instance", "ip":
		how = fmt.Sprintf("nlb-target-type is %q", value)
	default:
		how = fmt.Sprintf("nlb-target-type has no value %q, which then counts as instance", value)
	}
	return m.at("lb-wrong-targets", field, "Write the annotation "+awsPrefix+"nlb-target-type: "+want+".",
		"the balancer sends to %s targets, and %s targets are asked for: %s", b.targets, want, how)
}

// clientAddressNotPreserved is an NLB with ip targets that opens connections
// of its own.
func clientAddressNotPreserved(m *miss) (Diagnosis, bool) {
	if !m.forSource() || m.reach.Way != lessons.ByBalancer {
		return none()
	}
	b := m.balancer()
	if b == nil || b.targets != "ip" {
		return none()
	}
	field, value, _ := m.annotation("target-group-attributes")
	how := preserved + " is missing from the target group's attributes"
	if value != "" {
		how = fmt.Sprintf("the target group's attributes are %q", value)
	}
	if f, v, _ := m.annotation(fmt.Sprintf("target-group-attributes.%d", m.reach.Port)); v != "" {
		field, how = f, fmt.Sprintf("the attributes of port %d's target group are %q", m.reach.Port, v)
	}
	return m.at("client-address-not-preserved-by-lb", field, "Write the annotation "+awsPrefix+"target-group-attributes: "+preserved+".",
		"with ip targets the NLB calls the pods under its own address: %s", how)
}
