package simulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator/world"
)

// TestAMillionPods wants more than anybody has.
func TestAMillionPods(t *testing.T) {
	f, err := assets.FS.Open("worlds/eks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{World: w, Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const spec = "selector: {matchLabels: {app: many}}, template: {metadata: {labels: {app: many}}, spec: {containers: [{name: c, image: nginx}]}}}\n"
	for _, manifest := range []string{
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: many, namespace: default}\nspec: {replicas: 1000000, " + spec,
		"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: many, namespace: default}\nspec: {replicas: 1000000, serviceName: many, podManagementPolicy: Parallel, " + spec,
	} {
		for _, r := range c.Apply(context.Background(), []byte(manifest)) {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
	}
	c.Advance(time.Minute)
	if n := len(c.State().Pods); n > maxPods {
		t.Errorf("%d pods", n)
	}
	const message = `is forbidden: exceeded quota: tutor, requested: pods=1, used: pods=150, limited: pods=150`
	for _, r := range c.Apply(context.Background(), []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: one-more, namespace: default}\nspec: {containers: [{name: c, image: nginx}]}\n")) {
		if r.Err == nil || !strings.Contains(r.Err.Error(), `pods "one-more" `+message) {
			t.Errorf("one more pod: %v", r.Err)
		}
	}
}
