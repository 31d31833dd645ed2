package pods

import (
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

const kubelet = "kubelet"

// How long the steps of a pod's life take.
const (
	startAtLeast = time.Second     // from its binding until its containers run,
	startSpread  = time.Second     // and up to so much more, differently by pod
	stopTakes    = time.Second     // from the request to end until they have ended
	pullBackOff  = 2 * time.Second // from the failed pull until it is told to wait
)

// Kubelet takes the pods of every node through their lives.
type Kubelet struct {
	ctx  *control.Context
	last map[string]netip.Addr // by node: the address given last
}

// NewKubelet makes the kubelets of a cluster.
func NewKubelet(ctx *control.Context) *Kubelet {
	return &Kubelet{ctx: ctx, last: map[string]netip.Addr{}}
}

// Observe adds bound pods, and tells of containers that are asked to end.
func (c *Kubelet) Observe(e store.Event, add func(control.Key)) {
	pod, ok := e.Object.(*corev1.Pod)
	if !ok || pod.Spec.NodeName == "" || e.Type == store.Deleted {
		return
	}
	k := control.Key{Namespace: pod.Namespace, Name: pod.Name}
	add(k)
	if old, _ := e.Old.(*corev1.Pod); old != nil && old.DeletionTimestamp == nil && pod.DeletionTimestamp != nil {
		k.Kind = stopping
		add(k)
	}
}

// stopping is the kind of key of a pod whose end has just been asked for.
const stopping = "stopping"

// Reconcile does what is due in one pod's life.
func (c *Kubelet) Reconcile(k control.Key) (time.Time, error) {
	pod, ok := control.Get[*corev1.Pod](c.ctx, control.Pods, k.Namespace, k.Name)
	switch {
	case !ok:
		return time.Time{}, nil
	case k.Kind == stopping:
		for _, s := range pod.Status.ContainerStatuses {
			if s.State.Running != nil {
				c.tell(pod, s.Name, "Killing", "Stopping container %s", s.Name)
			}
		}
		return time.Time{}, nil
	case pod.DeletionTimestamp != nil:
		return c.stop(pod)
	case pod.Status.Phase != corev1.PodPending && pod.Status.Phase != "" && pod.Status.Phase != corev1.PodRunning:
		return time.Time{}, nil
	case pod.Status.StartTime == nil && pod.Status.Phase != corev1.PodRunning:
		return time.Time{}, c.accept(pod)
	case pod.Status.Phase == corev1.PodRunning:
		return c.probe(pod)
	}
	return c.start(pod)
}

// stop ends a pod: its object goes once its containers have ended. One that
// finalizers hold stands as it is until they are gone.
func (c *Kubelet) stop(pod *corev1.Pod) (time.Time, error) {
	if len(pod.Finalizers) > 0 {
		return time.Time{}, nil
	}
	grace := time.Duration(deref(pod.DeletionGracePeriodSeconds)) * time.Second
	ended := pod.DeletionTimestamp.Add(-grace).Add(min(grace, stopTakes))
	if ended.After(c.ctx.Now()) {
		return ended, nil
	}
	uid, now := pod.UID, int64(0)
	err := c.ctx.API.Delete(control.Pods, pod.Namespace, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &uid},
	})
	if errors.IsNotFound(err) || errors.IsConflict(err) {
		return time.Time{}, nil
	}
	return time.Time{}, err
}

// accept is a kubelet's first sight of a pod.
func (c *Kubelet) accept(pod *corev1.Pod) error {
	now := c.ctx.Stamp()
	changed := pod.DeepCopy()
	s := &changed.Status
	s.Phase, s.StartTime = corev1.PodPending, &now
	if node, ok := control.Get[*corev1.Node](c.ctx, control.Nodes, "", pod.Spec.NodeName); ok {
		if ips := state.NodeAddrs(node, corev1.NodeInternalIP); len(ips) > 0 {
			s.HostIP, s.HostIPs = ips[0].String(), []corev1.HostIP{{IP: ips[0].String()}}
		}
	}
	c.conditions(changed, false)
	s.ContainerStatuses = nil
	for _, container := range pod.Spec.Containers {
		started := false
		s.ContainerStatuses = append(s.ContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Started: &started,
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}},
		})
	}
	if _, err := c.ctx.API.Update(changed, "status"); err != nil {
		return err
	}
	for _, container := range pod.Spec.Containers {
		c.tell(pod, container.Name, "Pulling", "Pulling image %q", container.Image)
	}
	return nil
}

