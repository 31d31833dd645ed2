package grader

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
)

// forPorts tells whether the miss is about a connection that the Service's
// ports decide.
func (m *miss) forPorts() bool {
	return m.reach != nil && m.svc != nil && m.expect.Reach != nil && m.svc.Spec.Type != corev1.ServiceTypeExternalName
}

// entry is the Service's port that the connection asks for, -1 if there is
// none. The protocol counts.
func (m *miss) entry() int {
	for i, p := range m.svc.Spec.Ports {
		if m.number(p) == m.reach.Port && p.Protocol == protocol(m.reach) {
			return i
		}
	}
	return -1
}

// number is the port's number as callers of this way use it.
func (m *miss) number(p corev1.ServicePort) int32 {
	if m.reach.Way == lessons.ByNode {
		return p.NodePort
	}
	return p.Port
}

// field is the path of a field of the i-th port as the learner wrote it: the
// stored order is that of the manifest.
func (m *miss) field(i int, name string) string {
	return manifest.At("spec.ports", i) + "." + name
}

// wanted is the number that the app's pods have for the port that must
// answer, of the first pod.
func (m *miss) wanted() int32 { return m.targetOf(m.reach) }

func (m *miss) targetOf(r *lessons.Reach) int32 {
	for _, n := range podsOf(m.scene.st, namespace(r), r.App) {
		if number := portNamed(m.scene.st.Pod(n.Namespace, n.Name), r.Target); number != 0 {
			return number
		}
	}
	return 0
}

// others are the connections to the same Service that other expectations ask
// for.
func (m *miss) others() []*lessons.Reach {
	var list []*lessons.Reach
	for i := range m.scene.scenario.Expect {
		r := m.scene.scenario.Expect[i].Reach
		if r != nil && r.Service == m.reach.Service && r.Way == m.reach.Way && r.Port != m.reach.Port {
			list = append(list, r)
		}
	}
	return list
}

// nodePortOther is a node port with another number than the one asked for.
func nodePortOther(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.reach.Way != lessons.ByNode || m.entry() >= 0 || m.protocolDiffers() >= 0 {
		return none()
	}
	for i, p := range m.svc.Spec.Ports {
		if p.NodePort == 0 {
			continue
		}
		next := fmt.Sprintf("Write nodePort: %d.", m.reach.Port)
		field := m.field(i, "nodePort")
		if m.doc != nil && !m.doc.Gives(field) {
			return m.at("node-port-other", field, next, "no nodePort is given, so %d was drawn, and %d is asked for", p.NodePort, m.reach.Port)
		}
		return m.at("node-port-other", field, next, "the nodes listen on %d, and %d is asked for", p.NodePort, m.reach.Port)
	}
	return none()
}

// protocolDiffers is the port that has the number but another protocol, -1
// if there is none.
func (m *miss) protocolDiffers() int {
	for i, p := range m.svc.Spec.Ports {
		if m.number(p) == m.reach.Port && p.Protocol != protocol(m.reach) {
			return i
		}
	}
	return -1
}

func protocolWrong(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.entry() >= 0 {
		return none()
	}
	i := m.protocolDiffers()
	if i < 0 {
		return none()
	}
	return m.at("protocol-wrong", m.field(i, "protocol"), fmt.Sprintf("Write protocol: %s.", protocol(m.reach)),
		"port %d is there for %s, and its callers use %s", m.reach.Port, m.svc.Spec.Ports[i].Protocol, protocol(m.reach))
}

// portsSwapped is port and targetPort the wrong way round, or two ports that
// have each other's target.
func portsSwapped(m *miss) (Diagnosis, bool) {
	if !m.forPorts() {
		return none()
	}
	if i := m.entry(); i >= 0 && m.reach.Way == lessons.ByNode {
		for _, callers := range m.inside() {
			if m.turned(m.svc.Spec.Ports[i], callers) {
				return m.wrongWayRound(i, callers)
			}
		}
		return none()
	} else if i >= 0 {
		for _, r := range m.others() {
			if m.leadsTo(i, r) && m.exchanged(r) {
				return m.at("ports-swapped", m.field(i, "targetPort"), fmt.Sprintf("Lead port %d to %s.", m.reach.Port, m.reach.Target),
					"port %d leads to the pods' %s, which belongs to port %d", m.reach.Port, r.Target, r.Port)
			}
		}
		return none()
	}
	for i, p := range m.svc.Spec.Ports {
		if m.turned(p, m.reach.Port) {
			return m.wrongWayRound(i, m.reach.Port)
		}
	}
	return none()
}

