package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// readLogOptions reads what kubectl logs asks for. Kubernetes' own conversion
// of a query to PodLogOptions is not published.
func readLogOptions(q url.Values) (corev1.PodLogOptions, error) {
	o := corev1.PodLogOptions{
		Container:  q.Get("container"),
		Follow:     isTrue(q.Get("follow")),
		Previous:   isTrue(q.Get("previous")),
		Timestamps: isTrue(q.Get("timestamps")),
	}
	for name, into := range map[string]**int64{
		"tailLines": &o.TailLines, "limitBytes": &o.LimitBytes, "sinceSeconds": &o.SinceSeconds,
	} {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil {
			return o, apierrors.NewBadRequest(err.Error())
		}
		*into = &n
	}
	if since := q.Get("sinceTime"); since != "" {
		t, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return o, apierrors.NewBadRequest(err.Error())
		}
		at := metav1.NewTime(t)
		o.SinceTime = &at
	}
	return o, nil
}

// containerLog is what a simulated program has printed: where it listens, as
// it started.
func containerLog(pod *corev1.Pod, c *corev1.Container, o corev1.PodLogOptions, now time.Time) string {
	started := pod.CreationTimestamp.Time
	if pod.Status.StartTime != nil {
		started = pod.Status.StartTime.Time
	}
	if o.SinceSeconds != nil && started.Before(now.Add(-time.Duration(*o.SinceSeconds)*time.Second)) ||
		o.SinceTime != nil && started.Before(o.SinceTime.Time) {
		return ""
	}
	var lines []string
	for _, p := range c.Ports {
		line := fmt.Sprintf("listening on :%d (%s)\n", p.ContainerPort, strings.ToLower(string(p.Protocol)))
		if o.Timestamps {
			line = started.UTC().Format("2006-01-02T15:04:05.000000000Z ") + line
		}
		lines = append(lines, line)
	}
	if o.TailLines != nil {
		lines = lines[max(0, len(lines)-int(max(0, *o.TailLines))):]
	}
	log := strings.Join(lines, "")
	if o.LimitBytes != nil {
		log = log[:min(len(log), int(max(0, *o.LimitBytes)))]
	}
	return log
}

// serveLog answers with a container's log.
func (s *Server) serveLog(w http.ResponseWriter, r *http.Request, t target) error {
	o, err := readLogOptions(r.URL.Query())
	if err != nil {
		return err
	}
	obj, err := s.Get(t.resource, t.namespace, t.name)
	if err != nil {
		return err
	}
	pod := obj.(*corev1.Pod)
	c, err := pickContainer(pod, o.Container)
	if err != nil {
		return err
	}
	if err := logsThere(pod, c.Name); err != nil {
		return err
	}
	if o.Previous {
		return apierrors.NewBadRequest(fmt.Sprintf("previous terminated container %q in pod %q not found", c.Name, pod.Name))
	}
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, containerLog(pod, c, o, s.now()))
	if o.Follow {
		http.NewResponseController(w).Flush() //nolint:errcheck // a writer that cannot flush sends at the end
		s.untilGone(r, t)
	}
	return nil
}

// untilGone waits until the pod, the client or the server goes.
func (s *Server) untilGone(r *http.Request, t target) {
	version := s.store.Version()
	for {
		if _, err := s.Get(t.resource, t.namespace, t.name); err != nil {
			return
		}
		_, changed, err := s.store.Since(version)
		if err != nil {
			return
		}
		select {
		case <-changed:
			version = s.store.Version()
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

// logsThere says why a container has no log yet, as the kubelet does.
func logsThere(pod *corev1.Pod, container string) error {
	if pod.Spec.NodeName == "" {
		return apierrors.NewBadRequest(fmt.Sprintf("pod %s does not have a host assigned", pod.Name))
	}
	for _, c := range pod.Status.ContainerStatuses {
		if c.Name == container && c.State.Waiting != nil {
			return apierrors.NewBadRequest(fmt.Sprintf("container %q in pod %q is waiting to start: %s", container, pod.Name, waitingFor(c.State.Waiting)))
		}
	}
	return nil
}
