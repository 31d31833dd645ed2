package quiz_test

import (
	"fmt"

	"github.com/kubetutor/tutor/quiz"
)

func Example() {
	questions, err := quiz.Parse("practice.yaml", []byte(`
set: practice
questions:
- id: cache-type
  kind: short
  section: clusterip
  prompt: A cache is called by pods only. Which Service type does it get?
  field: type
  accept: [ClusterIP]
  mistakes:
  - answers: [NodePort, LoadBalancer]
    say: It would be reachable from outside the cluster.
  explain: ClusterIP is the narrowest type that its callers can use.
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	p := quiz.Present(questions[0], nil)
	for _, typed := range []string{"type: clusterip", "ClusterlP", "NodePort"} {
		answer, err := p.Read(typed)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(typed, "is", p.Mark(answer).Verdict)
	}
	// Output:
	// type: clusterip is right
	// ClusterlP is near
	// NodePort is wrong
}
