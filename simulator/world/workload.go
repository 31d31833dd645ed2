package world

import (
	"fmt"
	"hash/fnv"
	"net/netip"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/rand"
)

// Workload is an app that runs already, in few words: [Load] writes out its
// Deployment with ReplicaSet, or its StatefulSet, and its pods, as they stand
// in a cluster that has come to rest. Its pods are labelled app=NAME.
type Workload struct {
	Kind      string `json:"kind,omitempty"` // Deployment unless said otherwise; StatefulSet or Pod
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Nodes has an entry for each pod: the node it runs on.
	Nodes []string `json:"nodes"`
	// Addresses are the pods' own, in the order of Nodes; made up where left out.
	Addresses []string `json:"addresses,omitempty"`
	// Labels stand beside app=NAME.
	Labels map[string]string      `json:"labels,omitempty"`
	Ports  []corev1.ContainerPort `json:"ports,omitempty"`
	Image  string                 `json:"image,omitempty"` // the name unless said otherwise
	// Service is a StatefulSet's serviceName.
	Service string `json:"service,omitempty"`
	// Probe is the port that the readiness probe asks; none unless said otherwise.
	Probe int32 `json:"probe,omitempty"`
	// Unready tells that no pod passes its readiness probe.
	Unready bool `json:"unready,omitempty"`
}

// started is when the pods of a Workload started.
var started = metav1.Unix(1767225600, 0) // 2026-01-01T00:00:00Z

// writeOut turns the workloads of the World object into objects.
func (w *World) writeOut() error {
	b := &workloads{world: w, used: map[string]bool{}, next: map[string]netip.Addr{}}
	for _, o := range w.Objects {
		if p, ok := o.(*corev1.Pod); ok {
			b.used[p.Status.PodIP] = true
		}
	}
	for _, l := range w.Spec.Workloads {
		for _, a := range l.Addresses {
			b.used[a] = true
		}
	}
	for _, l := range w.Spec.Workloads {
		if err := b.add(l); err != nil {
			return fmt.Errorf("World: workload %s/%s: %w", l.Namespace, l.Name, err)
		}
	}
	w.Spec.Workloads = nil
	return nil
}

type workloads struct {
	world *World
	used  map[string]bool
	next  map[string]netip.Addr // by node: the last address given
}

func (b *workloads) add(l Workload) error {
	switch l.Kind {
	case "", "Deployment":
		return b.deployment(l)
	case "StatefulSet":
		return b.statefulSet(l)
	case "Pod":
		for i := range l.Nodes {
			name := l.Name
			if len(l.Nodes) > 1 {
				name = fmt.Sprintf("%s-%d", l.Name, i)
			}
			if err := b.pod(l, i, name, nil, nil); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("kind %q is not known; Deployment, StatefulSet and Pod are", l.Kind)
	}
}

func (b *workloads) deployment(l Workload) error {
	hash := code(l.Namespace+"/"+l.Name, 10)
	replicas := int32(len(l.Nodes))
	selector := map[string]string{"app": l.Name}
	ready := replicas
	if l.Unready {
		ready = 0
	}
	d := &appsv1.Deployment{
		ObjectMeta: l.meta(l.Name, "Deployment"),
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: selector},
			Template: l.template(nil),
		},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 1, Replicas: replicas, UpdatedReplicas: replicas,
			ReadyReplicas: ready, AvailableReplicas: ready, UnavailableReplicas: replicas - ready,
			Conditions: []appsv1.DeploymentCondition{{
				Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable",
				Message:        fmt.Sprintf("ReplicaSet %q has successfully progressed.", l.Name+"-"+hash),
				LastUpdateTime: started, LastTransitionTime: started,
			}},
		},
	}
	d.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	hashed := map[string]string{"pod-template-hash": hash}
	rs := &appsv1.ReplicaSet{
		ObjectMeta: l.meta(l.Name+"-"+hash, "ReplicaSet"),
		Spec: appsv1.ReplicaSetSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: merged(selector, hashed)},
			Template: l.template(hashed),
		},
		Status: appsv1.ReplicaSetStatus{
			ObservedGeneration: 1, Replicas: replicas, FullyLabeledReplicas: replicas,
			ReadyReplicas: ready, AvailableReplicas: ready,
		},
	}
	rs.Labels = merged(rs.Labels, hashed)
	rs.Annotations = map[string]string{
		"deployment.kubernetes.io/desired-replicas": fmt.Sprint(replicas),
		"deployment.kubernetes.io/max-replicas":     fmt.Sprint(replicas + (replicas+3)/4),
		"deployment.kubernetes.io/revision":         "1",
	}
	rs.OwnerReferences = owned("Deployment", &d.ObjectMeta)
	b.world.Objects = append(b.world.Objects, d, rs)
	for i := range l.Nodes {
		name := fmt.Sprintf("%s-%s-%s", l.Name, hash, code(fmt.Sprintf("%s/%s/%d", l.Namespace, l.Name, i), 5))
		if err := b.pod(l, i, name, hashed, owned("ReplicaSet", &rs.ObjectMeta)); err != nil {
			return err
		}
	}
	return nil
}

