// Package balancers does on virtual time what package cloud says a platform
// does with Services of type LoadBalancer and with Ingresses: finalizers,
// events, status, deletion. It stands for the service controller of
// k8s.io/cloud-provider, the AWS Load Balancer Controller, GKE's controller
// and MetalLB.
package balancers

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/controllers/control"
	"github.com/kubetutor/tutor/simulator/world"
)

// Services keeps the load balancers of Services.
type Services struct {
	underway
	ctx *control.Context
}

// NewServices makes the controller of a cluster's Services of type
// LoadBalancer.
func NewServices(ctx *control.Context) *Services {
	return &Services{newUnderway(), ctx}
}

// Observe adds the Services that a change touches. An address or a place that
// becomes free may serve those that were refused.
func (c *Services) Observe(e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *corev1.Service:
		old, _ := e.Old.(*corev1.Service)
		if concerns(obj) || old != nil && concerns(old) {
			add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
			c.retry(add)
		}
	case *networkingv1.Ingress:
		c.retry(add)
	}
}

func concerns(svc *corev1.Service) bool {
	return svc.Spec.Type == corev1.ServiceTypeLoadBalancer || len(svc.Finalizers) > 0
}

// Reconcile makes, changes or takes away the balancer of one Service.
func (c *Services) Reconcile(k control.Key) (time.Time, error) {
	svc, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name)
	if !ok {
		c.forget(k)
		return time.Time{}, nil
	}
	who := cloud.Server(c.ctx.World, svc)
	if who == cloud.Nobody || svc.DeletionTimestamp != nil {
		c.forget(k)
		return c.takeAway(svc)
	}
	w := wordsOf(who)
	if w.finalizer != "" && !slices.Contains(svc.Finalizers, w.finalizer) {
		if w.ensuring != "" {
			c.ctx.Events.Normal(w.component, svc, w.ensuring, "Ensuring load balancer")
		}
		return time.Time{}, c.setFinalizers(svc, append(slices.Clone(svc.Finalizers), w.finalizer))
	}
	if who == cloud.AWSElsewhere {
		return time.Time{}, nil
	}
	return c.ensure(k, svc, w)
}

// ensure makes the balancer, at its time, and tells the status.
func (c *Services) ensure(k control.Key, svc *corev1.Service, w words) (time.Time, error) {
	o := cloud.Offer(clusterOf(c.ctx), svc)
	if o.Refused != nil {
		if c.refuse(k, o) {
			reason, message := w.refusal(svc, o)
			c.ctx.Events.Warning(w.component, svc, reason, "%s", message)
		}
		return time.Time{}, nil
	}
	delete(c.refused, k)
	if equality.Semantic.DeepEqual(svc.Status.LoadBalancer.Ingress, o.Ingress) {
		delete(c.made, k)
		return time.Time{}, nil
	}
	if at := c.wait(k, c.ctx.Now(), o.Takes); !at.IsZero() {
		return at, nil
	}
	return time.Time{}, c.tell(svc, w, o)
}

// tell writes the address to the status and records that it stands.
func (c *Services) tell(svc *corev1.Service, w words, o cloud.Offering) error {
	if o.Pool != "" && svc.Annotations[cloud.PoolAnnotation] != o.Pool {
		changed := svc.DeepCopy()
		if changed.Annotations == nil {
			changed.Annotations = map[string]string{}
		}
		changed.Annotations[cloud.PoolAnnotation] = o.Pool
		if _, err := c.ctx.API.Update(changed, ""); err != nil {
			return err
		}
		svc, _ = control.Get[*corev1.Service](c.ctx, control.Services, svc.Namespace, svc.Name)
	}
	changed := svc.DeepCopy()
	changed.Status.LoadBalancer.Ingress = o.Ingress
	if _, err := c.ctx.API.Update(changed, "status"); err != nil {
		return err
	}
	if w.ensured != "" {
		c.ctx.Events.Normal(w.component, svc, w.ensured, "%s", w.standing(o))
	}
	if c.ctx.World.Platform == world.MetalLB {
		c.announce(svc)
	}
	return nil
}

// announce is what MetalLB's speakers tell of a new address: from which node
// it is announced. Under policy Local a node without endpoints does not.
func (c *Services) announce(svc *corev1.Service) {
	nodes := cloud.Eligible(control.List[*corev1.Node](c.ctx, control.Nodes, ""))
	if svc.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		nodes = slices.DeleteFunc(nodes, func(n *corev1.Node) bool { return !c.hasReady(svc, n.Name) })
	}
	if len(nodes) > 0 {
		c.ctx.Events.Normal("metallb-speaker", svc, "nodeAssigned", "announcing from node %q with protocol \"layer2\"", cloud.Announcer(nodes).Name)
	}
}

// hasReady tells whether a Service has a ready endpoint on a node.
func (c *Services) hasReady(svc *corev1.Service, node string) bool {
	for _, s := range control.List[*discoveryv1.EndpointSlice](c.ctx, control.EndpointSlices, svc.Namespace) {
		if s.Labels[discoveryv1.LabelServiceName] != svc.Name {
			continue
		}
		for _, e := range s.Endpoints {
			if e.NodeName != nil && *e.NodeName == node && (e.Conditions.Ready == nil || *e.Conditions.Ready) {
				return true
			}
		}
	}
	return false
}

// takeAway deletes the balancer of a Service that is served no longer.
func (c *Services) takeAway(svc *corev1.Service) (time.Time, error) {
	var left []string
	var gone words
	for _, f := range svc.Finalizers {
		if w, ours := wordsOfFinalizer(f); ours {
			gone = w
			continue
		}
		left = append(left, f)
	}
	if gone.finalizer == "" {
		return time.Time{}, nil
	}
	if gone.deleting != "" {
		c.ctx.Events.Normal(gone.component, svc, gone.deleting, "Deleting load balancer")
		c.ctx.Events.Normal(gone.component, svc, "DeletedLoadBalancer", "Deleted load balancer")
	}
	return time.Time{}, c.setFinalizers(svc, left)
}

func (c *Services) setFinalizers(svc *corev1.Service, finalizers []string) error {
	changed := svc.DeepCopy()
	changed.Finalizers = finalizers
	_, err := c.ctx.API.Update(changed, "")
	return err
}

// clusterOf is what the platform looks at.
func clusterOf(ctx *control.Context) cloud.Cluster {
	return cloud.Cluster{
		World:     ctx.World,
		Nodes:     control.List[*corev1.Node](ctx, control.Nodes, ""),
		Services:  control.List[*corev1.Service](ctx, control.Services, ""),
		Ingresses: control.List[*networkingv1.Ingress](ctx, control.Ingresses, ""),
		Classes:   control.List[*networkingv1.IngressClass](ctx, control.IngressClasses, ""),
	}
}
