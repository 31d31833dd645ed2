package grader

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/lessons"
)

// forRanges tells whether the miss is about whom the Service's balancer lets
// in.
func (m *miss) forRanges() bool {
	return m.expect != nil && (m.expect.Admits != nil || m.cameInBy(lessons.ByBalancer))
}

// cameInBy tells that somebody who is to be kept out came in that way.
func (m *miss) cameInBy(way lessons.Way) bool {
	return m.expect.Shut != nil && m.svc != nil && m.svc.Spec.Type == corev1.ServiceTypeLoadBalancer && m.expect.Shut.Way == way
}

// asked are the networks that should come in, as a learner would write them;
// "those who may come in" where the brief names none.
func (m *miss) asked() string {
	if m.expect.Admits == nil {
		return "those who may come in"
	}
	return words(m.expect.Admits.Networks)
}

// rangesTooNarrow keeps out some who should get in.
func rangesTooNarrow(m *miss) (Diagnosis, bool) {
	if m.svc == nil || m.expect == nil {
		return none()
	}
	networks, field := m.scene.admitted(m.svc)
	if len(networks) == 0 {
		return none()
	}
	var want addressSet
	next := "Write the whole network that should come in."
	switch e := m.expect; {
	case e.Admits != nil:
		want = setOf(e.Admits.Networks)
		next = "Write " + m.asked() + "."
	case e.Reach != nil && e.Reach.Way == lessons.ByBalancer:
		for _, a := range m.scene.ownAddresses(m.client) {
			want = setOf([]string{a.String() + "/32"})
		}
		if m.scene.admitsOf(m.svc) == nil {
			next = "Take the ranges out: everybody should come in."
		}
	}
	if len(want) == 0 || setOf(networks).covers(want) {
		return none()
	}
	return m.at("source-ranges-too-narrow", field, next, "only %s may come in, which leaves out some who should", words(networks))
}

// admitsOf is what the brief says about whom a Service's balancer lets in, nil
// if nothing.
func (s *scene) admitsOf(svc *corev1.Service) *lessons.Admits {
	for i := range s.scenario.Expect {
		if a := s.scenario.Expect[i].Admits; a != nil && a.Service == svc.Name {
			return a
		}
	}
	return nil
}

func rangesMissing(m *miss) (Diagnosis, bool) {
	if !m.forRanges() {
		return none()
	}
	networks, field := m.scene.admitted(m.svc)
	if len(networks) > 0 {
		return none()
	}
	if given, _ := rangesOf(m.svc); len(given) > 0 {
		return m.at("source-ranges-missing", field, "Take this annotation out.",
			"with security groups of your own the controller sets no rules in them, so the source ranges do nothing")
	}
	return m.at("source-ranges-missing", field, "List "+m.asked()+" under loadBalancerSourceRanges.",
		"no source ranges are given, so everybody gets in")
}

func rangesTooWide(m *miss) (Diagnosis, bool) {
	if !m.forRanges() {
		return none()
	}
	networks, field := m.scene.admitted(m.svc)
	next := "Write " + m.asked() + " alone."
	if m.expect.Admits == nil {
		next = "List those who may come in, and nobody else."
	}
	return m.at("source-ranges-too-wide", field, next, "%s admits more than is asked for", words(networks))
}

// rangesBypassed is a node port beside a balancer that admits a few alone.
func rangesBypassed(m *miss) (Diagnosis, bool) {
	if m.expect == nil || !m.cameInBy(lessons.ByNode) || len(m.policies()) > 0 {
		return none()
	}
	return m.at("source-ranges-too-wide", "spec.allocateLoadBalancerNodePorts", "Write allocateLoadBalancerNodePorts: false, and nodePort: 0 where a port has one.",
		"source ranges guard the balancer's address; the node port beside it is open to whoever reaches a node")
}

const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges"

// admitted are the networks that a Service's balancer lets in, and the field
// that says so; none is everybody.
func (s *scene) admitted(svc *corev1.Service) (networks []string, field string) {
	networks, field = rangesOf(svc)
	if b := s.balancerOf("Service", svc.Namespace, svc.Name); b == nil || !b.ownGroups {
		return networks, field
	}
	for _, name := range []string{"security-groups", "disable-nlb-sg"} {
		if svc.Annotations[awsPrefix+name] != "" {
			field = manifest.Join("metadata.annotations", awsPrefix+name)
			break
		}
	}
	return nil, field
}

// rangesOf are the networks that a Service names, and the field that does.
func rangesOf(svc *corev1.Service) (networks []string, field string) {
	if len(svc.Spec.LoadBalancerSourceRanges) > 0 {
		return svc.Spec.LoadBalancerSourceRanges, "spec.loadBalancerSourceRanges"
	}
	if text := strings.TrimSpace(svc.Annotations[rangesAnnotation]); text != "" {
		return strings.Split(text, ","), manifest.Join("metadata.annotations", rangesAnnotation)
	}
	return nil, "spec.loadBalancerSourceRanges"
}