// turned tells whether a port and its target are the wrong way round for
// callers of a port.
func (m *miss) turned(p corev1.ServicePort, callers int32) bool {
	target := p.TargetPort
	return p.Port == m.wanted() && p.Port != callers && target.Type == intstr.Int && target.IntVal == callers
}

func (m *miss) wrongWayRound(i int, callers int32) (Diagnosis, bool) {
	return m.at("ports-swapped", m.field(i, "port"), fmt.Sprintf("Write port: %d and targetPort: %d.", callers, m.wanted()),
		"port and targetPort are the wrong way round: callers use %d, the pods listen on %d", callers, m.wanted())
}

// inside are the ports on which callers inside the cluster use the Service.
func (m *miss) inside() []int32 {
	var ports []int32
	for i := range m.scene.scenario.Expect {
		if r := m.scene.scenario.Expect[i].Reach; r != nil && r.Service == m.reach.Service && (r.Way == "" || r.Way == lessons.ByName) {
			ports = append(ports, r.Port)
		}
	}
	return ports
}

// leadsTo tells whether the i-th port's target is the one that another
// connection asks for, and not this one's.
func (m *miss) leadsTo(i int, r *lessons.Reach) bool {
	if r.Target == m.reach.Target {
		return false
	}
	target := m.svc.Spec.Ports[i].TargetPort
	if target.Type == intstr.String {
		return target.StrVal == r.Target
	}
	return target.IntVal == m.targetOf(r)
}

// exchanged tells whether the port of another connection has the target that
// belongs to this one's.
func (m *miss) exchanged(r *lessons.Reach) bool {
	about := *m
	about.reach = r
	i := about.entry()
	return i >= 0 && about.leadsTo(i, m.reach)
}

// portMissing is one of several ports asked for that is not there, while
// another is.
func portMissing(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.entry() >= 0 || m.reach.Way == lessons.ByNode {
		return none()
	}
	for _, r := range m.others() {
		for _, p := range m.svc.Spec.Ports {
			if p.Port == r.Port {
				return m.at("port-missing", "spec.ports", fmt.Sprintf("Add an entry with port: %d, and name every entry.", m.reach.Port),
					"the Service has port %d but not %d", p.Port, m.reach.Port)
			}
		}
	}
	return none()
}

func portWrong(m *miss) (Diagnosis, bool) {
	if !m.forPorts() || m.entry() >= 0 || m.reach.Way == lessons.ByNode || len(m.svc.Spec.Ports) == 0 {
		return none()
	}
	var have []string
	for _, p := range m.svc.Spec.Ports {
		have = append(have, fmt.Sprint(p.Port))
	}
	return m.at("port-wrong", m.field(0, "port"), fmt.Sprintf("Write port: %d.", m.reach.Port),
		"the Service listens on %s, and its callers use %d", strings.Join(have, ", "), m.reach.Port)
}

// target is the i-th entry's targetPort, if the connection has one that does
// not lead where it should.
func (m *miss) badTarget() (i int, target intstr.IntOrString, bad bool) {
	if !m.forPorts() || len(m.svc.Spec.Selector) == 0 { // hand-made slices have ports of their own
		return 0, target, false
	}
	i = m.entry()
	if i < 0 {
		return 0, target, false
	}
	target = m.svc.Spec.Ports[i].TargetPort
	for _, n := range podsOf(m.scene.st, namespace(m.reach), m.reach.App) {
		p := m.scene.st.Pod(n.Namespace, n.Name)
		if want := portNamed(p, m.reach.Target); target.Type == intstr.String && named(p, target.StrVal, protocol(m.reach)) != want || target.Type == intstr.Int && target.IntVal != want {
			return i, target, true
		}
	}
	return i, target, false
}

