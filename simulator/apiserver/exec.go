package apiserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"
)

// Size is a terminal's, in characters.
type Size struct{ Width, Height uint16 }

// Streams are a command's input and output; what the client did not ask for
// reads as empty and swallows what is written. TTY tells that they are a
// terminal, whose size Resize delivers; it is nil where there is none.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	TTY      bool
	Resize   <-chan Size
}

// ExecFunc runs a command in a container and returns its exit code. An empty
// argv attaches to the container's own process. It ends when ctx does.
type ExecFunc func(ctx context.Context, namespace, pod, container string, argv []string, io Streams) (exit int)

// execRequest is what a client wants to run.
type execRequest struct {
	namespace, pod, container string
	argv                      []string
	in, out, err, tty         bool
}

// serveExec runs a command in a container, or attaches to its own process,
// and connects it to the client's streams.
func (s *Server) serveExec(w http.ResponseWriter, r *http.Request, t target) error {
	obj, err := s.Get(t.resource, t.namespace, t.name)
	if err != nil {
		return err
	}
	req, err := readExec(r.URL.Query(), t, obj.(*corev1.Pod))
	if err != nil {
		return err
	}
	if s.exec == nil {
		return apierrors.NewServiceUnavailable("nothing runs in this cluster's containers")
	}
	ended := func(exit int) {
		if t.subresource == "attach" {
			s.terminated(t, req.container, exit)
		}
	}
	return s.stream(w, r, req, ended)
}

func readExec(q url.Values, t target, pod *corev1.Pod) (execRequest, error) {
	c, err := pickContainer(pod, q.Get("container"))
	if err != nil {
		return execRequest{}, err
	}
	req := execRequest{
		namespace: t.namespace, pod: t.name, container: c.Name,
		in: isTrue(q.Get("stdin")), out: isTrue(q.Get("stdout")), err: isTrue(q.Get("stderr")), tty: isTrue(q.Get("tty")),
	}
	if t.subresource == "exec" {
		if req.argv = q["command"]; len(req.argv) == 0 {
			return req, apierrors.NewBadRequest("you must specify at least 1 command for the container")
		}
	}
	if !req.in && !req.out && !req.err {
		return req, apierrors.NewBadRequest("you must specify at least one of stdin, stdout, stderr")
	}
	return req, execable(pod, c.Name)
}

// execable says why nothing can run in a container.
func execable(pod *corev1.Pod, container string) error {
	switch phase := pod.Status.Phase; {
	case phase == corev1.PodSucceeded || phase == corev1.PodFailed:
		return apierrors.NewBadRequest(fmt.Sprintf("cannot exec into a container in a completed pod; current phase is %s", phase))
	case pod.Spec.NodeName == "":
		return apierrors.NewBadRequest(fmt.Sprintf("pod %s does not have a host assigned", pod.Name))
	}
	for _, c := range pod.Status.ContainerStatuses {
		if c.Name == container && c.State.Running == nil && (c.State.Waiting != nil || c.State.Terminated != nil) {
			return apierrors.NewInternalError(fmt.Errorf("unable to upgrade connection: container not found (%q)", container))
		}
	}
	return nil
}

// run runs the command and reports how it ended to the client.
func (s *Server) run(ctx context.Context, req execRequest, io Streams, report io.Writer) (exit int) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {})
	defer stop()
	go func() {
		select {
		case <-s.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	exit = s.exec(ctx, req.namespace, req.pod, req.container, req.argv, io)
	status := exitStatus(exit)
	if len(req.argv) == 0 {
		// Who attached learns how the container ended from the pod's status.
		status = exitStatus(0)
	}
	b, err := json.Marshal(status)
	if err == nil {
		report.Write(b) //nolint:errcheck // the client has gone
	}
	return exit
}

func exitStatus(exit int) metav1.Status {
	if exit == 0 {
		return metav1.Status{Status: metav1.StatusSuccess}
	}
	return metav1.Status{
		Status: metav1.StatusFailure, Reason: remotecommand.NonZeroExitCodeReason,
		Message: fmt.Sprintf("command terminated with non-zero exit code: exit status %d", exit),
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: remotecommand.ExitCodeCauseType, Message: fmt.Sprint(exit)}}},
	}
}

// terminated notes that a container's own process has ended.
func (s *Server) terminated(t target, container string, exit int) {
	obj, err := s.Get(t.resource, t.namespace, t.name)
	if err != nil {
		return
	}
	pod := obj.(*corev1.Pod).DeepCopy()
	if pod.Spec.RestartPolicy == corev1.RestartPolicyAlways || pod.Spec.RestartPolicy == "" {
		return
	}
	now := metav1.NewTime(s.now())
	pod.Status.Phase = corev1.PodSucceeded
	reason := "Completed"
	if exit != 0 {
		pod.Status.Phase, reason = corev1.PodFailed, "Error"
	}
	for i := range pod.Status.ContainerStatuses {
		c := &pod.Status.ContainerStatuses[i]
		if c.Name == container {
			c.Ready = false
			c.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: int32(exit), Reason: reason, FinishedAt: now, StartedAt: pod.CreationTimestamp}}
		}
	}
	for i := range pod.Status.Conditions {
		if c := &pod.Status.Conditions[i]; c.Type == corev1.PodReady || c.Type == corev1.ContainersReady {
			c.Status, c.Reason = corev1.ConditionFalse, "PodCompleted"
		}
	}
	s.Update(pod, "status", metav1.UpdateOptions{}) //nolint:errcheck // the pod has gone
}

// discard is an output that the client did not ask for.
type discard struct{ io.Writer }

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return discard{io.Discard}
	}
	return w
}

func orEmpty(r io.Reader) io.Reader {
	if r == nil {
		return bytes.NewReader(nil)
	}
	return r
}

// readSizes delivers the terminal's sizes that the client sends.
func readSizes(ctx context.Context, r io.Reader) <-chan Size {
	sizes := make(chan Size)
	go func() {
		defer close(sizes)
		d := json.NewDecoder(r)
		for {
			var size Size
			if err := d.Decode(&size); err != nil {
				return
			}
			select {
			case sizes <- size:
			case <-ctx.Done():
				return
			}
		}
	}()
	return sizes
}

var errNoStreams = errors.New("the client opened no streams")
