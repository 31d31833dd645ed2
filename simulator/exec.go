package simulator

import (
	"context"
	"time"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/state"
)

// View is what a command in a pod sees of the cluster around it.
type View interface {
	State() *state.State
	Now() time.Time
}

// Streams are a command's input and output. TTY tells that they are a
// terminal, whose size Resize delivers (nil where there is none).
type Streams = apiserver.Streams

// ExecFunc runs a command in a container of a pod, as kubectl exec and attach
// ask for, and returns its exit code: 126 or 127 where there is no such
// command. It ends when ctx does.
type ExecFunc func(ctx context.Context, cluster View, pod state.Name, container string, argv []string, io Streams) (exit int)

// exec is the ExecFunc as the API server calls it.
func (c *Cluster) exec(f ExecFunc) apiserver.ExecFunc {
	if f == nil {
		return nil
	}
	return func(ctx context.Context, namespace, pod, container string, argv []string, io Streams) int {
		return f(ctx, c, state.Name{Namespace: namespace, Name: pod}, container, argv, io)
	}
}
