package apiserver

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"
)

func (s *Server) fixed(path string) http.HandlerFunc { return nil }
func (s *Server) serveSubresource(w http.ResponseWriter, r *http.Request, t target) error {
	switch v := t.verb(r); {
	case t.subresource == "status" && (v == "update" || v == "patch"):
		return s.serveChange(w, r, t, v)
	case t.subresource == "status" && v == "get":
		return s.serveGet(w, r, t)
	}
	return methodNotSupported(t.resource, r.Method)
}
func (s *Server) serveWatch(w http.ResponseWriter, r *http.Request, t target) error {
	return methodNotSupported(t.resource, r.Method)
}
func (s *Server) writeObject(w http.ResponseWriter, r *http.Request, code int, res *Resource, obj runtime.Object) error {
	writeJSON(w, r, code, withKind(obj, res.GroupVersionKind()))
	return nil
}
func (s *Server) writeList(w http.ResponseWriter, r *http.Request, res *Resource, list *List) error {
	writeJSON(w, r, http.StatusOK, listValue(res, list))
	return nil
}
