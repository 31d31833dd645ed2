package grader

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// cause looks for one cause in the evidence of a miss; ok tells whether it is
// proved.
type cause func(m *miss) (d Diagnosis, ok bool)

// catalogue holds every cause. Its order is that of mending, and within it
// the more specific stands before the more general: the first that is proved
// is the diagnosis, and failures are listed in this order of their causes.
var catalogue = []cause{
	// What keeps an object from being stored: cause_refused.go.
	refusedKind,
	refusedByWords,
	neverRead,
	// It is missing or elsewhere: cause_missing.go.
	missingKind,
	missingName,
	missingNamespace,
	missingPolicy,
	missingObject,
	serviceGone,
	appStopped,
	// Nobody answers for names: cause_names.go.
	dnsSilent,
	// No endpoints, or the wrong ones: cause_endpoints.go.
	stillExternal,
	selectorMissing,
	selectorNothing,
	selectorWrongApp,
	selectorTooBroad,
	notReadyPublished, // cause_slices.go
	readyUnproved,
	podsNotReady,
	sliceWithoutService, // cause_slices.go
	slicePortName,
	sliceEndpointWrong,
	selectorTooNarrow,
	// The kind of Service: cause_type.go, cause_names.go.
	aliasMissing,
	aliasOfAddress,
	aliasOfOther,
	externalIPsExpose,
	typeTooWide,
	headlessUnexpected,
	headlessExpected,
	pendingNoProvider,
	typeTooNarrow,
	// What an app is told to call: cause_calls.go.
	nameOfAlias,
	nameNeedsSearch,
	nameUnknown,
	callWrongPort,
	notURL,
	// Ports: cause_ports.go.
	nodePortOther,
	protocolWrong,
	portsSwapped,
	portMissing,
	portWrong,
	targetNameUnknown,
	targetMissing,
	targetWrong,
	targetByNumber,
	// Who gets in: cause_balancer.go, cause_policy.go, cause_ingress.go.
	annotationMisplaced,
	pendingQuota,
	balancerOther,
	balancerInternal,
	frontListens, // cause_front.go
	frontAdmits,
	balancerTargets,
	rangesTooNarrow,
	rangesMissing,
	rangesTooWide,
	rangesBypassed,
	policyMissing,
	egressTooClosed,
	policyWrongPort,
	policyTooClosed,
	policyTooOpen,
	routeMissing,
	backendUnreachable,
	backendTarget,
	backendShut,
	// Policies and affinity: cause_policies.go.
	localWithoutEndpoint,
	affinityMissing,
	affinityTimeout,
	// The addresses seen: cause_source.go.
	policyOfOtherSide,
	clientAddressNotPreserved,
	clientAddressLost,
	// Cost.
	tooManyBalancers,
}

// at is a diagnosis of a field of the learner's document; where the object is
// not theirs it has no line.
func (m *miss) at(id, field, next, message string, args ...any) (Diagnosis, bool) {
	d := Diagnosis{ID: id, Field: field, Message: fmt.Sprintf(message, args...), Next: next}
	if m.doc != nil {
		d.Line = m.doc.Line(field)
	}
	return d, true
}

// in is a diagnosis in another object than the one that was asked for.
// What the learner wrote for that one counts only if it was applied.
func (m *miss) in(kind string, o metav1.Object, id, field, next, message string, args ...any) (Diagnosis, bool) {
	m.doc = m.scene.wrote(kind, o.GetNamespace(), o.GetName())
	if m.doc != nil {
		if words := m.scene.refused(m.doc); words != "" {
			return Diagnosis{
				ID: "rejected-by-api", Line: m.doc.First, Next: "Read the words from the left; they name the field and what it may hold.",
				Message: fmt.Sprintf("%s %s was not applied, and so it stays as it was: %s", kind, o.GetName(), oneLine(words)),
			}, true
		}
	}
	return m.at(id, field, next, message, args...)
}

// none is the answer of a cause that is not proved.
func none() (Diagnosis, bool) { return Diagnosis{}, false }
