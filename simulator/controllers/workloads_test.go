package controllers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// recorded is the template of `kubectl create deployment api
// --image=nginx:1.29 --port=8080` as a server defaults it.
func recorded(app, image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": app}},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{{
				Name: "nginx", Image: image, Ports: []corev1.ContainerPort{{ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
				TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
				ImagePullPolicy: corev1.PullIfNotPresent,
			}},
			RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: new(int64(30)),
			DNSPolicy: corev1.DNSClusterFirst, SecurityContext: &corev1.PodSecurityContext{}, SchedulerName: "default-scheduler",
		},
	}
}

func deployment(name string, n int32) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &n, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}, Template: recorded(name, "nginx:1.29"),
		},
	}
}

// running lists the pods of an app, without their random endings.
func (c *cluster) running(app string) []string {
	var out []string
	for _, p := range list[*corev1.Pod](c, "default") {
		if p.Labels["app"] == app && p.DeletionTimestamp == nil {
			name := p.Name
			if p.GenerateName != "" {
				name = p.GenerateName + "?"
			}
			out = append(out, fmt.Sprintf("%s %v", name, state.Ready(p)))
		}
	}
	return out
}

func setImage(image string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = image }
}

// The session of workloads.jsonl of the project's recordings (kubectl against
// Kubernetes 1.37.2): names, hashes and the events of describe.
func TestRecordedRollouts(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), deployment("api", 3))...)
	c.advance(10 * time.Second)
	ready := "api-7966f94655-? true"
	if d := cmp.Diff([]string{ready, ready, ready}, c.running("api")); d != "" {
		t.Fatalf("pods (-want +got):\n%s", d)
	}
	scale := func(n int32) {
		change(c, "default", "api", func(d *appsv1.Deployment) { d.Spec.Replicas = &n })
		c.advance(10 * time.Second)
	}
	scale(5)
	scale(0)
	if left := c.running("api"); left != nil {
		t.Errorf("scaled to nothing: %v", left)
	}
	scale(2)
	change(c, "default", "api", setImage("nginx:1.30"))
	c.advance(20 * time.Second)
	next := "api-84f44c6697-? true"
	if d := cmp.Diff([]string{next, next}, c.running("api")); d != "" {
		t.Errorf("after set image (-want +got):\n%s", d)
	}
	change(c, "default", "api", setImage("nginx:1.29"))
	c.advance(20 * time.Second)
	d := get[*appsv1.Deployment](c, "default", "api")
	if r := d.Annotations["deployment.kubernetes.io/revision"]; r != "3" {
		t.Errorf("revision %s after undo", r)
	}
	var conditions []string
	for _, cond := range d.Status.Conditions {
		conditions = append(conditions, fmt.Sprint(cond.Type, " ", cond.Status, " ", cond.Reason))
	}
	if df := cmp.Diff([]string{"Available True MinimumReplicasAvailable", "Progressing True NewReplicaSetAvailable"}, conditions); df != "" {
		t.Errorf("conditions (-want +got):\n%s", df)
	}
	var told []string
	for _, e := range c.told("api") {
		told = append(told, strings.TrimPrefix(e, "Normal | ScalingReplicaSet | deployment-controller | "))
	}
	want := []string{
		"Scaled up replica set api-7966f94655 from 0 to 3", "Scaled up replica set api-7966f94655 from 3 to 5",
		"Scaled down replica set api-7966f94655 from 5 to 0", "Scaled up replica set api-7966f94655 from 0 to 2",
		"Scaled up replica set api-84f44c6697 from 0 to 1", "Scaled down replica set api-7966f94655 from 2 to 1",
		"Scaled up replica set api-84f44c6697 from 1 to 2", "Scaled down replica set api-7966f94655 from 1 to 0",
		"Scaled up replica set api-7966f94655 from 0 to 1",
		"(combined from similar events): Scaled down replica set api-84f44c6697 from 1 to 0",
	}
	if df := cmp.Diff(want, told); df != "" {
		t.Errorf("events (-want +got):\n%s", df)
	}
}

func TestBrokenImageKeepsTheOldPods(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), deployment("api", 2))...)
	c.advance(10 * time.Second)
	for _, image := range []string{"broken:1", "nonexistent:1"} {
		change(c, "default", "api", setImage(image))
		c.advance(20 * time.Second)
		d := get[*appsv1.Deployment](c, "default", "api")
		if s := d.Status; s.ReadyReplicas != 2 || s.UpdatedReplicas != 1 || s.AvailableReplicas != 2 {
			t.Errorf("%s: %+v", image, s)
		}
	}
	c.settle()
	if d := get[*appsv1.Deployment](c, "default", "api"); d.Status.Conditions[1].Reason != "ProgressDeadlineExceeded" {
		t.Errorf("conditions %+v", d.Status.Conditions)
	}
}

