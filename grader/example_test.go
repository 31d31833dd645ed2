package grader_test

import (
	"context"
	"fmt"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// The pods listen on 8080, and the manifest leaves targetPort out.
func ExampleGrader_Check() {
	pack, err := lessons.BuiltIn()
	if err != nil {
		fmt.Println(err)
		return
	}
	verdict, err := grader.New(pack).Check(context.Background(), pack.Scenario("pricing-engine"), []byte(`
apiVersion: v1
kind: Service
metadata:
  name: pricing-engine-svc
  namespace: production
spec:
  selector:
    app: pricing-engine
  ports:
  - port: 80
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	first := verdict.Failures[0]
	fmt.Println(first.Expectation)
	fmt.Println(first.Evidence.Tried, "met", first.Evidence.Met)
	fmt.Println(first.Diagnosis.ID, "at line", first.Diagnosis.Line)
	fmt.Println(first.Diagnosis.Next)
	// Output:
	// Other pods get an answer from the pricing engine on port 80
	// pod client of namespace default → pricing-engine-svc.production:80 met connection refused
	// target-port-missing at line 11
	// Add targetPort: 8080.
}
