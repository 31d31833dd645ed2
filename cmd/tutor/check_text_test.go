package main

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/grader"
)

// TestTextAtATerminal: lines fit, what fails for one cause says it once, and
// the last line is what to mend first.
func TestTextAtATerminal(t *testing.T) {
	cause := grader.Diagnosis{
		ID: "lb-internal", Message: "the balancer is internal: its scheme is left out, and the controller then makes it internal",
		Line: 3, Field: "metadata.annotations[service.beta.kubernetes.io/aws-load-balancer-scheme]", Next: "Write the scheme.",
	}
	evidence := grader.Evidence{Tried: "office → it:80", Met: "no answer", Trace: []string{"It has addresses in the cluster's own network only, and there is no way to them from outside."}}
	v := &grader.Verdict{
		Scenario: "s", Held: []string{"It is there"}, Untried: []string{"It is seen"},
		Failures: []grader.Failure{{Expectation: "Port 80 answers", Evidence: evidence, Diagnosis: cause}, {Expectation: "Port 443 answers", Evidence: evidence, Diagnosis: cause}},
	}
	var out strings.Builder
	if err := writeText(&out, look{width: 80}, v); err != nil {
		t.Fatal(err)
	}
	const want = `✗ Port 80 answers
    tried    office → it:80
    met      no answer
             It has addresses in the cluster's own network only, and there is no
             way to them from outside.
    because  the balancer is internal: its scheme is left out, and the
             controller then makes it internal (lb-internal)
    look at  line 3,
    metadata.annotations[service.beta.kubernetes.io/aws-load-balancer-scheme]
    next     Write the scheme.
✗ Port 443 answers
    tried    office → it:80
    met      no answer
    because  the same as before
✓ It is there
· It is seen: not tried yet
s: not passed, 2 of 4 do not hold, 1 not tried yet.
Mend first, in line 3: Write the scheme.
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}
