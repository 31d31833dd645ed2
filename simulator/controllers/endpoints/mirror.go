package endpoints

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// leaderAnnotation marks Endpoints that were only a lock.
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader"

// Mirror copies Endpoints of Services without a selector to EndpointSlices:
// handwritten ones, and those left of a selector that was taken away.
type Mirror struct{ ctx *control.Context }

// NewMirror makes the EndpointSliceMirroring controller of a cluster.
func NewMirror(ctx *control.Context) *Mirror { return &Mirror{ctx: ctx} }

// Observe adds the Endpoints that a change touches.
func (c *Mirror) Observe(e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *corev1.Service:
		old, _ := e.Old.(*corev1.Service)
		if e.Type != store.Modified || old == nil || (len(old.Spec.Selector) == 0) != (len(obj.Spec.Selector) == 0) || !maps.Equal(old.Labels, obj.Labels) {
			add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
		}
	case *corev1.Endpoints: //nolint:staticcheck // the kind is deprecated and served
		add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
	case *discoveryv1.EndpointSlice:
		if obj.Labels[discoveryv1.LabelManagedBy] == mirrorController {
			add(control.Key{Namespace: obj.Namespace, Name: obj.Labels[discoveryv1.LabelServiceName]})
		}
	}
}

// Reconcile brings the mirrored slices of one Endpoints object in line.
func (c *Mirror) Reconcile(k control.Key) (time.Time, error) {
	eps, ok := control.Get[*corev1.Endpoints](c.ctx, control.Endpoints, k.Namespace, k.Name) //nolint:staticcheck // the kind is deprecated and served
	if !ok {
		return time.Time{}, nil // the slices go with their owner
	}
	svc, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name)
	var want []*discoveryv1.EndpointSlice
	if ok && mirrored(svc, eps) {
		want = mirrors(eps)
	}
	return time.Time{}, c.replace(c.existing(eps), want)
}

func mirrored(svc *corev1.Service, eps *corev1.Endpoints) bool { //nolint:staticcheck // the kind is deprecated and served
	_, lock := eps.Annotations[leaderAnnotation]
	return len(svc.Spec.Selector) == 0 && !lock &&
		eps.Labels[discoveryv1.LabelSkipMirror] != "true"
}

func (c *Mirror) existing(eps *corev1.Endpoints) []*discoveryv1.EndpointSlice { //nolint:staticcheck // the kind is deprecated and served
	var out []*discoveryv1.EndpointSlice
	for _, key := range c.ctx.Index.OwnedBy(eps.UID) {
		s, ok := control.Get[*discoveryv1.EndpointSlice](c.ctx, control.EndpointSlices, key.Namespace, key.Name)
		if ok && s.Labels[discoveryv1.LabelManagedBy] == mirrorController {
			out = append(out, s)
		}
	}
	return out
}

// replace turns the slices that there are into those wanted, those with the
// same ports and family into each other.
func (c *Mirror) replace(have, want []*discoveryv1.EndpointSlice) error {
	for _, w := range want {
		i := slices.IndexFunc(have, func(h *discoveryv1.EndpointSlice) bool {
			return h.AddressType == w.AddressType && portKey(h.Ports) == portKey(w.Ports)
		})
		if i < 0 {
			if _, err := c.ctx.API.Create(w); err != nil {
				return err
			}
			continue
		}
		h := have[i]
		have = slices.Delete(slices.Clone(have), i, i+1)
		if equality.Semantic.DeepEqual(h.Endpoints, w.Endpoints) && maps.Equal(h.Labels, w.Labels) && maps.Equal(h.Annotations, w.Annotations) {
			continue
		}
		changed := h.DeepCopy()
		changed.Endpoints, changed.Labels, changed.Annotations = w.Endpoints, w.Labels, w.Annotations
		if _, err := c.ctx.API.Update(changed, ""); err != nil {
			return err
		}
	}
	for _, h := range have {
		if err := remove(c.ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// mirrors are the slices of an Endpoints object: one a subset and family.
func mirrors(eps *corev1.Endpoints) []*discoveryv1.EndpointSlice { //nolint:staticcheck // the kind is deprecated and served
	var out []*discoveryv1.EndpointSlice
	for _, s := range eps.Subsets {
		for _, family := range []discoveryv1.AddressType{discoveryv1.AddressTypeIPv4, discoveryv1.AddressTypeIPv6} {
			m := mirror(eps, s, family)
			if len(m.Endpoints) > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

func mirror(eps *corev1.Endpoints, s corev1.EndpointSubset, family discoveryv1.AddressType) *discoveryv1.EndpointSlice { //nolint:staticcheck // the kind is deprecated and served
	_, headless := eps.Labels[corev1.IsHeadlessService]
	annotations := maps.Clone(eps.Annotations)
	delete(annotations, corev1.EndpointsLastChangeTriggerTime)
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	m := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: eps.Namespace, GenerateName: eps.Name + "-",
			Labels:          sliceLabels(eps.Labels, eps.Name, mirrorController, headless),
			Annotations:     annotations,
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(eps, corev1.SchemeGroupVersion.WithKind("Endpoints"))},
		},
		AddressType: family,
	}
	for _, p := range s.Ports {
		m.Ports = append(m.Ports, discoveryv1.EndpointPort{
			Name: new(p.Name), Port: new(p.Port), Protocol: new(p.Protocol), AppProtocol: p.AppProtocol,
		})
	}
	add := func(list []corev1.EndpointAddress, ready bool) { //nolint:staticcheck // the kind is deprecated and served
		for _, a := range list {
			ip, err := netip.ParseAddr(a.IP)
			if err != nil || addressType(ip) != family || len(m.Endpoints) == maxAddresses {
				continue
			}
			e := discoveryv1.Endpoint{
				Addresses: []string{ip.String()}, TargetRef: a.TargetRef, NodeName: a.NodeName,
				Conditions: discoveryv1.EndpointConditions{Ready: new(ready)},
			}
			if a.Hostname != "" {
				e.Hostname = new(a.Hostname)
			}
			m.Endpoints = append(m.Endpoints, e)
		}
	}
	add(s.Addresses, true)
	add(s.NotReadyAddresses, false)
	return m
}
