package apiserver

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Client is the server as the cluster's own controllers use it: typed
// objects in, errors out, warnings dropped. Objects given to it are its own
// from then on.
type Client struct{ server *Server }

// Client returns the server's [Client].
func (s *Server) Client() Client { return Client{s} }

// Get returns an object as it is stored: not to be changed.
func (c Client) Get(r schema.GroupResource, namespace, name string) (runtime.Object, error) {
	return c.server.store.Get(store.Key{Resource: r, Namespace: namespace, Name: name})
}

// List returns the objects of a resource in a namespace, in all with "", and
// the version of the list.
func (c Client) List(r schema.GroupResource, namespace string) ([]runtime.Object, int64) {
	return c.server.store.List(r, namespace)
}

// Since returns the changes after a version; see [store.Store.Since].
func (c Client) Since(version int64) ([]store.Event, <-chan struct{}, error) {
	return c.server.store.Since(version)
}

// Create stores a new object and returns it as stored.
func (c Client) Create(obj runtime.Object) (runtime.Object, error) {
	result, err := c.server.Create(obj, metav1.CreateOptions{})
	return result.Object, err
}

// Update replaces an object, all but its status, and returns it as stored.
func (c Client) Update(obj runtime.Object) (runtime.Object, error) {
	result, err := c.server.Update(obj, "", metav1.UpdateOptions{})
	return result.Object, err
}

// UpdateStatus replaces an object's status and returns it as stored.
func (c Client) UpdateStatus(obj runtime.Object) (runtime.Object, error) {
	result, err := c.server.Update(obj, "status", metav1.UpdateOptions{})
	return result.Object, err
}

// Finalize replaces a namespace's finalizers, with the last of which it goes.
func (c Client) Finalize(obj runtime.Object) (runtime.Object, error) {
	result, err := c.server.Update(obj, "finalize", metav1.UpdateOptions{})
	return result.Object, err
}

// Delete deletes an object, or begins to.
func (c Client) Delete(r schema.GroupResource, namespace, name string, o metav1.DeleteOptions) error {
	_, err := c.server.Delete(Find(r), namespace, name, o)
	return err
}