// conditions are those of a pod that has been accepted and is ready or not.
func (c *Kubelet) conditions(pod *corev1.Pod, ready bool) {
	now := c.ctx.Stamp()
	set := func(t corev1.PodConditionType, ok bool) {
		cond := corev1.PodCondition{Type: t, Status: corev1.ConditionTrue, LastTransitionTime: now}
		if !ok {
			var names []string
			for _, container := range pod.Spec.Containers {
				names = append(names, container.Name)
			}
			cond.Status, cond.Reason = corev1.ConditionFalse, "ContainersNotReady"
			cond.Message = fmt.Sprintf("containers with unready status: [%s]", strings.Join(names, " "))
		}
		setCondition(pod, cond)
	}
	set(corev1.PodReadyToStartContainers, true)
	set(corev1.PodInitialized, true)
	set(corev1.PodReady, ready)
	set(corev1.ContainersReady, ready)
	set(corev1.PodScheduled, true)
}

// start runs a pod's containers once their images are there.
func (c *Kubelet) start(pod *corev1.Pod) (time.Time, error) {
	at := pod.Status.StartTime.Add(startAtLeast + spread(pod, startSpread))
	if at.After(c.ctx.Now()) {
		return at, nil
	}
	if image, ok := missingImage(pod); ok {
		return c.cannotPull(pod, image)
	}
	changed := pod.DeepCopy()
	if err := c.address(changed); err != nil {
		c.ctx.Events.Warning(kubelet, pod, "FailedCreatePodSandBox", "Failed to create pod sandbox: %v", err)
		return time.Time{}, nil
	}
	changed.Status.Phase = corev1.PodRunning
	ready := true
	for i := range changed.Status.ContainerStatuses {
		s := &changed.Status.ContainerStatuses[i]
		container := pod.Spec.Containers[i]
		s.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: c.ctx.Stamp()}}
		s.Started, s.Ready = new(true), isReady(changed, container, c.ctx.Now())
		s.ImageID = "docker.io/" + container.Image
		ready = ready && s.Ready
	}
	c.conditions(changed, ready)
	if _, err := c.ctx.API.Update(changed, "status"); err != nil {
		return time.Time{}, err
	}
	took := c.ctx.Now().Sub(pod.Status.StartTime.Time).Round(time.Millisecond)
	for _, container := range pod.Spec.Containers {
		c.tell(pod, container.Name, "Pulled", "Successfully pulled image %q in %v (%v including waiting). Image size: %d bytes.", container.Image, took, took, size(container.Image))
		c.tell(pod, container.Name, "Created", "Container created")
		c.tell(pod, container.Name, "Started", "Container started")
	}
	return time.Time{}, nil // its own change brings us back for the probes
}

// probe makes containers ready when their readiness probe succeeds. What was
// ready once, or stands in a world file, stays as it is.
func (c *Kubelet) probe(pod *corev1.Pod) (time.Time, error) {
	startedHere := condition(pod, corev1.PodReadyToStartContainers) != nil
	var next time.Time
	ready, changed := true, pod.DeepCopy()
	for i, container := range pod.Spec.Containers {
		if i >= len(pod.Status.ContainerStatuses) {
			return time.Time{}, nil
		}
		s := &changed.Status.ContainerStatuses[i]
		if s.Ready || s.State.Running == nil || container.ReadinessProbe == nil {
			ready = ready && s.Ready
			continue
		}
		at := s.State.Running.StartedAt.Add(probeDelay(container.ReadinessProbe))
		switch {
		case !answers(pod, container):
			c.unhealthy(pod, container)
			ready = false
		case !startedHere:
			ready = false
		case at.After(c.ctx.Now()):
			ready = false
			if next.IsZero() || at.Before(next) {
				next = at
			}
		default:
			s.Ready = true
		}
	}
	if slices.EqualFunc(pod.Status.ContainerStatuses, changed.Status.ContainerStatuses, func(a, b corev1.ContainerStatus) bool { return a.Ready == b.Ready }) {
		return next, nil
	}
	c.conditions(changed, ready)
	_, err := c.ctx.API.Update(changed, "status")
	return next, err
}

// isReady tells whether a container is ready at a time.
func isReady(pod *corev1.Pod, container corev1.Container, at time.Time) bool {
	if strings.Contains(container.Image, "broken") {
		return false
	}
	p := container.ReadinessProbe
	return p == nil || probeDelay(p) <= 0 && answers(pod, container) && !at.IsZero()
}

// probeDelay is how long after its start a container's probe has succeeded
// often enough.
func probeDelay(p *corev1.Probe) time.Duration {
	period := max(p.PeriodSeconds, 1)
	return time.Duration(p.InitialDelaySeconds+max(p.SuccessThreshold-1, 0)*period) * time.Second
}

