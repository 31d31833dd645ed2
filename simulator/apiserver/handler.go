package apiserver

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator/world"
)

// ServeHTTP answers one request to the Kubernetes API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.serveFixed(w, r) {
		return
	}
	t, ok := parseTarget(r.URL.Path)
	if !ok {
		notFound(w, r)
		return
	}
	warn(w, t.resource.Deprecated)
	if err := s.serve(w, r, t); err != nil {
		writeError(w, r, err)
	}
}

// serve answers a request for a resource, or returns the error to answer with.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, t target) error {
	if t.subresource != "" {
		return s.serveSubresource(w, r, t)
	}
	switch verb := t.verb(r); verb {
	case "get":
		return s.serveGet(w, r, t)
	case "list":
		return s.serveList(w, r, t)
	case "watch":
		return s.serveWatch(w, r, t)
	case "create":
		if t.name != "" {
			return methodNotSupported(t.resource, r.Method)
		}
		return s.serveCreate(w, r, t)
	case "update", "patch":
		if t.name == "" {
			return methodNotSupported(t.resource, r.Method)
		}
		return s.serveChange(w, r, t, verb)
	case "delete":
		return s.serveDelete(w, r, t)
	case "deletecollection":
		return s.serveDeleteCollection(w, r, t)
	}
	return methodNotSupported(t.resource, r.Method)
}

// methodNotSupported is the answer to a method that a path does not know.
func methodNotSupported(r *Resource, method string) error {
	return apierrors.NewMethodNotSupported(r.GroupResource(), strings.ToLower(method))
}

// notFound answers a path that nothing is served at: with bare text below a
// version that is served, with a Status elsewhere.
func notFound(w http.ResponseWriter, r *http.Request) {
	if belowServedVersion(r.URL.Path) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintln(w, "404 page not found")
		return
	}
	writeError(w, r, statusError(http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource"))
}

func belowServedVersion(path string) bool {
	return slices.ContainsFunc(Resources(), func(r *Resource) bool {
		return strings.HasPrefix(path, groupPath(r.GroupVersion())+"/")
	})
}

func (s *Server) serveGet(w http.ResponseWriter, r *http.Request, t target) error {
	obj, err := s.Get(t.resource, t.namespace, t.name)
	if err != nil {
		return err
	}
	return s.writeObject(w, r, http.StatusOK, t.resource, obj)
}

func (s *Server) serveList(w http.ResponseWriter, r *http.Request, t target) error {
	var o metav1.ListOptions
	if err := queryOptions(r.URL.Query(), &o); err != nil {
		return err
	}
	list, err := s.List(t.resource, t.namespace, o)
	if err != nil {
		return err
	}
	return s.writeList(w, r, t.resource, list)
}

func (s *Server) serveCreate(w http.ResponseWriter, r *http.Request, t target) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var o metav1.CreateOptions
	if err := queryOptions(r.URL.Query(), &o); err != nil {
		return err
	}
	o.FieldManager = managerOf(r, o.FieldManager)
	result, err := s.CreateFrom(t.resource, t.namespace, body, r.Header.Get("Content-Type"), o)
	return s.writeResult(w, r, t.resource, result, err)
}

func (s *Server) serveChange(w http.ResponseWriter, r *http.Request, t target, verb string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var result Result
	if verb == "patch" {
		var o metav1.PatchOptions
		if err := queryOptions(r.URL.Query(), &o); err != nil {
			return err
		}
		if o.FieldManager == "" && !strings.HasPrefix(r.Header.Get("Content-Type"), string(types.ApplyPatchType)) {
			o.FieldManager = managerOf(r, "")
		}
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		result, err = s.Patch(t.resource, t.namespace, t.name, t.subresource, types.PatchType(kind), body, o)
	} else {
		var o metav1.UpdateOptions
		if err := queryOptions(r.URL.Query(), &o); err != nil {
			return err
		}
		o.FieldManager = managerOf(r, o.FieldManager)
		result, err = s.UpdateFrom(t.resource, t.namespace, t.name, t.subresource, body, r.Header.Get("Content-Type"), o)
	}
	return s.writeResult(w, r, t.resource, result, err)
}

// managerOf is whom a request's changes are booked to: the manager it names,
// or the program that sends it.
func managerOf(r *http.Request, named string) string {
	if named != "" {
		return named
	}
	program, _, _ := strings.Cut(r.UserAgent(), "/")
	if len(program) > validation.FieldManagerMaxLength {
		program = program[:validation.FieldManagerMaxLength]
	}
	if program == "" {
		return "unknown"
	}
	return program
}

func (s *Server) serveDelete(w http.ResponseWriter, r *http.Request, t target) error {
	o, err := deleteOptions(r)
	if err != nil {
		return err
	}
	result, err := s.Delete(t.resource, t.namespace, t.name, o)
	if err != nil {
		return err
	}
	if !result.Gone || t.resource.ReturnsDeleted {
		return s.writeObject(w, r, http.StatusOK, t.resource, result.Object)
	}
	writeJSON(w, r, http.StatusOK, deletedStatus(t.resource, objectMeta(result.Object)))
	return nil
}

func deletedStatus(r *Resource, m metav1.Object) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusSuccess,
		Details:  &metav1.StatusDetails{Name: m.GetName(), Group: r.Group, Kind: r.Resource, UID: m.GetUID()},
	}
}

func (s *Server) serveDeleteCollection(w http.ResponseWriter, r *http.Request, t target) error {
	o, err := deleteOptions(r)
	if err != nil {
		return err
	}
	var lo metav1.ListOptions
	if err := queryOptions(r.URL.Query(), &lo); err != nil {
		return err
	}
	list, err := s.List(t.resource, t.namespace, lo)
	if err != nil {
		return err
	}
	for _, obj := range list.Items {
		m := objectMeta(obj)
		if _, err := s.Delete(t.resource, m.GetNamespace(), m.GetName(), o); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return s.writeList(w, r, t.resource, list)
}

// deleteOptions are those of the body, or else of the query.
func deleteOptions(r *http.Request) (metav1.DeleteOptions, error) {
	var o metav1.DeleteOptions
	body, err := readBody(r)
	if err != nil {
		return o, err
	}
	if len(body) == 0 {
		return o, queryOptions(r.URL.Query(), &o)
	}
	codec, err := bodyCodec(r.Header.Get("Content-Type"), metav1.FieldValidationIgnore)
	if err != nil {
		return o, err
	}
	gvk := schema.GroupVersionKind{Version: "v1", Kind: "DeleteOptions"}
	if _, _, err := codec.Decode(body, &gvk, &o); err != nil {
		return o, apierrors.NewBadRequest(err.Error())
	}
	return o, nil
}

// queryOptions reads a query into one of the kinds of options of metav1.
func queryOptions(q url.Values, into runtime.Object) error {
	if err := world.Scheme().Convert(&q, into, nil); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	return nil
}

// readBody reads a request's body, up to the size that the real server takes.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("read the request's body: %v", err))
	}
	if len(body) > maxBody {
		return nil, apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", maxBody))
	}
	return body, nil
}

// writeResult answers a write.
func (s *Server) writeResult(w http.ResponseWriter, r *http.Request, res *Resource, result Result, err error) error {
	warn(w, result.Warnings...)
	if err != nil {
		return err
	}
	code := http.StatusOK
	if result.Created {
		code = http.StatusCreated
	}
	return s.writeObject(w, r, code, res, result.Object)
}
