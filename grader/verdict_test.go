package grader_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// What nobody asked for may be refused; one who passes is told so.
func TestRefusedBesideARightAnswer(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	s := pack.Scenario("pricing-engine")
	v, err := grader.New(pack).Check(context.Background(), s, []byte(s.Solution+"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not A Name, namespace: production}\n"))
	if err != nil || !v.Passed {
		t.Fatalf("%+v, %v", v, err)
	}
	if !slices.ContainsFunc(v.Warnings, func(w string) bool {
		return strings.Contains(w, "was not applied") && strings.Contains(w, "Not A Name")
	}) {
		t.Errorf("warnings %q", v.Warnings)
	}
}

// Who takes the probe away has made pods count as ready that are not.
func TestReadyWithoutTheProbe(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lab, g := pack.Lab("peers-not-ready"), grader.New(pack)
	c, err := g.Cluster(lab)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const probeless = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: production}
spec:
  serviceName: ledger-peers
  replicas: 3
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: ledger, image: ledger:1.0, readinessProbe: null}]}
`
	for _, r := range c.Apply(context.Background(), []byte(probeless)) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	for _, pod := range []string{"ledger-0", "ledger-1", "ledger-2"} {
		if err := c.API().Client().Delete(schema.GroupResource{Resource: "pods"}, "production", pod, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	c.Settle()
	v, err := g.CheckCluster(lab, c)
	if err != nil || v.Passed {
		t.Fatalf("%+v, %v", v, err)
	}
	if d := v.Failures[0].Diagnosis; d.ID != "not-ready-published" || !strings.Contains(d.Message, "probe") {
		t.Errorf("%+v", v.Failures)
	}
}

// TestVerdictJSON keeps the form that scripts read.
func TestVerdictJSON(t *testing.T) {
	v := &grader.Verdict{Scenario: "s", Failures: []grader.Failure{{
		Expectation: "it answers",
		Evidence:    grader.Evidence{Tried: "a → b:80", Met: "connection refused", Trace: []string{"one", "two"}},
		Diagnosis:   grader.Diagnosis{ID: "ports-swapped", Message: "m", Line: 3, Field: "spec.ports[0].port", Next: "n"},
	}}}
	for _, c := range []struct {
		v    *grader.Verdict
		want string
	}{
		{&grader.Verdict{Scenario: "s", Passed: true}, `{"scenario":"s","passed":true,"failures":[]}`},
		{v, `{"scenario":"s","passed":false,"failures":[{"expectation":"it answers",` +
			`"evidence":"a → b:80: connection refused\none\ntwo",` +
			`"diagnosis":{"id":"ports-swapped","message":"m","line":3,"field":"spec.ports[0].port","next":"n"}}]}`},
	} {
		got, err := json.Marshal(c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}
