// Package endpoints keeps EndpointSlices and Endpoints: which addresses stand
// behind a Service. It follows Kubernetes' pkg/controller/endpointslice,
// endpoint and endpointslicemirroring; the published k8s.io/endpointslice
// needs a clientset and iterates over maps, so that no run would repeat.
package endpoints

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/endpointslice/trafficdist"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// The names in the label endpointslice.kubernetes.io/managed-by.
const (
	sliceController  = "endpointslice-controller.k8s.io"
	mirrorController = "endpointslicemirroring-controller.k8s.io"
)

// maxEndpoints is how many endpoints a slice holds at most, the default of
// kube-controller-manager's --max-endpoints-per-slice.
const maxEndpoints = 100

// Slices keeps the EndpointSlices of Services with a selector.
type Slices struct {
	ctx     *control.Context
	trigger triggers
}

// NewSlices makes the EndpointSlice controller of a cluster.
func NewSlices(ctx *control.Context) *Slices { return &Slices{ctx: ctx, trigger: triggers{}} }

// Observe adds the Services whose slices a change touches.
func (c *Slices) Observe(e store.Event, add func(control.Key)) {
	observeServices(c.ctx, e, add)
	switch obj := e.Object.(type) {
	case *discoveryv1.EndpointSlice:
		if obj.Labels[discoveryv1.LabelManagedBy] == sliceController {
			add(control.Key{Namespace: obj.Namespace, Name: obj.Labels[discoveryv1.LabelServiceName]})
		}
	case *corev1.Node:
		old, _ := e.Old.(*corev1.Node)
		if old != nil && old.Labels[corev1.LabelTopologyZone] == obj.Labels[corev1.LabelTopologyZone] && e.Type == store.Modified {
			return
		}
		for _, key := range c.ctx.Index.PodsOn(obj.Name) {
			if pod, ok := control.Get[*corev1.Pod](c.ctx, control.Pods, key.Namespace, key.Name); ok {
				addSelecting(c.ctx, pod, add)
			}
		}
	}
}

// observeServices adds the Services that a change of a Service or a pod
// touches.
func observeServices(ctx *control.Context, e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *corev1.Service:
		add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
	case *corev1.Pod:
		old, _ := e.Old.(*corev1.Pod)
		if old != nil && e.Type == store.Modified && sameEndpoint(old, obj) {
			return
		}
		addSelecting(ctx, obj, add)
		if old != nil {
			addSelecting(ctx, old, add)
		}
	}
}

func addSelecting(ctx *control.Context, pod *corev1.Pod, add func(control.Key)) {
	for _, name := range ctx.Index.ServicesSelecting(pod.Namespace, pod.Labels) {
		add(control.Key{Namespace: pod.Namespace, Name: name})
	}
}

// sameEndpoint tells whether a change of a pod leaves its endpoints alone.
func sameEndpoint(a, b *corev1.Pod) bool {
	return maps.Equal(a.Labels, b.Labels) &&
		a.DeletionTimestamp.Equal(b.DeletionTimestamp) &&
		ready(a) == ready(b) && terminal(a) == terminal(b) &&
		a.Status.PodIP == b.Status.PodIP && slices.Equal(a.Status.PodIPs, b.Status.PodIPs) &&
		a.Spec.NodeName == b.Spec.NodeName &&
		a.Spec.Hostname == b.Spec.Hostname && a.Spec.Subdomain == b.Spec.Subdomain
}

