package grader

import (
	"fmt"
	"net/netip"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/state"
)

// policies are the NetworkPolicies that guard the pods of the connection, for
// what comes in.
func (m *miss) policies() []*networkingv1.NetworkPolicy {
	var list []*networkingv1.NetworkPolicy
	for _, p := range m.scene.st.PoliciesIn(namespace(m.reach)) {
		sel, err := metav1.LabelSelectorAsSelector(&p.Spec.PodSelector)
		if err != nil || !guardsIngress(p) {
			continue
		}
		for _, n := range podsOf(m.scene.st, namespace(m.reach), m.reach.App) {
			if sel.Matches(labels.Set(m.scene.st.Pod(n.Namespace, n.Name).Labels)) {
				list = append(list, p)
				break
			}
		}
	}
	return list
}

func guardsIngress(p *networkingv1.NetworkPolicy) bool {
	for _, t := range p.Spec.PolicyTypes {
		if t == networkingv1.PolicyTypeIngress {
			return true
		}
	}
	return len(p.Spec.PolicyTypes) == 0
}

// stopped tells whether a NetworkPolicy keeps the connection from some pod.
func (m *miss) stopped() bool {
	if m.reach == nil || m.expect.Reach == nil || m.trace == nil {
		return false
	}
	for _, b := range m.trace.Failing {
		if b.Object.Kind == "NetworkPolicy" {
			return true
		}
	}
	for _, h := range m.trace.Hops {
		if h.Kind == dataplane.HopPolicy {
			return true
		}
	}
	return false
}

// policyAt is a diagnosis in a policy of the learner's.
func (m *miss) policyAt(p *networkingv1.NetworkPolicy, id, field, next, message string, args ...any) (Diagnosis, bool) {
	m.doc = nil
	if m.scene.file != nil {
		for _, d := range m.scene.file.Documents {
			if d.Kind() == "NetworkPolicy" && d.Name() == p.Name {
				m.doc = d
			}
		}
	}
	return m.at(id, field, next, message, args...)
}

func policyMissing(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil || len(m.policies()) > 0 {
		return none()
	}
	if all := m.scene.st.PoliciesIn(namespace(m.reach)); len(all) > 0 {
		return m.policyAt(all[0], "policy-missing", "spec.podSelector", "Write matchLabels: {app: "+m.reach.App+"} under podSelector.",
			"NetworkPolicy %s does not guard what comes in to the pods of app=%s", all[0].Name, m.reach.App)
	}
	return Diagnosis{
		ID: "policy-missing", Message: "no NetworkPolicy selects the pods of app=" + m.reach.App + ", so every pod reaches them",
		Next: "Add a NetworkPolicy whose podSelector selects them.",
	}, true
}

// policyWrongPort is a rule with the number of the Service's port, where the
// pods' own is another.
func policyWrongPort(m *miss) (Diagnosis, bool) {
	if !m.stopped() {
		return none()
	}
	for _, p := range m.policies() {
		for i, rule := range p.Spec.Ingress {
			for j, port := range rule.Ports {
				if port.Port == nil || port.Port.Type != intstr.Int || port.Port.IntVal != m.reach.Port || m.allPodsListenOn(m.reach.Port) {
					continue
				}
				field := manifest.At(manifest.At("spec.ingress", i)+".ports", j) + ".port"
				return m.policyAt(p, "policy-wrong-port", field, "Write port: "+m.reach.Target+", the pods' name for it.",
					"the rule names %d, the Service's port; a NetworkPolicy sees the pod's port, after translation", m.reach.Port)
			}
		}
	}
	return none()
}

// allPodsListenOn tells whether each pod's target port has the number.
func (m *miss) allPodsListenOn(number int32) bool {
	for _, n := range podsOf(m.scene.st, namespace(m.reach), m.reach.App) {
		if portNamed(m.scene.st.Pod(n.Namespace, n.Name), m.reach.Target) != number {
			return false
		}
	}
	return true
}