// answers tells whether a container's readiness probe can succeed: what is
// asked must be a port that the pod listens on, which are those it declares.
func answers(pod *corev1.Pod, container corev1.Container) bool {
	if strings.Contains(container.Image, "broken") {
		return false
	}
	port := asked(container.ReadinessProbe)
	if port == nil {
		return true
	}
	for _, of := range pod.Spec.Containers {
		for _, have := range of.Ports {
			if have.ContainerPort == port.IntVal || port.Type == intstr.String && have.Name == port.StrVal {
				return true
			}
		}
	}
	return false
}

// asked is the port that a probe asks, nil if it asks none.
func asked(p *corev1.Probe) *intstr.IntOrString {
	switch {
	case p.HTTPGet != nil:
		return &p.HTTPGet.Port
	case p.TCPSocket != nil:
		return &p.TCPSocket.Port
	case p.GRPC != nil:
		return new(intstr.FromInt32(p.GRPC.Port))
	}
	return nil
}

// unhealthy tells of a readiness probe that meets nobody.
func (c *Kubelet) unhealthy(pod *corev1.Pod, container corev1.Container) {
	port := asked(container.ReadinessProbe)
	if port == nil || strings.Contains(container.Image, "broken") {
		return
	}
	at := net.JoinHostPort(pod.Status.PodIP, port.String())
	met := "dial tcp " + at + ": connect: connection refused"
	if get := container.ReadinessProbe.HTTPGet; get != nil {
		met = fmt.Sprintf("Get %q: %s", strings.ToLower(string(get.Scheme))+"://"+at+get.Path, met)
	}
	c.ctx.Events.OfField(kubelet, pod, field(container.Name), corev1.EventTypeWarning, "Unhealthy", "Readiness probe failed: %s", met)
}

// cannotPull is a pod whose image does not exist.
func (c *Kubelet) cannotPull(pod *corev1.Pod, image string) (time.Time, error) {
	changed := pod.DeepCopy()
	if changed.Status.PodIP == "" {
		if err := c.address(changed); err != nil {
			return time.Time{}, nil //nolint:nilerr // told when it would start
		}
	}
	reason := "ErrImagePull"
	message := fmt.Sprintf("failed to pull and unpack image %q: failed to resolve reference %q: not found", image, image)
	waiting := pod.Status.ContainerStatuses[0].State.Waiting
	switch {
	case waiting == nil || waiting.Reason == "ImagePullBackOff":
		return time.Time{}, nil
	case waiting.Reason == "ErrImagePull":
		at := pod.Status.StartTime.Add(startAtLeast + spread(pod, startSpread) + pullBackOff)
		if at.After(c.ctx.Now()) {
			return at, nil
		}
		reason, message = "ImagePullBackOff", fmt.Sprintf("Back-off pulling image %q: ErrImagePull: %s", image, message)
	}
	for i, container := range pod.Spec.Containers {
		if container.Image == image {
			changed.Status.ContainerStatuses[i].State.Waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
		}
	}
	if _, err := c.ctx.API.Update(changed, "status"); err != nil {
		return time.Time{}, err
	}
	for _, container := range pod.Spec.Containers {
		if container.Image != image {
			continue
		}
		if reason == "ErrImagePull" {
			c.warn(pod, container.Name, "Failed", "Failed to pull image %q: %s", image, message)
			c.warn(pod, container.Name, "Failed", "Error: ErrImagePull")
		} else {
			c.tell(pod, container.Name, "BackOff", "Back-off pulling image %q", image)
			c.warn(pod, container.Name, "Failed", "Error: ImagePullBackOff")
		}
	}
	return time.Time{}, nil
}

// missingImage is an image of a pod whose name says that there is none. One
// that says it is broken starts and never becomes ready.
func missingImage(pod *corev1.Pod) (string, bool) {
	for _, container := range pod.Spec.Containers {
		for _, word := range []string{"nonexistent", "non-existent", "does-not-exist", "doesnotexist", "no-such", "notfound", "not-found", "missing"} {
			if strings.Contains(strings.ToLower(container.Image), word) {
				return container.Image, true
			}
		}
	}
	return "", false
}

func field(container string) string { return "spec.containers{" + container + "}" }

func (c *Kubelet) tell(pod *corev1.Pod, container, reason, format string, args ...any) {
	c.ctx.Events.OfField(kubelet, pod, field(container), corev1.EventTypeNormal, reason, format, args...)
}

func (c *Kubelet) warn(pod *corev1.Pod, container, reason, format string, args ...any) {
	c.ctx.Events.OfField(kubelet, pod, field(container), corev1.EventTypeWarning, reason, format, args...)
}

// spread is a part of d that depends on the pod alone.
func spread(pod *corev1.Pod, d time.Duration) time.Duration {
	return time.Duration(digest(string(pod.UID))%uint64(d/time.Millisecond)) * time.Millisecond
}

// size is an image's, in bytes: made up from its name.
func size(image string) uint64 { return 20_000_000 + digest(image)%180_000_000 }

func digest(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
