package balancers

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// ingressFinalizer is the AWS Load Balancer Controller's on Ingresses.
const ingressFinalizer = "ingress.k8s.aws/resources"

// Ingresses keeps the balancers of Ingresses.
type Ingresses struct {
	underway
	ctx *control.Context
}

// NewIngresses makes the Ingress controller of a cluster.
func NewIngresses(ctx *control.Context) *Ingresses {
	return &Ingresses{newUnderway(), ctx}
}

// Observe adds the Ingresses that a change touches: their own, their class's,
// and those that were refused for their backends.
func (c *Ingresses) Observe(e store.Event, add func(control.Key)) {
	switch obj := e.Object.(type) {
	case *networkingv1.Ingress:
		add(control.Key{Namespace: obj.Namespace, Name: obj.Name})
	case *networkingv1.IngressClass:
		for _, ing := range control.List[*networkingv1.Ingress](c.ctx, control.Ingresses, "") {
			add(control.Key{Namespace: ing.Namespace, Name: ing.Name})
		}
	case *corev1.Service:
		c.retry(add)
	}
}

// Reconcile makes or takes away the balancer of one Ingress.
func (c *Ingresses) Reconcile(k control.Key) (time.Time, error) {
	ing, ok := control.Get[*networkingv1.Ingress](c.ctx, control.Ingresses, k.Namespace, k.Name)
	if !ok {
		c.forget(k)
		return time.Time{}, nil
	}
	held := slices.Contains(ing.Finalizers, ingressFinalizer)
	cluster := clusterOf(c.ctx)
	if ing.DeletionTimestamp != nil || !cloud.ServesIngress(c.ctx.World, ing, cluster.Classes) {
		c.forget(k)
		if !held {
			return time.Time{}, nil
		}
		return time.Time{}, c.finalizers(ing, slices.DeleteFunc(slices.Clone(ing.Finalizers), func(f string) bool { return f == ingressFinalizer }))
	}
	if !held {
		return time.Time{}, c.finalizers(ing, append(slices.Clone(ing.Finalizers), ingressFinalizer))
	}
	o := cloud.OfferIngress(cluster, ing)
	if o.Refused != nil {
		if c.refuse(k, o) {
			reason, message := words{component: "ingress"}.refusal(nil, o)
			c.ctx.Events.Warning("ingress", ing, reason, "%s", message)
		}
		return time.Time{}, nil
	}
	delete(c.refused, k)
	if in := ing.Status.LoadBalancer.Ingress; len(in) == 1 && in[0].Hostname == o.Ingress[0].Hostname {
		return time.Time{}, nil
	}
	if at := c.wait(k, c.ctx.Now(), o.Takes); !at.IsZero() {
		return at, nil
	}
	changed := ing.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{Hostname: o.Ingress[0].Hostname}}
	if _, err := c.ctx.API.Update(changed, "status"); err != nil {
		return time.Time{}, err
	}
	c.ctx.Events.Normal("ingress", ing, "SuccessfullyReconciled", "Successfully reconciled")
	return time.Time{}, nil
}

func (c *Ingresses) finalizers(ing *networkingv1.Ingress, finalizers []string) error {
	changed := ing.DeepCopy()
	changed.Finalizers = finalizers
	_, err := c.ctx.API.Update(changed, "")
	return err
}
