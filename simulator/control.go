package simulator

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/apiserver/registry"
	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/world"
)

// controllerClient is the API server as the controllers write to it.
type controllerClient struct{ apiserver.Client }

// Update replaces an object, or its status alone.
func (c controllerClient) Update(obj runtime.Object, subresource string) (runtime.Object, error) {
	switch subresource {
	case "", "binding":
		return c.Client.Update(obj)
	case "status":
		return c.UpdateStatus(obj)
	case "finalize":
		return c.Finalize(obj)
	}
	return nil, fmt.Errorf("update subresource %q: controllers write none of that name", subresource)
}

// webhooks are the admission webhooks that the world's platform has.
func webhooks(w *world.Spec) registry.Plugin {
	return registry.PluginFunc(func(_ registry.Request, _ schema.GroupResource, obj, old runtime.Object) error {
		if svc, ok := obj.(*corev1.Service); ok && old == nil {
			cloud.AdmitCreate(w, svc)
		}
		return nil
	})
}