func (b *workloads) statefulSet(l Workload) error {
	revision := l.Name + "-" + code(l.Namespace+"/"+l.Name, 10)
	replicas := int32(len(l.Nodes))
	ready := replicas
	if l.Unready {
		ready = 0
	}
	s := &appsv1.StatefulSet{
		ObjectMeta: l.meta(l.Name, "StatefulSet"),
		Spec: appsv1.StatefulSetSpec{
			Replicas:    &replicas,
			ServiceName: l.Service,
			Selector:    &metav1.LabelSelector{MatchLabels: map[string]string{"app": l.Name}},
			Template:    l.template(nil),
		},
		Status: appsv1.StatefulSetStatus{
			ObservedGeneration: 1, Replicas: replicas, ReadyReplicas: ready, CurrentReplicas: replicas,
			UpdatedReplicas: replicas, AvailableReplicas: ready, CurrentRevision: revision, UpdateRevision: revision,
		},
	}
	b.world.Objects = append(b.world.Objects, s)
	for i := range l.Nodes {
		name := fmt.Sprintf("%s-%d", l.Name, i)
		labels := map[string]string{
			appsv1.StatefulSetPodNameLabel:        name,
			appsv1.PodIndexLabel:                  fmt.Sprint(i),
			appsv1.ControllerRevisionHashLabelKey: revision,
		}
		if err := b.pod(l, i, name, labels, owned("StatefulSet", &s.ObjectMeta)); err != nil {
			return err
		}
	}
	return nil
}

// pod adds the i-th pod of l.
func (b *workloads) pod(l Workload, i int, name string, labels map[string]string, owner []metav1.OwnerReference) error {
	node := b.node(l.Nodes[i])
	if node == nil {
		return fmt.Errorf("nodes[%d]: there is no node %q", i, l.Nodes[i])
	}
	ip, err := b.address(l, i, node)
	if err != nil {
		return err
	}
	t := l.template(labels)
	p := &corev1.Pod{ObjectMeta: l.meta(name, "Pod"), Spec: t.Spec}
	p.Labels, p.OwnerReferences = t.Labels, owner
	p.Spec.NodeName = node.Name
	if l.Kind == "StatefulSet" {
		p.Spec.Hostname, p.Spec.Subdomain = name, l.Service
	}
	p.Status = l.status(node, ip)
	b.world.Objects = append(b.world.Objects, p)
	return nil
}

func (b *workloads) node(name string) *corev1.Node {
	for _, o := range b.world.Objects {
		if n, ok := o.(*corev1.Node); ok && n.Name == name {
			return n
		}
	}
	return nil
}

// address is the pod's own: the one given, or the next free one of its node
// from .10 on.
func (b *workloads) address(l Workload, i int, node *corev1.Node) (string, error) {
	if i < len(l.Addresses) {
		return l.Addresses[i], nil
	}
	last, ok := b.next[node.Name]
	if !ok {
		cidr, err := netip.ParsePrefix(node.Spec.PodCIDR)
		if err != nil {
			return "", fmt.Errorf("node %s: spec.podCIDR: %w", node.Name, err)
		}
		last = cidr.Addr()
		for range 9 {
			last = last.Next()
		}
	}
	for last = last.Next(); b.used[last.String()]; last = last.Next() {
	}
	b.next[node.Name] = last
	return last.String(), nil
}

func (l Workload) meta(name, kind string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Namespace: l.Namespace, Generation: 1,
		UID:               types.UID(uid(kind + "/" + l.Namespace + "/" + name)),
		Labels:            map[string]string{"app": l.Name},
		CreationTimestamp: started,
	}
}

func (l Workload) template(labels map[string]string) corev1.PodTemplateSpec {
	image := l.Image
	if image == "" {
		image = l.Name + ":1.0"
	}
	c := corev1.Container{Name: l.Name, Image: image, Ports: l.Ports}
	if l.Probe != 0 {
		c.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
			TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(l.Probe)},
		}}
	}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: merged(map[string]string{"app": l.Name}, l.Labels, labels)},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{c}},
	}
}

func (l Workload) status(node *corev1.Node, ip string) corev1.PodStatus {
	ready := corev1.ConditionTrue
	if l.Unready {
		ready = corev1.ConditionFalse
	}
	condition := func(t corev1.PodConditionType, s corev1.ConditionStatus) corev1.PodCondition {
		return corev1.PodCondition{Type: t, Status: s, LastTransitionTime: started}
	}
	t := l.template(nil).Spec.Containers[0]
	isStarted := true
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, StartTime: &started,
		Conditions: []corev1.PodCondition{
			condition(corev1.PodScheduled, corev1.ConditionTrue),
			condition(corev1.PodInitialized, corev1.ConditionTrue),
			condition(corev1.ContainersReady, ready),
			condition(corev1.PodReady, ready),
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: t.Name, Image: t.Image, Ready: !l.Unready, Started: &isStarted,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
		}},
	}
	for _, a := range node.Status.Addresses {
		if a.Type == corev1.NodeInternalIP && status.HostIP == "" {
			status.HostIP = a.Address
			status.HostIPs = []corev1.HostIP{{IP: a.Address}}
		}
	}
	return status
}

func owned(kind string, owner *metav1.ObjectMeta) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: kind, Name: owner.Name, UID: owner.UID,
		Controller: &yes, BlockOwnerDeletion: &yes,
	}}
}

func merged(sets ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, set := range sets {
		for k, v := range set {
			all[k] = v
		}
	}
	return all
}

// code is the name ending that the controllers would make up, n characters
// that depend on s alone.
func code(s string, n int) string {
	h := fnv.New64a()
	h.Write([]byte(s))
	// The last digits: strings that differ at their end alone, such as a
	// workload's pods, have hashes that begin alike.
	text := rand.SafeEncodeString(fmt.Sprintf("%020d", h.Sum64()))
	return text[len(text)-n:]
}

func uid(s string) string {
	h := fnv.New128a()
	h.Write([]byte(s))
	b := h.Sum(nil)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
