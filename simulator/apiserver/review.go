package apiserver

import (
	"net/http"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// review is a kind that is created to ask something and never stored. The one
// user of a simulated cluster may do everything, as kind's or minikube's may.
type review struct {
	resource string
	gvk      schema.GroupVersionKind
	answer   func(decode func(into runtime.Object) error) (any, error)
}

// The user that everybody is.
const (
	userName  = "kubernetes-admin"
	userGroup = "system:masters"
)

var reviews = []review{
	{"selfsubjectreviews", authenticationv1.SchemeGroupVersion.WithKind("SelfSubjectReview"), func(decode func(runtime.Object) error) (any, error) {
		var r authenticationv1.SelfSubjectReview
		err := decode(&r)
		r.Status.UserInfo = authenticationv1.UserInfo{Username: userName, Groups: []string{userGroup, "system:authenticated"}}
		return &r, err
	}},
	{"selfsubjectaccessreviews", authorizationv1.SchemeGroupVersion.WithKind("SelfSubjectAccessReview"), func(decode func(runtime.Object) error) (any, error) {
		var r authorizationv1.SelfSubjectAccessReview
		err := decode(&r)
		r.Status = authorizationv1.SubjectAccessReviewStatus{Allowed: true}
		return &r, err
	}},
	{"selfsubjectrulesreviews", authorizationv1.SchemeGroupVersion.WithKind("SelfSubjectRulesReview"), func(decode func(runtime.Object) error) (any, error) {
		var r authorizationv1.SelfSubjectRulesReview
		err := decode(&r)
		all := []string{"*"}
		r.Status = authorizationv1.SubjectRulesReviewStatus{
			ResourceRules:    []authorizationv1.ResourceRule{{Verbs: all, APIGroups: all, Resources: all}},
			NonResourceRules: []authorizationv1.NonResourceRule{{Verbs: all, NonResourceURLs: all}},
		}
		return &r, err
	}},
}

// decodeInto reads a body of a kind that is not stored.
func decodeInto(contentType string, body []byte, gvk schema.GroupVersionKind, into runtime.Object) error {
	codec, err := bodyCodec(contentType, metav1.FieldValidationIgnore)
	if err != nil {
		return err
	}
	if _, actual, err := codec.Decode(body, &gvk, into); err != nil {
		return undecodable(err, gvk.Kind, actual, body)
	}
	into.GetObjectKind().SetGroupVersionKind(gvk)
	return nil
}

// serveReview answers a review, and tells whether this was one.
func (s *Server) serveReview(w http.ResponseWriter, r *http.Request, parts []string) bool {
	if r.Method != http.MethodPost {
		return false
	}
	for _, v := range reviews {
		if strings.Join(parts, "/") != "apis/"+v.gvk.Group+"/"+v.gvk.Version+"/"+v.resource {
			continue
		}
		body, err := readBody(r)
		var answer any
		if err == nil {
			answer, err = v.answer(func(into runtime.Object) error {
				return decodeInto(r.Header.Get("Content-Type"), body, v.gvk, into)
			})
		}
		if err != nil {
			writeError(w, r, err)
			return true
		}
		writeJSON(w, r, http.StatusCreated, answer)
		return true
	}
	return false
}