func policyTooClosed(m *miss) (Diagnosis, bool) {
	if !m.stopped() {
		return none()
	}
	if all := m.policies(); len(all) > 0 {
		p := all[0]
		field, why := "spec.ingress", fmt.Sprintf("none of its rules lets %s in on the pods' port %s", m.scene.who(m.client), m.reach.Target)
		for i, rule := range p.Spec.Ingress {
			if len(rule.From) > 0 && m.ruleHasTarget(rule) && !m.ruleAdmits(p, rule) {
				field = manifest.At("spec.ingress", i) + ".from"
			}
			for j, from := range rule.From {
				if from.PodSelector != nil && from.NamespaceSelector == nil && m.client.Namespace != p.Namespace {
					field = manifest.At(manifest.At("spec.ingress", i)+".from", j)
					why = "a podSelector alone means pods of the policy's own namespace, " + p.Namespace
				}
			}
		}
		return m.policyAt(p, "policy-too-closed", field, "Allow them: a namespaceSelector for kubernetes.io/metadata.name, and the ports they use.",
			"NetworkPolicy %s stops %s: %s", p.Name, m.scene.who(m.client), why)
	}
	return none()
}

func policyTooOpen(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil {
		return none()
	}
	for _, p := range m.policies() {
		for i, rule := range p.Spec.Ingress {
			if len(rule.From) == 0 && m.ruleHasTarget(rule) {
				return m.policyAt(p, "policy-too-open", manifest.At("spec.ingress", i), "Give this rule a from, and let it name only the port that is open to all.",
					"this rule has no from, so it lets everybody in on the pods' port %s", m.reach.Target)
			}
		}
	}
	for _, p := range m.policies() {
		for i, rule := range p.Spec.Ingress {
			if m.ruleHasTarget(rule) && m.ruleAdmits(p, rule) {
				return m.policyAt(p, "policy-too-open", manifest.At("spec.ingress", i)+".from", "Let only the namespace in that is asked for.",
					"its rules also let %s in", m.scene.who(m.client))
			}
		}
	}
	return none()
}

// ruleAdmits tells whether a rule lets the connection's client in, a pod.
func (m *miss) ruleAdmits(p *networkingv1.NetworkPolicy, rule networkingv1.NetworkPolicyIngressRule) bool {
	pod := m.scene.st.Pod(m.client.Namespace, m.client.Name)
	if pod == nil || len(rule.From) == 0 {
		return true
	}
	for _, from := range rule.From {
		if from.IPBlock != nil {
			if block, err := netip.ParsePrefix(from.IPBlock.CIDR); err == nil && block.Contains(state.PodAddrs(pod)[0]) {
				return true
			}
			continue
		}
		inNamespace := pod.Namespace == p.Namespace
		if from.NamespaceSelector != nil {
			ns := m.scene.st.Namespace(pod.Namespace)
			inNamespace = ns != nil && selects(from.NamespaceSelector, ns.Labels)
		}
		if inNamespace && (from.PodSelector == nil || selects(from.PodSelector, pod.Labels)) {
			return true
		}
	}
	return false
}

func selects(s *metav1.LabelSelector, set map[string]string) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(set))
}

// ruleHasTarget tells whether a rule is about the pods' port of the
// connection.
func (m *miss) ruleHasTarget(rule networkingv1.NetworkPolicyIngressRule) bool {
	for _, port := range rule.Ports {
		if port.Port == nil || port.Port.Type == intstr.String && port.Port.StrVal == m.reach.Target {
			return true
		}
		end := port.Port.IntVal
		if port.EndPort != nil {
			end = *port.EndPort
		}
		for _, n := range podsOf(m.scene.st, namespace(m.reach), m.reach.App) {
			if number := portNamed(m.scene.st.Pod(n.Namespace, n.Name), m.reach.Target); port.Port.IntVal <= number && number <= end {
				return true
			}
		}
	}
	return len(rule.Ports) == 0
}
