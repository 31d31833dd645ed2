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
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// Services keeps the load balancers of Services.
type Services struct {
	ctx *control.Context
	// made is when the balancer that is being made will stand.
	made map[control.Key]time.Time
	// refused is what was last refused, so that it is told once.
	refused map[control.Key]string
}

// NewServices makes the controller of a cluster's Services of type
// LoadBalancer.
func NewServices(ctx *control.Context) *Services {
	return &Services{ctx: ctx, made: map[control.Key]time.Time{}, refused: map[control.Key]string{}}
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

func (c *Services) retry(add func(control.Key)) {
	var keys []control.Key
	for k := range c.refused {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, control.CompareKeys)
	for _, k := range keys {
		add(k)
	}
}

// Reconcile makes, changes or takes away the balancer of one Service.
func (c *Services) Reconcile(k control.Key) (time.Time, error) {
	svc, ok := control.Get[*corev1.Service](c.ctx, control.Services, k.Namespace, k.Name)
	if !ok {
		delete(c.made, k)
		delete(c.refused, k)
		return time.Time{}, nil
	}
	who := cloud.Server(c.ctx.World, svc)
	if who == cloud.Nobody || svc.DeletionTimestamp != nil {
		delete(c.made, k)
		delete(c.refused, k)
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
	o := cloud.Offer(c.cluster(), svc)
	if o.Refused != nil {
		c.refuse(k, svc, w, o)
		return time.Time{}, nil
	}
	delete(c.refused, k)
	if equality.Semantic.DeepEqual(svc.Status.LoadBalancer.Ingress, o.Ingress) {
		delete(c.made, k)
		return time.Time{}, nil
	}
	at, waiting := c.made[k]
	if !waiting {
		at = c.ctx.Now().Add(o.Takes)
		c.made[k] = at
	}
	if at.After(c.ctx.Now()) {
		return at, nil
	}
	delete(c.made, k)
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
	return nil
}

// refuse records why there is no balancer, once until the reason changes. The
// real controllers try again by time; here a change makes them, so that a
// cluster comes to rest.
func (c *Services) refuse(k control.Key, svc *corev1.Service, w words, o cloud.Offering) {
	delete(c.made, k)
	if c.refused[k] == o.Refused.Error() {
		return
	}
	c.refused[k] = o.Refused.Error()
	reason, message := w.refusal(svc, o)
	c.ctx.Events.Warning(w.component, svc, reason, "%s", message)
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

// cluster is what the platform looks at.
func (c *Services) cluster() cloud.Cluster { return clusterOf(c.ctx) }

func clusterOf(ctx *control.Context) cloud.Cluster {
	return cloud.Cluster{
		World:     ctx.World,
		Nodes:     control.List[*corev1.Node](ctx, control.Nodes, ""),
		Services:  control.List[*corev1.Service](ctx, control.Services, ""),
		Ingresses: control.List[*networkingv1.Ingress](ctx, control.Ingresses, ""),
		Classes:   control.List[*networkingv1.IngressClass](ctx, control.IngressClasses, ""),
	}
}