// named is the number of a pod's port of that name and protocol, 0 if it has
// none.
func named(p *corev1.Pod, name string, proto corev1.Protocol) int32 {
	for _, c := range p.Spec.Containers {
		for _, port := range c.Ports {
			if port.Name == name && (port.Protocol == proto || port.Protocol == "" && proto == corev1.ProtocolTCP) {
				return port.ContainerPort
			}
		}
	}
	return 0
}

func targetNameUnknown(m *miss) (Diagnosis, bool) {
	i, target, bad := m.badTarget()
	if !bad || target.Type != intstr.String {
		return none()
	}
	var have []string
	for _, p := range m.selected() {
		if named(p, target.StrVal, protocol(m.reach)) != 0 {
			return none()
		}
		if len(have) == 0 {
			have = portNames(p)
		}
	}
	next := "Write the port's number."
	switch {
	case slices.Contains(have, m.reach.Target):
		next = m.rightTarget()
	case len(have) > 0:
		next = "Write one of the pods' names, " + strings.Join(have, " or ") + "."
	}
	return m.at("target-port-name-unknown", m.field(i, "targetPort"), next, "no pod has a port named %q", target.StrVal)
}

// rightTarget says what targetPort should be: the name alone where a number
// would not lead to all pods, or not survive the move that is graded too.
func (m *miss) rightTarget() string {
	byName := "Write targetPort: " + m.reach.Target + ", the name that the pods give it."
	if !m.allPodsListenOn(m.wanted()) {
		return byName
	}
	for _, e := range m.scene.scenario.Expect {
		if e.Moved != nil && e.Reach != nil && e.Reach.Port == m.reach.Port && e.Reach.Service == m.reach.Service {
			return byName
		}
	}
	return fmt.Sprintf("Write targetPort: %d, or the pods' name for it, %s.", m.wanted(), m.reach.Target)
}

func portNames(p *corev1.Pod) []string {
	var names []string
	for _, c := range p.Spec.Containers {
		for _, port := range c.Ports {
			if port.Name != "" {
				names = append(names, port.Name)
			}
		}
	}
	return names
}

func targetMissing(m *miss) (Diagnosis, bool) {
	i, target, bad := m.badTarget()
	if !bad || m.expect.Moved != nil || m.doc == nil || m.doc.Gives(m.field(i, "targetPort")) || target.Type != intstr.Int {
		return none()
	}
	return m.at("target-port-missing", m.field(i, "targetPort"), fmt.Sprintf("Add targetPort: %d.", m.wanted()),
		"targetPort is left out, so it is %d like port, and the pods listen on %d", target.IntVal, m.wanted())
}

// targetByNumber is a number that leads to all pods now, and not after the
// move.
func targetByNumber(m *miss) (Diagnosis, bool) {
	i, target, bad := m.badTarget()
	if !bad || m.expect.Moved == nil || target.Type != intstr.Int {
		return none()
	}
	return m.at("target-port-by-number", m.field(i, "targetPort"), "Write targetPort: "+m.reach.Target+", the name that the pods give it.",
		"targetPort is the number %d, and the pod whose port has moved no longer listens there", target.IntVal)
}

func targetWrong(m *miss) (Diagnosis, bool) {
	i, target, bad := m.badTarget()
	if !bad || m.expect.Moved != nil {
		return none()
	}
	if !m.allPodsListenOn(m.wanted()) {
		return m.at("target-port-wrong", m.field(i, "targetPort"), m.rightTarget(),
			"port %d leads to %s of each pod, and the pods have %s on different numbers", m.reach.Port, target.String(), m.reach.Target)
	}
	return m.at("target-port-wrong", m.field(i, "targetPort"), m.rightTarget(),
		"port %d leads to %s of the pods, and %d (%s) is the one that should answer", m.reach.Port, target.String(), m.wanted(), m.reach.Target)
}
