package decide_test

import (
	"fmt"

	"github.com/kubetutor/tutor/decide"
)

func ExampleGuide_Walk() {
	guide, err := decide.Parse("decide.yaml", []byte(small))
	if err != nil {
		fmt.Println(err)
		return
	}
	walk := guide.Walk()
	for step, ok := walk.Step(); ok; step, ok = walk.Step() {
		answer := step.Answers[0]
		fmt.Println(step.Ask, answer.Text)
		walk.Choose(0)
	}
	fmt.Println(walk.End().Type)
	// Output:
	// Here? Here
	// Who calls? Pods
	// ClusterIP
}
