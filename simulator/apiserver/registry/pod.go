package registry

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/diff"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// pods is pkg/registry/core/pod.
func (r *Registry) pods() kind[*corev1.Pod] {
	type pod = corev1.Pod
	return kind[*pod]{
		kind: "Pod", resource: "pods",
		setDefaults: defaultPod,
		prepare: func(p, old *pod) {
			if old == nil {
				p.Status = corev1.PodStatus{Phase: corev1.PodPending, QOSClass: qosClass(&p.Spec)}
			}
		},
		validate:       validatePod,
		validateUpdate: validatePodUpdate,
		warnings:       warnPod,
		spec:           func(to, from *pod) { to.Spec = *from.Spec.DeepCopy() },
		status:         func(to, from *pod) { to.Status = *from.Status.DeepCopy() },
		sameSpec:       func(a, b *pod) bool { return same(a.Spec, b.Spec) },
		restore: func(p *pod) error {
			if p.Status.QOSClass == "" {
				p.Status.QOSClass = qosClass(&p.Spec)
			}
			if p.Status.Phase == "" {
				p.Status.Phase = corev1.PodPending
			}
			return nil
		},
	}
}

func validatePod(p *corev1.Pod) field.ErrorList {
	errs := validateObjectMeta(p, true, validation.NameIsDNSSubdomain)
	spec := field.NewPath("spec")
	errs = append(errs, validatePodSpec(&p.Spec, spec)...)
	for i, c := range p.Spec.Containers {
		if strings.TrimSpace(c.Image) != c.Image {
			errs = append(errs, field.Invalid(spec.Child("containers").Index(i).Child("image"), c.Image, "must not have leading or trailing whitespace"))
		}
	}
	return errs
}

// podChangeable names what may change in a pod.
var podChangeable = strings.Join([]string{
	"`spec.containers[*].image`", "`spec.initContainers[*].image`", "`spec.activeDeadlineSeconds`",
	"`spec.tolerations` (only additions to existing tolerations)",
	"`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
}, ",")

// validatePodUpdate is ValidatePodUpdate of pkg/apis/core/validation. A pod
// without a node may be given one, which a real cluster does through the
// subresource binding.
func validatePodUpdate(p, old *corev1.Pod) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validatePodImages(p, old)
	if len(errs) > 0 {
		return errs
	}
	if now, was := p.Spec.ActiveDeadlineSeconds, old.Spec.ActiveDeadlineSeconds; was != nil {
		switch {
		case now == nil:
			errs = append(errs, field.Invalid(spec.Child("activeDeadlineSeconds"), now, "must not update from a positive integer to nil value"))
		case *now > *was:
			errs = append(errs, field.Invalid(spec.Child("activeDeadlineSeconds"), *now, "must be less than or equal to previous value"))
		}
	}
	for _, t := range old.Spec.Tolerations {
		if !slices.ContainsFunc(p.Spec.Tolerations, func(n corev1.Toleration) bool { return same(n, t) }) {
			errs = append(errs, field.Forbidden(spec.Child("tolerations"), "existing toleration can not be modified except its tolerationSeconds"))
		}
	}
	rest := withPodChanges(p, old)
	if !same(rest.Spec, old.Spec) {
		errs = append(errs, field.Forbidden(spec, fmt.Sprintf("pod updates may not change fields other than %s\n%v",
			podChangeable, diff.Diff(asInternal(old.Spec), asInternal(rest.Spec)))))
	}
	return errs
}

// validatePodImages: containers neither come nor go nor lose their image.
func validatePodImages(p, old *corev1.Pod) field.ErrorList {
	spec := field.NewPath("spec")
	var errs field.ErrorList
	for _, l := range []struct {
		name     string
		now, was []corev1.Container
	}{
		{"containers", p.Spec.Containers, old.Spec.Containers},
		{"initContainers", p.Spec.InitContainers, old.Spec.InitContainers},
	} {
		if len(l.now) != len(l.was) {
			errs = append(errs, field.Forbidden(spec.Child(l.name), "pod updates may not add or remove containers"))
			continue
		}
		for i, c := range l.now {
			if c.Image == "" {
				errs = append(errs, field.Required(spec.Child(l.name).Index(i).Child("image"), ""))
			}
		}
	}
	return errs
}

// withPodChanges is p with what may change as it was in old: what differs
// still may not.
func withPodChanges(p, old *corev1.Pod) *corev1.Pod {
	rest := p.DeepCopy()
	for i := range rest.Spec.Containers {
		rest.Spec.Containers[i].Image = old.Spec.Containers[i].Image
	}
	for i := range rest.Spec.InitContainers {
		rest.Spec.InitContainers[i].Image = old.Spec.InitContainers[i].Image
	}
	rest.Spec.ActiveDeadlineSeconds = old.Spec.ActiveDeadlineSeconds
	rest.Spec.Tolerations = old.Spec.Tolerations
	if ptr.Deref(old.Spec.TerminationGracePeriodSeconds, 0) < 0 && ptr.Deref(p.Spec.TerminationGracePeriodSeconds, 0) == 1 {
		rest.Spec.TerminationGracePeriodSeconds = old.Spec.TerminationGracePeriodSeconds
	}
	if old.Spec.NodeName == "" {
		rest.Spec.NodeName = ""
	}
	return rest
}

// qosClass is how a pod fares when its node runs out of resources:
// pkg/apis/core/v1/helper/qos.
func qosClass(s *corev1.PodSpec) corev1.PodQOSClass {
	guaranteed, some := true, false
	for _, c := range slices.Concat(s.Containers, s.InitContainers) {
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			request, asked := c.Resources.Requests[name]
			limit, limited := c.Resources.Limits[name]
			if asked && !request.IsZero() || limited && !limit.IsZero() {
				some = true
			}
			if !limited || limit.IsZero() || asked && request.Cmp(limit) != 0 {
				guaranteed = false
			}
		}
	}
	switch {
	case !some:
		return corev1.PodQOSBestEffort
	case guaranteed:
		return corev1.PodQOSGuaranteed
	}
	return corev1.PodQOSBurstable
}
