package simulator

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/apiserver"
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
	}
	return nil, fmt.Errorf("update subresource %q: controllers write none of that name", subresource)
}
