package apiserver

import (
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// target is what a request's path names.
type target struct {
	resource    *Resource
	namespace   string
	name        string
	subresource string
	// rest is what follows the subresource (of proxy).
	rest string
}

// parseTarget reads /api/v1/… and /apis/GROUP/VERSION/… paths:
//
//	[namespaces/NAMESPACE/]RESOURCE[/NAME[/SUBRESOURCE]]
func parseTarget(path string) (target, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var gv schema.GroupVersion
	switch {
	case len(parts) > 2 && parts[0] == "api":
		gv, parts = schema.GroupVersion{Version: parts[1]}, parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		gv, parts = schema.GroupVersion{Group: parts[1], Version: parts[2]}, parts[3:]
	default:
		return target{}, false
	}
	var t target
	if len(parts) > 2 && parts[0] == "namespaces" && !namespaceSubresource(gv, parts) {
		t.namespace, parts = parts[1], parts[2:]
	}
	t.resource = Find(gv.WithResource(parts[0]).GroupResource())
	if t.resource == nil || t.resource.GroupVersion() != gv {
		return target{}, false
	}
	if len(parts) > 1 {
		t.name = parts[1]
	}
	if len(parts) > 2 {
		t.subresource = parts[2]
		t.rest = strings.Join(parts[3:], "/")
	}
	if t.resource.Namespaced != (t.namespace != "") && (t.name != "" || t.namespace != "") {
		return target{}, false
	}
	return t, true
}

// namespaceSubresource tells namespaces/x/status, a part of the namespace x,
// from namespaces/x/pods.
func namespaceSubresource(gv schema.GroupVersion, parts []string) bool {
	return gv.Group == "" && len(parts) == 3 && (parts[2] == "status" || parts[2] == "finalize")
}

// verb is what a method does to a target, as Kubernetes calls it.
func (t target) verb(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		switch {
		case t.name != "":
			return "get"
		case isTrue(r.URL.Query().Get("watch")):
			return "watch"
		}
		return "list"
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	case http.MethodPatch:
		return "patch"
	case http.MethodDelete:
		if t.name == "" {
			return "deletecollection"
		}
		return "delete"
	}
	return ""
}

func isTrue(s string) bool { return s == "true" || s == "1" }