func statefulSet(n int32) *appsv1.StatefulSet {
	return &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "pg"},
		Spec: appsv1.StatefulSetSpec{
			Replicas: &n, ServiceName: "pg", Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "pg"}}, Template: recorded("pg", "postgres:18"),
		},
	}
}

func TestStatefulSet(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), statefulSet(3))...)
	if d := cmp.Diff([]string{"pg-0 false"}, c.running("pg")); d != "" {
		t.Errorf("at once (-want +got):\n%s", d)
	}
	c.settle()
	p := get[*corev1.Pod](c, "default", "pg-2")
	if p.Spec.Hostname != "pg-2" || p.Spec.Subdomain != "pg" || p.Labels["apps.kubernetes.io/pod-index"] != "2" || p.Labels["statefulset.kubernetes.io/pod-name"] != "pg-2" {
		t.Errorf("pg-2: %q.%q, labels %v", p.Spec.Hostname, p.Spec.Subdomain, p.Labels)
	}
	change(c, "default", "pg", func(s *appsv1.StatefulSet) { s.Spec.Template.Spec.Containers[0].Image = "postgres:19" })
	c.settle()
	for _, p := range list[*corev1.Pod](c, "default") {
		if p.Spec.Containers[0].Image != "postgres:19" {
			t.Errorf("%s runs %s", p.Name, p.Spec.Containers[0].Image)
		}
	}
	change(c, "default", "pg", func(s *appsv1.StatefulSet) { s.Spec.Replicas = new(int32(1)) })
	c.settle()
	if d := cmp.Diff([]string{"pg-0 true"}, c.running("pg")); d != "" {
		t.Errorf("scaled down (-want +got):\n%s", d)
	}
	if s := get[*appsv1.StatefulSet](c, "default", "pg").Status; s.ReadyReplicas != 1 || s.CurrentRevision != s.UpdateRevision {
		t.Errorf("status %+v", s)
	}
}

func TestDaemonSetRunsOnEveryNode(t *testing.T) {
	ds := &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "agent"},
		Spec:       appsv1.DaemonSetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "agent"}}, Template: recorded("agent", "agent:1")},
	}
	c := newCluster(t, world.Spec{}, append(threeNodes(), ds)...)
	c.settle()
	on := map[string]int{}
	for _, p := range list[*corev1.Pod](c, "default") {
		on[p.Spec.NodeName]++
	}
	if d := cmp.Diff(map[string]int{"a": 1, "b": 1, "c": 1}, on); d != "" {
		t.Errorf("pods by node (-want +got):\n%s", d)
	}
	if s := get[*appsv1.DaemonSet](c, "default", "agent").Status; s.NumberReady != 3 || s.DesiredNumberScheduled != 3 {
		t.Errorf("status %+v", s)
	}
}

func TestDeletionTakesDependents(t *testing.T) {
	c := newCluster(t, world.Spec{}, append(threeNodes(), deployment("api", 2), service("s", func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "api"} }))...)
	c.settle()
	c.delete(control.Deployments, "default", "api")
	c.settle()
	if n := len(list[*appsv1.ReplicaSet](c, "default")) + len(list[*corev1.Pod](c, "default")); n != 0 {
		t.Errorf("%d objects left", n)
	}
	if d := cmp.Diff([]string{"->"}, c.slices("default", "s")); d != "" {
		t.Errorf("slices (-want +got):\n%s", d)
	}
}

// A readiness probe that asks where nothing listens is told of in the kubelet's
// words, of a pod that stands in a world file too.
func TestFailingProbeIsTold(t *testing.T) {
	probed := func(name string, handler corev1.ProbeHandler) *corev1.Pod {
		spec := recorded("api", "nginx:1.29").Spec
		spec.Containers[0].ReadinessProbe = &corev1.Probe{ProbeHandler: handler}
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: spec}
	}
	tcp := corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(8081)}}
	http := corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(8081), Path: "/healthz", Scheme: corev1.URISchemeHTTP}}
	stands := probed("stands", tcp)
	stands.Spec.NodeName = "a"
	stands.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: "10.244.1.9", StartTime: &metav1.Time{Time: start},
		Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: "nginx", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(start)}},
		}},
	}
	c := newCluster(t, world.Spec{}, append(threeNodes(), stands, probed("tcp", tcp), probed("http", http))...)
	c.settle()
	for name, want := range map[string]string{
		"stands": "dial tcp IP:8081: connect: connection refused",
		"tcp":    "dial tcp IP:8081: connect: connection refused",
		"http":   `Get "http://IP:8081/healthz": dial tcp IP:8081: connect: connection refused`,
	} {
		pod := get[*corev1.Pod](c, "default", name)
		if state.Ready(pod) {
			t.Errorf("%s is ready", name)
		}
		want = "Warning | Unhealthy | kubelet | Readiness probe failed: " + strings.ReplaceAll(want, "IP", pod.Status.PodIP)
		if told := c.told(name); !slices.Contains(told, want) {
			t.Errorf("%s: told %q, want %q", name, told, want)
		}
	}
}