// Reconcile brings the slices of one Service in line with its pods.
func (c *Slices) Reconcile(k control.Key) (time.Time, error) {
	svc, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name)
	if !ok {
		delete(c.trigger, k)
		return time.Time{}, nil // its slices go with their owner
	}
	if len(svc.Spec.Selector) == 0 || svc.Spec.Type == corev1.ServiceTypeExternalName || svc.DeletionTimestamp != nil {
		return time.Time{}, nil
	}
	pods := c.ctx.Index.PodsMatching(svc.Namespace, svc.Spec.Selector)
	existing := c.slicesOf(svc, sliceController)
	at := c.trigger.change(k, svc, pods)
	families := addressTypes(svc)
	for _, s := range existing {
		if !slices.Contains(families, s.AddressType) {
			if err := remove(c.ctx, s); err != nil {
				return time.Time{}, err
			}
		}
	}
	for _, family := range families {
		p := newPlan(svc, family, existing)
		p.want(c.endpoints(svc, pods, family))
		if err := c.carryOut(p, at); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

// slicesOf are the slices of a Service that a controller manages and that the
// Service, not an earlier one of its name, owns; those of an earlier one go
// with it.
func (c *Slices) slicesOf(svc *corev1.Service, manager string) []*discoveryv1.EndpointSlice {
	var out []*discoveryv1.EndpointSlice
	for _, key := range c.ctx.Index.OwnedBy(svc.UID) {
		s, ok := control.Get[*discoveryv1.EndpointSlice](c.ctx, control.EndpointSlices, key.Namespace, key.Name)
		if ok && s.Labels[discoveryv1.LabelManagedBy] == manager && s.DeletionTimestamp == nil {
			out = append(out, s)
		}
	}
	return out
}

func remove(ctx *control.Context, s *discoveryv1.EndpointSlice) error {
	err := ctx.API.Delete(control.EndpointSlices, s.Namespace, s.Name, metav1.DeleteOptions{})
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}

// carryOut writes what a plan changes.
func (c *Slices) carryOut(p *plan, at time.Time) error {
	create, update, drop := p.changes()
	create, update, _ = trafficdist.ReconcileHints(p.svc.Spec.TrafficDistribution, create, update, p.unchanged(update, drop))
	for _, s := range create {
		stamp(s, at)
		if _, err := c.ctx.API.Create(s); err != nil {
			return err
		}
	}
	for _, s := range update {
		stamp(s, at)
		if _, err := c.ctx.API.Update(s, ""); err != nil {
			return err
		}
	}
	for _, s := range drop {
		if err := remove(c.ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// stamp notes when the change that a slice shows came about.
func stamp(obj metav1.Object, at time.Time) {
	annotations := maps.Clone(obj.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	delete(annotations, corev1.EndpointsLastChangeTriggerTime)
	if !at.IsZero() {
		annotations[corev1.EndpointsLastChangeTriggerTime] = at.UTC().Format(time.RFC3339Nano)
	}
	if len(annotations) == 0 {
		annotations = nil
	}
	obj.SetAnnotations(annotations)
}

// target is an endpoint and the ports that it is to be listed with.
type target struct {
	ports    []discoveryv1.EndpointPort
	endpoint discoveryv1.Endpoint
}

// endpoints are the pods' endpoints in one address family.
func (c *Slices) endpoints(svc *corev1.Service, pods []*corev1.Pod, family discoveryv1.AddressType) []target {
	var out []target
	for _, pod := range pods {
		if !listed(pod, true) {
			continue
		}
		node, ok := control.Get[*corev1.Node](c.ctx, control.Nodes, "", pod.Spec.NodeName)
		if !ok && !svc.Spec.PublishNotReadyAddresses {
			continue
		}
		if e := endpoint(svc, pod, node, family); len(e.Addresses) > 0 {
			out = append(out, target{ports(svc, pod), e})
		}
	}
	return out
}

// endpoint is a pod as an endpoint of a Service.
func endpoint(svc *corev1.Service, pod *corev1.Pod, node *corev1.Node, family discoveryv1.AddressType) discoveryv1.Endpoint {
	serving, terminating := ready(pod), pod.DeletionTimestamp != nil
	isReady := svc.Spec.PublishNotReadyAddresses || serving && !terminating
	e := discoveryv1.Endpoint{
		Addresses:  addresses(pod, family),
		Conditions: discoveryv1.EndpointConditions{Ready: &isReady, Serving: &serving, Terminating: &terminating},
		TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
	}
	if pod.Spec.NodeName != "" {
		e.NodeName = new(pod.Spec.NodeName)
	}
	if node != nil && node.Labels[corev1.LabelTopologyZone] != "" {
		e.Zone = new(node.Labels[corev1.LabelTopologyZone])
	}
	if named(svc, pod) {
		e.Hostname = new(pod.Spec.Hostname)
	}
	return e
}

// labels are those of a Service's slices: the Service's own and the
// controllers'.
func sliceLabels(own map[string]string, service, manager string, headless bool) map[string]string {
	labels := map[string]string{}
	for k, v := range own {
		labels[k] = v
	}
	delete(labels, corev1.IsHeadlessService)
	if headless {
		labels[corev1.IsHeadlessService] = ""
	}
	labels[discoveryv1.LabelServiceName] = service
	labels[discoveryv1.LabelManagedBy] = manager
	return labels
}

func headless(svc *corev1.Service) bool {
	return svc.Spec.ClusterIP == corev1.ClusterIPNone || svc.Spec.ClusterIP == ""
}

// addressTypes are the families that a Service has slices in.
func addressTypes(svc *corev1.Service) []discoveryv1.AddressType {
	var out []discoveryv1.AddressType
	for _, f := range svc.Spec.IPFamilies {
		switch f {
		case corev1.IPv4Protocol:
			out = append(out, discoveryv1.AddressTypeIPv4)
		case corev1.IPv6Protocol:
			out = append(out, discoveryv1.AddressTypeIPv6)
		}
	}
	if len(out) > 0 {
		return out
	}
	if !headless(svc) && strings.Contains(svc.Spec.ClusterIP, ":") {
		return []discoveryv1.AddressType{discoveryv1.AddressTypeIPv6}
	}
	return []discoveryv1.AddressType{discoveryv1.AddressTypeIPv4}
}

// portKey is what slices with the same ports have in common.
func portKey(ports []discoveryv1.EndpointPort) string {
	keys := make([]string, len(ports))
	for i, p := range ports {
		keys[i] = fmt.Sprintf("%s/%d/%s/%s", deref(p.Name), deref(p.Port), deref(p.Protocol), deref(p.AppProtocol))
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func sameSlice(a, b *discoveryv1.EndpointSlice) bool {
	return equality.Semantic.DeepEqual(a.Endpoints, b.Endpoints) && equality.Semantic.DeepEqual(a.Ports, b.Ports)
}
