package apiserver

import (
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// subresourceNames are what a resource has beneath it.
func subresourceNames(r *Resource) []string {
	var names []string
	if r.Kind == "Pod" {
		names = append(names, "attach", "binding", "eviction", "exec", "log", "portforward", "proxy")
	}
	if r.Kind == "Namespace" {
		names = append(names, "finalize")
	}
	if r.Kind == "Service" {
		names = append(names, "proxy")
	}
	if r.Scale {
		names = append(names, "scale")
	}
	if r.Status {
		names = append(names, "status")
	}
	return names
}

// subresourceKind is what a subresource is read and written as, and how.
func subresourceKind(r *Resource, name string) (schema.GroupVersionKind, []string) {
	switch name {
	case "scale":
		return scaleKind, []string{"get", "patch", "update"}
	case "binding":
		return core.WithKind("Binding"), []string{"create"}
	case "eviction":
		return schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "Eviction"}, []string{"create"}
	case "finalize":
		return r.GroupVersionKind(), []string{"update"}
	case "log":
		return r.GroupVersionKind(), []string{"get"}
	case "exec":
		return core.WithKind("PodExecOptions"), []string{"create", "get"}
	case "attach":
		return core.WithKind("PodAttachOptions"), []string{"create", "get"}
	case "portforward":
		return core.WithKind("PodPortForwardOptions"), []string{"create", "get"}
	case "proxy":
		return core.WithKind(r.Kind + "ProxyOptions"), []string{"create", "delete", "get", "patch", "update"}
	}
	return r.GroupVersionKind(), []string{"get", "patch", "update"}
}

// serveSubresource answers a request for a part of an object.
func (s *Server) serveSubresource(w http.ResponseWriter, r *http.Request, t target) error {
	if !contains(subresourceNames(t.resource), t.subresource) {
		notFound(w, r)
		return nil
	}
	verb := t.verb(r)
	switch t.subresource {
	case "scale":
		return s.serveScale(w, r, t, verb)
	case "binding", "eviction":
		if verb == "create" {
			return s.servePodAction(w, r, t)
		}
	case "log":
		if verb == "get" {
			return s.serveLog(w, r, t)
		}
	case "exec", "attach":
		if verb == "get" || verb == "create" {
			return s.serveExec(w, r, t)
		}
	case "portforward", "proxy":
		return apierrors.NewServiceUnavailable("the simulated cluster forwards no connections; use exec, or tutor's own shell")
	case "finalize":
		if verb == "update" {
			return s.serveChange(w, r, t, verb)
		}
	case "status":
		switch verb {
		case "get":
			return s.serveGet(w, r, t)
		case "update", "patch":
			return s.serveChange(w, r, t, verb)
		}
	}
	return methodNotSupported(t.resource, r.Method)
}
