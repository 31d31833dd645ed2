package endpoints

import (
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/state"
)

// managedBy marks the Endpoints that the controller keeps, since 1.33.
const (
	managedBy          = "endpoints.kubernetes.io/managed-by"
	endpointController = "endpoint-controller"
	// maxAddresses is how many addresses an Endpoints object holds at most.
	maxAddresses = 1000
)

// Endpoints keeps the (deprecated) Endpoints of Services with a selector.
type Endpoints struct {
	ctx     *control.Context
	trigger triggers
}

// NewEndpoints makes the Endpoints controller of a cluster.
func NewEndpoints(ctx *control.Context) *Endpoints { return &Endpoints{ctx: ctx, trigger: triggers{}} }

// Observe adds the Services whose Endpoints a change touches.
func (c *Endpoints) Observe(e store.Event, add func(control.Key)) {
	if e.Type == store.Deleted && e.Key.Resource == control.Services {
		add(control.Key{Kind: orphaned, Namespace: e.Key.Namespace, Name: e.Key.Name})
		return
	}
	observeServices(c.ctx, e, add)
	if e.Key.Resource == control.Endpoints {
		add(control.Key{Namespace: e.Key.Namespace, Name: e.Key.Name})
	}
}

// Reconcile brings the Endpoints of one Service in line with its pods.
func (c *Endpoints) Reconcile(k control.Key) (time.Time, error) {
	if k.Kind == orphaned {
		delete(c.trigger, control.Key{Namespace: k.Namespace, Name: k.Name})
		return time.Time{}, c.removeOrphan(k)
	}
	have, exists := control.Get[*corev1.Endpoints](c.ctx, control.Endpoints, k.Namespace, k.Name) //nolint:staticcheck // the kind is deprecated and served
	svc, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name)
	if !ok || len(svc.Spec.Selector) == 0 || svc.Spec.Type == corev1.ServiceTypeExternalName || svc.DeletionTimestamp != nil {
		return time.Time{}, nil
	}
	pods := c.ctx.Index.PodsMatching(svc.Namespace, svc.Spec.Selector)
	want := endpointsOf(svc, pods)
	if exists && maps.Equal(have.Labels, want.Labels) && equality.Semantic.DeepEqual(have.Subsets, want.Subsets) {
		return time.Time{}, nil
	}
	at := c.trigger.change(k, svc, pods)
	if !exists {
		stamp(want, at)
		_, err := c.ctx.API.Create(want)
		return time.Time{}, err
	}
	changed := have.DeepCopy()
	changed.Labels, changed.Subsets = want.Labels, want.Subsets
	stamp(changed, at)
	_, err := c.ctx.API.Update(changed, "")
	return time.Time{}, err
}

// orphaned is the kind of key of a Service that was deleted.
const orphaned = "orphaned"

// removeOrphan deletes the Endpoints of a deleted Service, hand-made ones too.
// Endpoints that never had a Service stay.
func (c *Endpoints) removeOrphan(k control.Key) error {
	if _, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name); ok {
		return nil // made again meanwhile
	}
	err := c.ctx.API.Delete(control.Endpoints, k.Namespace, k.Name, metav1.DeleteOptions{})
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}

// endpointsOf are the Endpoints that a Service with these pods is to have.
func endpointsOf(svc *corev1.Service, pods []*corev1.Pod) *corev1.Endpoints { //nolint:staticcheck // the kind is deprecated and served
	labels := maps.Clone(svc.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[managedBy] = endpointController
	delete(labels, corev1.IsHeadlessService)
	if headless(svc) {
		labels[corev1.IsHeadlessService] = ""
	}
	return &corev1.Endpoints{ //nolint:staticcheck // the kind is deprecated and served
		ObjectMeta: metav1.ObjectMeta{Namespace: svc.Namespace, Name: svc.Name, Labels: labels},
		Subsets:    subsets(svc, pods),
	}
}

// family is the one that a Service's Endpoints list.
func family(svc *corev1.Service) discoveryv1.AddressType { return addressTypes(svc)[0] }

// subsets lists the addresses by the ports that they serve, as
// RepackSubsets of Kubernetes' pkg/api/v1/endpoints leaves them.
func subsets(svc *corev1.Service, pods []*corev1.Pod) []corev1.EndpointSubset { //nolint:staticcheck // the kind is deprecated and served
	byPorts := map[string]*corev1.EndpointSubset{} //nolint:staticcheck // the kind is deprecated and served
	total := 0
	for _, pod := range pods {
		if !listed(pod, svc.Spec.PublishNotReadyAddresses) || total == maxAddresses {
			continue
		}
		own := addresses(pod, family(svc))
		onPod := ports(svc, pod)
		if len(own) == 0 || len(onPod) == 0 && len(svc.Spec.Ports) > 0 {
			continue
		}
		total++
		key := portKey(onPod)
		if byPorts[key] == nil {
			byPorts[key] = &corev1.EndpointSubset{Ports: legacyPorts(onPod)} //nolint:staticcheck // the kind is deprecated and served
		}
		a := corev1.EndpointAddress{ //nolint:staticcheck // the kind is deprecated and served
			IP: own[0], NodeName: new(pod.Spec.NodeName),
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		}
		if named(svc, pod) {
			a.Hostname = pod.Spec.Hostname
		}
		s := byPorts[key]
		if svc.Spec.PublishNotReadyAddresses || state.Ready(pod) {
			s.Addresses = append(s.Addresses, a)
		} else {
			s.NotReadyAddresses = append(s.NotReadyAddresses, a)
		}
	}
	var out []corev1.EndpointSubset //nolint:staticcheck // the kind is deprecated and served
	for _, key := range slices.Sorted(maps.Keys(byPorts)) {
		s := byPorts[key]
		slices.SortStableFunc(s.Addresses, byIP)
		slices.SortStableFunc(s.NotReadyAddresses, byIP)
		out = append(out, *s)
	}
	return out
}

func byIP(a, b corev1.EndpointAddress) int { return strings.Compare(a.IP, b.IP) } //nolint:staticcheck // the kind is deprecated and served

func legacyPorts(ports []discoveryv1.EndpointPort) []corev1.EndpointPort { //nolint:staticcheck // the kind is deprecated and served
	var out []corev1.EndpointPort //nolint:staticcheck // the kind is deprecated and served
	for _, p := range ports {
		out = append(out, corev1.EndpointPort{ //nolint:staticcheck // the kind is deprecated and served
			Name: deref(p.Name), Port: deref(p.Port), Protocol: deref(p.Protocol), AppProtocol: p.AppProtocol,
		})
	}
	return out
}
