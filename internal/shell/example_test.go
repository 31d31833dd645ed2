package shell_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

func Example() {
	file, err := assets.FS.Open("worlds/lesson.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	w, err := world.Load(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	sh, err := shell.New(shell.Options{
		Cluster: c, Client: dataplane.PodClient("production", "client"), Stdout: os.Stdout, Stderr: os.Stdout,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	sh.Run(ctx, "getent hosts kubernetes.default")
	fmt.Println("exit", sh.Run(ctx, "curl -sS --connect-timeout 2 http://10.96.0.200"))
	// Output:
	// 10.96.0.1       kubernetes.default.svc.cluster.local
	// curl: (28) Failed to connect to 10.96.0.200 port 80 after 2000 ms: Timeout was reached
	// exit 28
}
