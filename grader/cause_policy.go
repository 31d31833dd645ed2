package grader

import (
	"fmt"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dataplane/netpolicy"
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

func policyMissing(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil || len(m.policies()) > 0 {
		return none()
	}
	if all := m.scene.st.PoliciesIn(namespace(m.reach)); len(all) > 0 {
		return m.in("NetworkPolicy", all[0], "policy-missing", "spec.podSelector", "Write matchLabels: {app: "+m.reach.App+"} under podSelector.",
			"NetworkPolicy %s does not guard what comes in to the pods of app=%s", all[0].Name, m.reach.App)
	}
	return Diagnosis{
		ID: "policy-missing", Message: "no NetworkPolicy selects the pods of app=" + m.reach.App + ", so every pod reaches them",
		Next: "Add a NetworkPolicy whose podSelector selects them.",
	}, true
}

// policyWrongPort is a rule with the number of the Service's port, where the
// pods' own is another, or becomes another.
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
				why := "the rule names %d, the Service's port; a NetworkPolicy sees the pod's port, after translation"
				if m.expect.Moved != nil {
					why = "the rule names the number %d, and the pod whose port has moved no longer listens there"
				}
				return m.in("NetworkPolicy", p, "policy-wrong-port", field, "Write port: "+m.reach.Target+", the pods' name for it.", why, m.reach.Port)
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

// policyTooClosed is a policy that stops those who should get in: the one with
// a rule that comes near to letting them in, or else the first.
func policyTooClosed(m *miss) (Diagnosis, bool) {
	if !m.stopped() {
		return none()
	}
	all := m.policies()
	for _, p := range all {
		for i, rule := range p.Spec.Ingress {
			if field, why, next := m.nearRule(p, rule, manifest.At("spec.ingress", i)); field != "" {
				return m.tooClosed(p, field, why, next)
			}
		}
	}
	if len(all) == 0 {
		return none()
	}
	if b := m.underAnotherAddress(); b != nil {
		return m.tooClosed(all[0], "spec.ingress", fmt.Sprintf("pod %s sees it come from %s, %s, and no rule lets that in", b.Name, b.Source, m.scene.whose(b.Source)),
			"Let the nodes' addresses in as well, or write externalTrafficPolicy: Local in the Service.")
	}
	port := "port: " + m.reach.Target
	next := "Add a rule with " + port + " and no from: everybody should get in."
	switch {
	case m.client.Kind != dataplane.Pod:
		next = "Add a rule with " + port + " that lets in whoever comes from outside."
	case !m.fromEverybody():
		next = "Add a rule with " + port + " and, under from, the namespaceSelector kubernetes.io/metadata.name: " + m.client.Namespace + "."
	}
	return m.tooClosed(all[0], "spec.ingress", "none of its rules lets it in on the pods' port "+m.reach.Target, next)
}

// underAnotherAddress is a pod that would let the client in, and does not
// because a node has put its own address in the client's place.
func (m *miss) underAnotherAddress() *dataplane.Backend {
	if m.client.Kind == dataplane.Pod {
		return nil
	}
	policies := netpolicy.New(m.scene.st)
	for _, own := range m.scene.ownAddresses(m.client) {
		for i, b := range m.trace.Failing {
			pod := m.scene.st.Pod(b.Pod.Namespace, b.Pod.Name)
			if pod != nil && b.Source != own && policies.Ingress(pod, netpolicy.Peer{Addr: own}, b.Address.Port(), m.trace.Packet.Proto).Allowed {
				return &m.trace.Failing[i]
			}
		}
	}
	return nil
}

// egressTooClosed is a policy that keeps the client from sending, to the pods
// or to the cluster's DNS.
func egressTooClosed(m *miss) (Diagnosis, bool) {
	if !m.stopped() && !m.unheard() || m.client.Kind != dataplane.Pod {
		return none()
	}
	by, to := m.shutIn(), "there"
	if m.trace.Outcome == dataplane.NoSuchName {
		to = "to the cluster's DNS"
	}
	if by == nil {
		return m.shutDNS()
	}
	return m.in("NetworkPolicy", by, "policy-too-closed", "spec.policyTypes", "Take Egress out of policyTypes, or add an egress rule for that.",
		"NetworkPolicy %s selects %s and does not let it send %s", by.Name, m.scene.who(m.client), to)
}

// shutDNS is a policy that keeps everybody's questions from the cluster's DNS.
func (m *miss) shutDNS() (Diagnosis, bool) {
	by := m.trace.Last().Object
	if m.trace.Outcome != dataplane.NoSuchName || by.Kind != "NetworkPolicy" {
		return none()
	}
	p := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: by.Namespace, Name: by.Name}}
	return m.in("NetworkPolicy", p, "policy-too-closed", "spec.ingress", "Let everybody in there on port 53, by UDP and TCP.",
		"NetworkPolicy %s stops questions to the cluster's DNS, so %s finds no name", by.Name, m.scene.who(m.client))
}

