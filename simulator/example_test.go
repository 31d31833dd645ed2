package simulator_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// A cluster with one pod and, after apply, a Service in front of it.
func Example() {
	w, err := world.Load(strings.NewReader(`
apiVersion: v1
kind: Node
metadata: {name: node-a}
status:
  addresses: [{type: InternalIP, address: 192.168.0.10}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: default, labels: {app: cart}}
spec:
  nodeName: node-a
  containers: [{name: cart, image: cart, ports: [{containerPort: 8080}]}]
status:
  phase: Running
  podIP: 10.244.1.5
  podIPs: [{ip: 10.244.1.5}]
  conditions: [{type: Ready, status: "True"}]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	for _, r := range c.Apply(context.Background(), []byte(`
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  clusterIP: 10.96.0.42
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
`)) {
		fmt.Println(r)
	}
	c.Settle()

	trace := c.Probe(dataplane.Packet{
		From: dataplane.PodClient("default", "cart"),
		To:   netip.MustParseAddrPort("10.96.0.42:80"),
	})
	fmt.Println(trace.Outcome)
	for _, hop := range trace.Hops {
		fmt.Println(hop.Why)
	}
	// Output:
	// service/cart created
	// ok
	// 10.96.0.42:80 is the cluster IP of Service cart, port 80.
	// There is one, 10.244.1.5:8080.
	// The pod meets itself through its Service, so the node puts in its own address: the source 10.244.1.5 becomes 192.168.0.10.
	// cart:8080 answers and sees the source 192.168.0.10.
}
