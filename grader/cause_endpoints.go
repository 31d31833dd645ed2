package grader

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubetutor/tutor/grader/manifest"
	"github.com/kubetutor/tutor/internal/spelling"
	"github.com/kubetutor/tutor/simulator/state"
)

// app is the label app of the pods that the missed expectation is about, ""
// where it is about none.
func (m *miss) app() string {
	switch e := m.expect; {
	case m.reach != nil && e != nil && e.Shut == nil:
		return m.reach.App
	case e != nil && e.Addresses != nil:
		return e.Addresses.App
	case e != nil && e.Replicas != nil:
		return e.Replicas.StatefulSet
	case e != nil && e.Route != nil:
		return e.Route.App
	}
	return ""
}

// forPods tells whether the miss is about a Service that should lead to pods
// and has a selector to judge.
func (m *miss) forPods() bool {
	return m.app() != "" && m.svc != nil && m.svc.Spec.Type != corev1.ServiceTypeExternalName
}

// selected are the pods that the Service's selector matches.
func (m *miss) selected() []*corev1.Pod {
	if len(m.svc.Spec.Selector) == 0 {
		return nil
	}
	sel := labels.SelectorFromSet(m.svc.Spec.Selector)
	var pods []*corev1.Pod
	for _, p := range m.scene.st.Pods {
		if p.Namespace == m.svc.Namespace && sel.Matches(labels.Set(p.Labels)) {
			pods = append(pods, p)
		}
	}
	return pods
}

// apps are the labels app of pods, each once.
func apps(pods []*corev1.Pod) []string {
	set := map[string]bool{}
	for _, p := range pods {
		set[p.Labels["app"]] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func stillExternal(m *miss) (Diagnosis, bool) {
	if m.app() == "" || m.svc == nil || m.svc.Spec.Type != corev1.ServiceTypeExternalName {
		return none()
	}
	return m.at("still-external", "spec.type", "Write type: ClusterIP with a selector and ports.",
		"type ExternalName makes the Service an alias for %s, so its name leads there and not to the pods", m.svc.Spec.ExternalName)
}

func selectorMissing(m *miss) (Diagnosis, bool) {
	if !m.forPods() || len(m.svc.Spec.Selector) > 0 || m.byHand() {
		return none()
	}
	if keys := m.emptied(); len(keys) > 0 {
		return m.at("selector-missing", manifest.Join("spec.selector", keys[0]), "Write "+keys[0]+": "+m.app()+".",
			"%s has no value, and what has none is left out, so the Service has no selector and no endpoints", words(keys))
	}
	return m.at("selector-missing", "spec.selector", "Add a selector with the pods' label, app: "+m.app()+".",
		"the Service has no selector, so it has no endpoints")
}

// emptied are the labels of the learner's selector that have no value.
func (m *miss) emptied() []string {
	if m.doc == nil {
		return nil
	}
	return m.doc.Keys("spec.selector")
}

func selectorNothing(m *miss) (Diagnosis, bool) {
	if !m.forPods() || len(m.svc.Spec.Selector) == 0 || len(m.selected()) > 0 {
		return none()
	}
	key, why, next := m.nearMiss()
	return m.at("selector-matches-nothing", manifest.Join("spec.selector", key), next,
		"no pod of namespace %s has the labels %s%s", m.svc.Namespace, labels.FormatLabels(m.svc.Spec.Selector), why)
}

// nearMiss is the key of the selector that keeps the app's pods out, what they
// have instead, and what to do about it.
func (m *miss) nearMiss() (key, why, next string) {
	names := podsOf(m.scene.st, m.svc.Namespace, m.app())
	if len(names) == 0 {
		return "", "", "Start pods with the label app: " + m.app() + "; there are none."
	}
	for _, k := range slices.Sorted(maps.Keys(m.svc.Spec.Selector)) {
		v := m.svc.Spec.Selector[k]
		for _, n := range names {
			have := m.scene.st.Pod(n.Namespace, n.Name).Labels
			if have[k] == v {
				continue
			}
			takeOut := "Take " + k + " out of the selector."
			if real, there := have[k]; there {
				next := fmt.Sprintf("Write %s: %s.", k, real)
				if len(m.svc.Spec.Selector) > 1 && k != "app" {
					next = takeOut
				}
				return k, fmt.Sprintf("; the pods asked for have %s=%s", k, real), next
			}
			if real := spelling.Nearest(k, slices.Collect(maps.Keys(have))); real != "" {
				return k, fmt.Sprintf("; the pods asked for have no label %s, but %s=%s", k, real, have[real]), fmt.Sprintf("Write %s: %s.", real, have[real])
			}
			if len(m.svc.Spec.Selector) == 1 {
				takeOut = "Select by a label that they have: app: " + m.app() + "."
			}
			return k, fmt.Sprintf("; the pods asked for have no label %s", k), takeOut
		}
	}
	return "", "", ""
}

func selectorWrongApp(m *miss) (Diagnosis, bool) {
	if !m.forPods() {
		return none()
	}
	found := apps(m.selected())
	if len(found) == 0 || slices.Contains(found, m.app()) {
		return none()
	}
	key, _, _ := m.nearMiss()
	return m.at("selector-wrong-app", manifest.Join("spec.selector", key), "Select app: "+m.app()+".",
		"the selector takes the pods of app=%s, and those of app=%s are asked for", words(found), m.app())
}

func selectorTooBroad(m *miss) (Diagnosis, bool) {
	if !m.forPods() {
		return none()
	}
	found := apps(m.selected())
	if len(found) < 2 || !slices.Contains(found, m.app()) {
		return none()
	}
	found = slices.DeleteFunc(found, func(a string) bool { return a == m.app() })
	return m.at("selector-too-broad", "spec.selector", "Select by a label that only these pods have: app: "+m.app()+".",
		"the selector also takes the pods of app=%s", words(found))
}

// selectorTooNarrow is a selector that leaves ready pods of the app out.
func selectorTooNarrow(m *miss) (Diagnosis, bool) {
	if !m.forPods() {
		return none()
	}
	in := map[string]bool{}
	for _, p := range m.selected() {
		in[p.Name] = true
	}
	var out []string
	for _, n := range podsOf(m.scene.st, m.svc.Namespace, m.app()) {
		if !in[n.Name] && state.Ready(m.scene.st.Pod(n.Namespace, n.Name)) {
			out = append(out, n.Name)
		}
	}
	if len(out) == 0 || len(in) == 0 {
		return none()
	}
	key, _, _ := m.nearMiss()
	return m.at("selector-too-narrow", manifest.Join("spec.selector", key), "Select by app: "+m.app()+" alone.",
		"the selector leaves out %s", strings.Join(out, ", "))
}

func podsNotReady(m *miss) (Diagnosis, bool) {
	if !m.forPods() {
		return none()
	}
	pods := m.selected()
	if len(pods) == 0 || slices.ContainsFunc(pods, state.Ready) {
		return none()
	}
	if m.expect.Replicas != nil || m.expect.Addresses != nil {
		return m.at("pods-not-ready", "spec.publishNotReadyAddresses", "Find out why with kubectl describe pod; where names must answer before that, write publishNotReadyAddresses: true.",
			"the selector matches %d pods, and none of them is ready: DNS answers for ready ones alone", len(pods))
	}
	return m.at("pods-not-ready", "spec.selector", "Find out why with kubectl describe pod; only ready pods get traffic.",
		"the selector matches %d pods, and none of them is ready", len(pods))
}