// shutIn is the policy that keeps the client from sending, nil if none does.
func (m *miss) shutIn() *networkingv1.NetworkPolicy {
	pod := m.scene.st.Pod(m.client.Namespace, m.client.Name)
	policies := netpolicy.New(m.scene.st)
	ends := slices.Clone(m.trace.Failing)
	if len(ends) == 0 {
		ends = append(ends, dataplane.Backend{Address: m.trace.Packet.To})
	}
	for _, b := range ends {
		to := netpolicy.Peer{Addr: b.Address.Addr(), Pod: m.scene.st.Pod(b.Pod.Namespace, b.Pod.Name)}
		if v := policies.Egress(pod, to, b.Address.Port(), m.trace.Packet.Proto); !v.Allowed {
			return v.By
		}
	}
	return nil
}

func (m *miss) tooClosed(p *networkingv1.NetworkPolicy, field, why, next string) (Diagnosis, bool) {
	return m.in("NetworkPolicy", p, "policy-too-closed", field, next, "NetworkPolicy %s stops %s: %s", p.Name, m.scene.who(m.client), why)
}

// nearRule is what keeps a rule from letting the client in, and what to do
// about it, where it is for the port alone or for the client alone.
func (m *miss) nearRule(p *networkingv1.NetworkPolicy, rule networkingv1.NetworkPolicyIngressRule, at string) (field, why, next string) {
	if m.client.Kind != dataplane.Pod {
		return "", "", ""
	}
	switch hasTarget, admits := m.ruleHasTarget(rule), m.ruleAdmits(p, rule); {
	case hasTarget && !admits:
		field, why = m.whyNotFrom(p, rule, at+".from")
		next = "Write a namespaceSelector with kubernetes.io/metadata.name: " + m.client.Namespace + " there."
		if m.fromEverybody() {
			next = "Take the from out of this rule: everybody should get in."
		}
	case admits && !hasTarget && len(rule.From) > 0:
		field, why = at+".ports", fmt.Sprintf("the rule that is for them does not name the pods' port %s (%s)", m.reach.Target, protocol(m.reach))
		next = "Write port: " + m.reach.Target + " there."
	}
	return field, why, next
}

// fromEverybody tells whether all pods should get in.
func (m *miss) fromEverybody() bool { return slices.Contains(m.reach.From, "pods") }

// whyNotFrom is which entry of a rule's from is meant for the client and does
// not let it in, and why.
func (m *miss) whyNotFrom(p *networkingv1.NetworkPolicy, rule networkingv1.NetworkPolicyIngressRule, at string) (field, why string) {
	for j, from := range rule.From {
		one := manifest.At(at, j)
		switch {
		case from.IPBlock != nil:
		case from.NamespaceSelector == nil && m.client.Namespace != p.Namespace:
			return one, "a podSelector alone means pods of the policy's own namespace, " + p.Namespace
		case from.NamespaceSelector != nil && !m.selectsAnyNamespace(from.NamespaceSelector):
			return one + ".namespaceSelector", "no namespace has these labels; each has kubernetes.io/metadata.name"
		case from.NamespaceSelector != nil && from.PodSelector != nil:
			return one + ".podSelector", "an entry with both selectors asks for both, and no such pod of the namespace has these labels"
		}
	}
	return at, fmt.Sprintf("the rule for the pods' port %s does not let them in", m.reach.Target)
}

func (m *miss) selectsAnyNamespace(s *metav1.LabelSelector) bool {
	return slices.ContainsFunc(m.scene.st.Namespaces, func(ns *corev1.Namespace) bool { return selects(s, ns.Labels) })
}

// policyTooOpen is a rule that lets in who should not get in.
func policyTooOpen(m *miss) (Diagnosis, bool) {
	if m.expect == nil || m.expect.Shut == nil {
		return none()
	}
	for _, p := range m.policies() {
		for i, rule := range p.Spec.Ingress {
			if !m.ruleHasTarget(rule) || !m.ruleAdmits(p, rule) {
				continue
			}
			field := manifest.At("spec.ingress", i)
			if len(rule.From) > 0 {
				return m.in("NetworkPolicy", p, "policy-too-open", field+".from", "Let only the namespace in that is asked for.", "this rule also lets %s in", m.scene.who(m.client))
			}
			next := "Give this rule a from with the namespace that is asked for."
			if len(rule.Ports) != 1 || rule.Ports[0].EndPort != nil {
				next = "Let this rule name only the port that is open to all."
			}
			return m.in("NetworkPolicy", p, "policy-too-open", field, next, "this rule's from is empty or left out, so it lets everybody in on the pods' port %s", m.reach.Target)
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
		if port.Protocol != nil && *port.Protocol != protocol(m.reach) {
			continue
		}
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
