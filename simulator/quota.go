package simulator

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
)

// The most objects of a kind that a cluster takes. Somebody who scales to a
// million pods meets a quota, as a careful administrator sets one, and uses up
// nobody's machine.
const (
	maxPods   = 150
	maxEvents = 5000
	maxOthers = 5000
)

// quota is what the admission plugin ResourceQuota does with such a limit.
func quota(objects registry.Lookup) registry.Plugin {
	return registry.PluginFunc(func(_ registry.Request, resource schema.GroupResource, obj, old runtime.Object) error {
		if old != nil {
			return nil
		}
		limit, counted := maxOthers, "count/"+resource.String()
		switch resource {
		case schema.GroupResource{Resource: "pods"}:
			limit, counted = maxPods, "pods"
		case schema.GroupResource{Resource: "events"}, schema.GroupResource{Group: "events.k8s.io", Resource: "events"}:
			limit = maxEvents
		}
		all, _ := objects.List(resource, "")
		if len(all) < limit {
			return nil
		}
		m, err := meta.Accessor(obj)
		if err != nil {
			return err
		}
		return apierrors.NewForbidden(resource, m.GetName(), fmt.Errorf("exceeded quota: tutor, requested: %s=1, used: %s=%d, limited: %s=%d",
			counted, counted, len(all), counted, limit))
	})
}
