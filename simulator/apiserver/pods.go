package apiserver

import (
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// servePodAction answers what is done to a pod by creating something beneath
// it: a Binding to a node, an Eviction.
func (s *Server) servePodAction(w http.ResponseWriter, r *http.Request, t target) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	if t.subresource == "binding" {
		var b corev1.Binding
		if err := decodeInto(r.Header.Get("Content-Type"), body, core.WithKind("Binding"), &b); err != nil {
			return err
		}
		err = s.bind(t, b.Target.Name)
	} else {
		var e policyv1.Eviction
		if err := decodeInto(r.Header.Get("Content-Type"), body, policyv1.SchemeGroupVersion.WithKind("Eviction"), &e); err != nil {
			return err
		}
		o := metav1.DeleteOptions{}
		if e.DeleteOptions != nil {
			o = *e.DeleteOptions
		}
		_, err = s.Delete(t.resource, t.namespace, t.name, o)
	}
	if err != nil {
		return err
	}
	writeJSON(w, r, http.StatusCreated, metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess, Code: http.StatusCreated,
	})
	return nil
}

// bind puts a pod on a node.
func (s *Server) bind(t target, node string) error {
	_, err := s.update(t.resource, t.namespace, t.name, change{
		attempts: forever,
		to: func(old runtime.Object) (runtime.Object, []string, error) {
			p := old.(*corev1.Pod).DeepCopy()
			if p.Spec.NodeName != "" {
				return nil, nil, apierrors.NewConflict(t.resource.GroupResource(), t.name,
					fmt.Errorf("pod %s is already assigned to node %q", p.Name, p.Spec.NodeName))
			}
			p.Spec.NodeName = node
			return p, nil, nil
		},
	})
	return err
}

// pickContainer is the container that a request names, or the only one.
func pickContainer(pod *corev1.Pod, name string) (*corev1.Container, error) {
	all := pod.Spec.Containers
	if name == "" {
		if len(all) == 1 {
			return &all[0], nil
		}
		var names []string
		for _, c := range all {
			names = append(names, c.Name)
		}
		return nil, apierrors.NewBadRequest(fmt.Sprintf("a container name must be specified for pod %s, choose one of: %v", pod.Name, names))
	}
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
	}
	for i := range pod.Spec.InitContainers {
		if pod.Spec.InitContainers[i].Name == name {
			return &pod.Spec.InitContainers[i], nil
		}
	}
	return nil, apierrors.NewBadRequest(fmt.Sprintf("container %s is not valid for pod %s", name, pod.Name))
}

func waitingFor(w *corev1.ContainerStateWaiting) string {
	switch w.Reason {
	case "ErrImagePull", "ImagePullBackOff":
		return "trying and failing to pull image"
	}
	return w.Reason
}
