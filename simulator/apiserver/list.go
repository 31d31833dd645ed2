package apiserver

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// Get returns an object as it is stored: not to be changed.
func (s *Server) Get(r *Resource, namespace, name string) (runtime.Object, error) {
	obj, err := s.store.Get(r.key(namespace, name))
	if err != nil {
		return nil, apierrors.NewNotFound(r.GroupResource(), name)
	}
	return obj, nil
}

// List is the answer to a list request: the objects as they are stored, and
// where the list stands.
type List struct {
	Items []runtime.Object
	Meta  metav1.ListMeta
}

// List returns the objects of a resource in a namespace, in all with "".
func (s *Server) List(r *Resource, namespace string, o metav1.ListOptions) (*List, error) {
	sel, err := parseSelector(r, o)
	if err != nil {
		return nil, err
	}
	items, version := s.store.List(r.GroupResource(), namespace)
	if err := reachable(o.ResourceVersion, version); err != nil {
		return nil, err
	}
	list := &List{Meta: metav1.ListMeta{ResourceVersion: strconv.FormatInt(version, 10)}}
	after := ""
	if o.Continue != "" {
		if after, err = decodeContinue(o.Continue); err != nil {
			return nil, err
		}
	}
	for i, obj := range items {
		if after != "" && position(obj) <= after || !sel.matches(obj) {
			continue
		}
		if o.Limit > 0 && int64(len(list.Items)) == o.Limit {
			list.Meta.Continue = encodeContinue(list.Items[len(list.Items)-1], version)
			if sel.everything() {
				rest := int64(len(items) - i)
				list.Meta.RemainingItemCount = &rest
			}
			break
		}
		list.Items = append(list.Items, obj)
	}
	return list, nil
}

// reachable refuses to read at a resource version that is yet to come.
func reachable(version string, now int64) error {
	if version == "" || version == "0" {
		return nil
	}
	v, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		return apierrors.NewBadRequest("resourceVersion: Invalid value: " + strconv.Quote(version) + ": " + err.Error())
	}
	if v > uint64(now) {
		return apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", v, now), 1)
	}
	return nil
}

// position is where an object stands in a list.
func position(obj runtime.Object) string {
	m := objectMeta(obj)
	return m.GetNamespace() + "\x00" + m.GetName()
}

// continueToken is what the opaque continue value holds.
type continueToken struct {
	Version int64  `json:"rv"`
	After   string `json:"start"`
}

func encodeContinue(last runtime.Object, version int64) string {
	b, _ := json.Marshal(continueToken{Version: version, After: position(last)})
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeContinue(token string) (string, error) {
	var t continueToken
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(b, &t)
	}
	if err == nil && t.After == "" {
		err = errors.New("no start")
	}
	if err != nil {
		return "", apierrors.NewBadRequest(fmt.Sprintf("continue key is not valid: %v", err))
	}
	return t.After, nil
}

// selector is a label and a field selector together.
type selector struct {
	labels labels.Selector
	fields fields.Selector
	values func(runtime.Object) fields.Set
}

func parseSelector(r *Resource, o metav1.ListOptions) (selector, error) {
	sel := selector{values: fieldsOf(r)}
	var err error
	if sel.labels, err = labels.Parse(o.LabelSelector); err != nil {
		return sel, apierrors.NewBadRequest(fmt.Sprintf("unable to parse requirement: %v", strings.TrimPrefix(err.Error(), "unable to parse requirement: ")))
	}
	if sel.fields, err = fields.ParseSelector(o.FieldSelector); err != nil {
		return sel, apierrors.NewBadRequest(err.Error())
	}
	for _, q := range sel.fields.Requirements() {
		if err := knownField(r, q.Field); err != nil {
			return sel, apierrors.NewBadRequest(err.Error())
		}
	}
	return sel, nil
}

func (s selector) everything() bool { return s.labels.Empty() && s.fields.Empty() }

func (s selector) matches(obj runtime.Object) bool {
	if !s.labels.Matches(labels.Set(objectMeta(obj).GetLabels())) {
		return false
	}
	return s.fields.Empty() || s.fields.Matches(s.values(obj))
}
