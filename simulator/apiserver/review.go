package apiserver

import (
	"net/http"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
)

// review is a kind that is created to ask something and never stored. The one
// user of a simulated cluster may do everything, as kind's or minikube's may.
type review struct {
	resource string
	gvk      schema.GroupVersionKind
	answer   func(body []byte) (any, error)
}

// The user that everybody is.
const (
	userName  = "kubernetes-admin"
	userGroup = "system:masters"
)

var reviews = []review{
	{"selfsubjectreviews", authenticationv1.SchemeGroupVersion.WithKind("SelfSubjectReview"), func(body []byte) (any, error) {
		var r authenticationv1.SelfSubjectReview
		err := unmarshal(body, &r)
		r.Status.UserInfo = authenticationv1.UserInfo{Username: userName, Groups: []string{userGroup, "system:authenticated"}}
		return &r, err
	}},
	{"selfsubjectaccessreviews", authorizationv1.SchemeGroupVersion.WithKind("SelfSubjectAccessReview"), func(body []byte) (any, error) {
		var r authorizationv1.SelfSubjectAccessReview
		err := unmarshal(body, &r)
		r.Status = authorizationv1.SubjectAccessReviewStatus{Allowed: true}
		return &r, err
	}},
	{"selfsubjectrulesreviews", authorizationv1.SchemeGroupVersion.WithKind("SelfSubjectRulesReview"), func(body []byte) (any, error) {
		var r authorizationv1.SelfSubjectRulesReview
		err := unmarshal(body, &r)
		all := []string{"*"}
		r.Status = authorizationv1.SubjectRulesReviewStatus{
			ResourceRules:    []authorizationv1.ResourceRule{{Verbs: all, APIGroups: all, Resources: all}},
			NonResourceRules: []authorizationv1.NonResourceRule{{Verbs: all, NonResourceURLs: all}},
		}
		return &r, err
	}},
}

func unmarshal(body []byte, into any) error {
	if err := kjson.UnmarshalCaseSensitivePreserveInts(body, into); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
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
		if err == nil {
			_, err = bodyCodec(r.Header.Get("Content-Type"), "")
		}
		var answer any
		if err == nil {
			answer, err = v.answer(body)
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
