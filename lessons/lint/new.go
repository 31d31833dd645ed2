package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// New writes a small pack that lints into a folder that is empty or not there
// yet: a section, a scenario and a question to change into one's own.
func New(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; name a folder that is, or that is not there yet", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make a pack: %w", err)
	}
	for name, text := range starterPack {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("make a pack: %w", err)
		}
		if err := os.WriteFile(file, []byte(strings.TrimPrefix(text, "\n")), 0o644); err != nil {
			return fmt.Errorf("make a pack: %w", err)
		}
	}
	return nil
}

// starterPack are the files of a new pack.
var starterPack = map[string]string{
	"lesson.yaml": `
# What the lesson is called, and in which order its parts come.
id: my-lesson
title: My lesson
objectives:
- Say in one sentence what a learner can do afterwards.
minutes: 15
parts:
- section: first
  minutes: 5
  scenarios: [web]
next:
  title: What comes next
  about: One sentence about it.
`,
	"sections/first.md": `
# A Service in front of pods

A Service gives pods one address that stays. What a command prints is made by
the simulator; only the command is written here.

` + "```yaml file=web.yaml" + `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: production
spec:
  selector:
    app: pricing-engine
  ports:
  - port: 80
    targetPort: 8080
` + "```" + `

` + "```console" + `
$ kubectl apply -f web.yaml
$ kubectl get service web -n production
` + "```" + `

## Your turn

Do the same in [the scenario](scenario:web).
`,
	"scenarios/web/scenario.yaml": `
id: web
title: One address for the pricing engine
minutes: 5
# The base world, from worlds/ here or built in: lesson (bare metal) or eks.
# A file world.yaml in this folder adds to it.
world: lesson
objects:
- {kind: Service, name: web, namespace: production, app: pricing-engine}
expect:
- id: calls
  title: Pods get an answer on port 80
  reach: {from: [pods], service: web, port: 80, app: pricing-engine, target: http}
- id: inside
  title: Nothing opens it to the outside
  opens: {service: web, atMost: ClusterIP}
hints:
- Where to look. Which labels do the pods carry?
- Which fields. spec.selector and spec.ports decide.
- "The fields half written: selector {app: …}, ports [{port: 80, targetPort: …}]."
- "The solution: selector app=pricing-engine, port 80, targetPort 8080."
predict:
  question: Which type does a Service without a type get?
  options:
  - {text: ClusterIP, right: true, feedback: "The narrowest one."}
  - {text: NodePort, feedback: "That has to be asked for."}
`,
	"scenarios/web/brief.md": `
A Service ` + "`web`" + ` in namespace ` + "`production`" + `: pods call it on port 80, and the pods app=pricing-engine listen on 8080. Nothing outside reaches it.
`,
	"scenarios/web/debrief.md": `
What the learner should take away.
`,
	"scenarios/web/starter.yaml": `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: production
spec:
  ports:
  - port: 80
`,
	"scenarios/web/solution.yaml": `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: production
spec:
  selector:
    app: pricing-engine
  ports:
  - port: 80
    targetPort: 8080
`,
	"scenarios/web/also/by-name.yaml": `
# Another right answer: the port by the name that the pods give it.
apiVersion: v1
kind: Service
metadata: {name: web, namespace: production}
spec: {selector: {app: pricing-engine}, ports: [{port: 80, targetPort: http}]}
`,
	"scenarios/web/mistakes/no-target-port.yaml": `
# diagnosis: target-port-missing
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: production
spec:
  selector:
    app: pricing-engine
  ports:
  - port: 80
`,
}
