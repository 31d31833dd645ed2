package grader_test

import (
	"cmp"
	"context"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// TestWhereAndWhatNext: a diagnosis points at the place in the learner's file,
// or the nearest above it, and says the one thing to do there.
func TestWhereAndWhatNext(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g := grader.New(pack)
	const pricing = `apiVersion: v1
kind: Service
metadata:
  name: pricing-engine-svc
  namespace: production
spec:
  selector:
    app: pricing-engine
  ports:
  - port: 80
    targetPort: 8080
`
	const scheme = "metadata.annotations[service.beta.kubernetes.io/aws-load-balancer-scheme]"
	for name, c := range map[string]struct {
		scenario, from, to string // what is changed in the pricing engine's manifest or else in the solution
		id                 string
		line               int
		field, next        string
	}{
		"a null namespace": {"pricing-engine", "namespace: production", "namespace: null",
			"wrong-namespace", 5, "metadata.namespace", "Write namespace: production under metadata."},
		"no name": {"pricing-engine", "  name: pricing-engine-svc\n", "",
			"rejected-by-api", 3, "metadata.name", "Write name: pricing-engine-svc under metadata."},
		"a label's value": {"pricing-engine", "app: pricing-engine", "app: pricing",
			"selector-matches-nothing", 8, "spec.selector.app", "Write app: pricing-engine."},
		"a label too many": {"pricing-engine", "app: pricing-engine", "app: pricing-engine\n    tier: web",
			"selector-matches-nothing", 9, "spec.selector.tier", "Take tier out of the selector."},
		"matchLabels": {"pricing-engine", "app: pricing-engine", "matchLabels: {app: pricing-engine}",
			"wrong-value-type", 8, "spec.selector.matchLabels", "Write the labels under spec.selector itself."},
		"a port by its name": {"pricing-engine", "port: 80", "port: http",
			"wrong-value-type", 10, "spec.ports[0].port", "Write a whole number."},
		"a misspelt field of a list": {"pricing-engine", "targetPort", "targetport",
			"unknown-field", 11, "spec.ports[0].targetport", "Write spec.ports[0].targetPort instead."},
		"a node port without the type": {"pricing-engine", "port: 80", "port: 80\n    nodePort: 30080",
			"node-port-not-allowed", 11, "spec.ports[0].nodePort", "Take nodePort out."},
		"a node port, and its type forgotten": {"order-api-nodeport", "  type: NodePort\n  externalTrafficPolicy: Local\n", "",
			"node-port-not-allowed", 13, "spec.ports[0].nodePort", "Write type: NodePort."},
		"no scheme": {"order-api-lb", "    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing\n", "",
			"lb-internal", 6, scheme, "Write the annotation service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing."},
		"a path to another Service": {"one-front-door", "name: cart\n            port:", "name: shop\n            port:",
			"ingress-missing-route", 68, "spec.rules[0].http.paths[1].backend.service.name", "Write name: cart there."},
		"an old backend": {"one-front-door", "            port:\n              number: 80\n", "            number: 80\n",
			"unknown-field", 62, "spec.rules[0].http.paths[0].backend.service.number", "Write spec.rules[0].http.paths[0].backend.service.port.number instead."},
		"a label that no namespace has": {"metrics-only-monitoring", "kubernetes.io/metadata.name: monitoring", "name: monitoring",
			"policy-too-closed", 31, "spec.ingress[1].from[0].namespaceSelector", "Write a namespaceSelector with kubernetes.io/metadata.name: monitoring there."},
		"a rule for everybody": {"metrics-only-monitoring", "  - ports:\n    - port: http\n", "  - ports: []\n",
			"policy-too-open", 28, "spec.ingress[0]", "Let this rule name only the port that is open to all."},
		"nodes that are not let in": {"policy-shuts-node-port", "192.168.0.0/24", "192.168.0.50/32",
			"policy-too-closed", 11, "spec.ingress", "Let the nodes' addresses in as well, or write externalTrafficPolicy: Local in the Service."},
		"an Ingress elsewhere is no Service": {"ingress-backend-elsewhere", "namespace: production", "namespace: default",
			"wrong-namespace", 5, "metadata.namespace", "Write namespace: production under metadata."},
	} {
		t.Run(name, func(t *testing.T) {
			s := cmp.Or(pack.Scenario(c.scenario), pack.Lab(c.scenario))
			text := s.Solution
			if c.scenario == "pricing-engine" {
				text = pricing
			}
			if !strings.Contains(text, c.from) {
				t.Fatalf("there is no %q to change", c.from)
			}
			v, err := g.Check(context.Background(), s, []byte(strings.Replace(text, c.from, c.to, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if v.Passed {
				t.Fatal("it passes")
			}
			if d := v.Failures[0].Diagnosis; d.ID != c.id || d.Line != c.line || d.Field != c.field || d.Next != c.next {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestPodsWithDifferentNumbers: where pods have different numbers for one name,
// no number is advised, and none is taken for the Service's port alone.
func TestPodsWithDifferentNumbers(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g := grader.New(pack)
	canary := `apiVersion: apps/v1
kind: Deployment
metadata: {name: canary, namespace: production}
spec:
  selector: {matchLabels: {app: pricing-engine, track: canary}}
  template:
    metadata: {labels: {app: pricing-engine, track: canary}}
    spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 9999}]}]}
---
` + pack.Scenario("pricing-engine").Solution
	for name, c := range map[string]struct{ scenario, manifest, message, next string }{
		"a canary on another port": {"pricing-engine", canary,
			"the pods have http on different numbers", "Write targetPort: http, the name that the pods give it."},
		"a policy with the number before the move": {"metrics-only-monitoring", strings.Replace(pack.Scenario("metrics-only-monitoring").Solution, "- port: metrics", "- port: 9090", 1),
			"the rule names the number 9090, and the pod whose port has moved no longer listens there", "Write port: metrics, the pods' name for it."},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := g.Check(context.Background(), pack.Scenario(c.scenario), []byte(c.manifest))
			if err != nil {
				t.Fatal(err)
			}
			if v.Passed {
				t.Fatal("it passes")
			}
			if d := v.Failures[0].Diagnosis; !strings.Contains(d.Message, c.message) || d.Next != c.next {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestWhatFollowsIsNotReported: where an object is refused, what fails for
// that cause alone is left untried.
func TestWhatFollowsIsNotReported(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	s := pack.Scenario("one-front-door")
	v, err := grader.New(pack).Check(context.Background(), s, []byte(strings.Replace(s.Solution, "ingressClassName", "ingressClass", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Failures) != 1 || v.Failures[0].Diagnosis.ID != "unknown-field" {
		t.Errorf("%+v", v.Failures)
	}
}

// TestEveryMistake: a manifest with several mistakes is told all of them at
// once, and none that only follows from another.
func TestEveryMistake(t *testing.T) {
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	g := grader.New(pack)
	const ipTargets = "    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip\n"
	for name, c := range map[string]struct {
		scenario string
		changes  []string // what is changed in the solution, and into what
		want     string   // ids
		failed   int      // expectations
	}{
		"fields that do not exist": {"pricing-engine", []string{"selector", "selectors", "targetPort", "targetport"},
			"unknown-field unknown-field", 1},
		"values that do not exist": {"sticky-cart", []string{"ClientIP", "Cookie", "port: 80\n", "port: 80\n    protocol: tcp\n"},
			"unknown-enum-value unknown-enum-value", 1},
		"a type that does not exist, and what follows from it": {"external-payments-gateway", []string{"type: ExternalName", "type: Alias"},
			"unknown-enum-value", 1},
		"what belongs to a type that was forgotten": {"order-api-nodeport", []string{"  type: NodePort\n", ""},
			"node-port-not-allowed traffic-policy-not-allowed", 1},
		"endpoints and type": {"postgres", []string{"app: postgres", "app: postgre", "spec:\n", "spec:\n  type: NodePort\n"},
			"selector-matches-nothing database-exposed", 2},
		"an Ingress without annotations": {"one-front-door", []string{"    alb.ingress.kubernetes.io/scheme: internet-facing\n    alb.ingress.kubernetes.io/target-type: ip\n", "    a: b\n"},
			"lb-internal ingress-backend-unreachable", 4},
		"a balancer with its targets alone": {"order-api-lb", []string{"    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing\n", "", ipTargets + "    service.beta.kubernetes.io/aws-load-balancer-target-group-attributes: preserve_client_ip.enabled=true\n", ipTargets},
			"lb-internal client-address-not-preserved-by-lb", 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := pack.Scenario(c.scenario)
			v, err := g.Check(context.Background(), s, []byte(strings.NewReplacer(c.changes...).Replace(s.Solution)))
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for i, f := range v.Failures {
				if i == 0 || f.Diagnosis.ID != v.Failures[i-1].Diagnosis.ID || f.Expectation == v.Failures[i-1].Expectation {
					ids = append(ids, f.Diagnosis.ID)
				}
			}
			failed, _ := v.Count()
			if got := strings.Join(ids, " "); got != c.want || failed != c.failed {
				t.Errorf("%s, %d fail; want %s, %d", got, failed, c.want, c.failed)
			}
		})
	}
}
