package apiserver

import (
	"mime"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kubetutor/tutor/simulator/apiserver/table"
)

// form is what a client wants an answer to look like.
type form struct {
	yaml bool
	// as is "", Table, PartialObjectMetadata or PartialObjectMetadataList.
	as string
}

// negotiate reads the Accept header: the first form that the server has.
func negotiate(r *http.Request, transforms ...string) (form, error) {
	accept := r.Header.Get("Accept")
	if accept == "" {
		return form{}, nil
	}
	for _, clause := range strings.Split(accept, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err != nil {
			continue
		}
		f := form{as: params["as"]}
		switch media {
		case "application/json", "application/*", "*/*":
		case "application/yaml":
			f.yaml = true
		default:
			continue
		}
		if f.as == "" || params["g"] == metav1.GroupName && params["v"] == "v1" && contains(transforms, f.as) {
			return f, nil
		}
	}
	return form{}, notAcceptable(answerTypes)
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

const (
	asTable        = "Table"
	asMetadata     = "PartialObjectMetadata"
	asMetadataList = "PartialObjectMetadataList"
)

// writeObject answers with one object.
func (s *Server) writeObject(w http.ResponseWriter, r *http.Request, code int, res *Resource, obj runtime.Object) error {
	f, err := negotiate(r, asTable, asMetadata)
	if err != nil {
		return err
	}
	value, err := s.shape(r, res, f, obj)
	if err != nil {
		return err
	}
	writeForm(w, r, code, f, value)
	return nil
}

// shape is one object in the form that a client wants.
func (s *Server) shape(r *http.Request, res *Resource, f form, obj runtime.Object) (any, error) {
	switch f.as {
	case asTable:
		t, err := s.table(r, res, []runtime.Object{obj}, true)
		if err != nil {
			return nil, err
		}
		t.ResourceVersion = objectMeta(obj).GetResourceVersion()
		return t, nil
	case asMetadata:
		return partial(obj), nil
	}
	return withKind(obj, res.GroupVersionKind()), nil
}

// writeList answers with a list.
func (s *Server) writeList(w http.ResponseWriter, r *http.Request, res *Resource, list *List) error {
	f, err := negotiate(r, asTable, asMetadataList)
	if err != nil {
		return err
	}
	switch f.as {
	case asTable:
		t, err := s.table(r, res, list.Items, true)
		if err != nil {
			return err
		}
		t.ListMeta = list.Meta
		writeForm(w, r, http.StatusOK, f, t)
	case asMetadataList:
		out := &metav1.PartialObjectMetadataList{
			TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: asMetadataList},
			ListMeta: list.Meta, Items: []metav1.PartialObjectMetadata{},
		}
		for _, obj := range list.Items {
			out.Items = append(out.Items, *partial(obj))
		}
		writeForm(w, r, http.StatusOK, f, out)
	default:
		writeForm(w, r, http.StatusOK, f, listValue(res, list))
	}
	return nil
}

// table shows objects as rows, each with what the client asked for of the
// object itself. A watch gives the columns only once.
func (s *Server) table(r *http.Request, res *Resource, objects []runtime.Object, columns bool) (*metav1.Table, error) {
	var o metav1.TableOptions
	if err := queryOptions(r.URL.Query(), &o); err != nil {
		return nil, err
	}
	t := table.Of(res.Kind, objects, s.now())
	if !columns {
		t.ColumnDefinitions = nil
	}
	for i, obj := range objects {
		switch o.IncludeObject {
		case metav1.IncludeObject:
			t.Rows[i].Object.Object = withKind(obj, res.GroupVersionKind())
		case metav1.IncludeNone:
		default:
			t.Rows[i].Object.Object = partial(obj)
		}
	}
	return t, nil
}

// partial is an object's metadata alone.
func partial(obj runtime.Object) *metav1.PartialObjectMetadata {
	m := objectMeta(obj).(metav1.ObjectMetaAccessor).GetObjectMeta().(*metav1.ObjectMeta)
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: asMetadata},
		ObjectMeta: *m,
	}
}

func writeForm(w http.ResponseWriter, r *http.Request, code int, f form, value any) {
	if !f.yaml {
		writeJSON(w, r, code, value)
		return
	}
	b, err := yaml.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/yaml")
	w.WriteHeader(code)
	w.Write(b) //nolint:errcheck // the client has gone
}
