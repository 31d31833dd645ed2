package apiserver

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"

	"github.com/kubetutor/tutor/simulator/world"
)

// maxBody is how many bytes a request may have, as in kube-apiserver.
const maxBody = 3 * 1024 * 1024

// realScheme is what the real server calls its set of kinds in errors.
const realScheme = "pkg/api/legacyscheme/scheme.go:30"

type codecs struct {
	json, jsonLoose, yaml, yamlLoose *json.Serializer
	protobuf                         *protobuf.Serializer // kubectl create sends it
}

var serializers = sync.OnceValue(func() codecs {
	s := world.Scheme()
	codec := func(yaml, strict bool) *json.Serializer {
		return json.NewSerializerWithOptions(json.DefaultMetaFactory, s, s, json.SerializerOptions{Yaml: yaml, Strict: strict})
	}
	return codecs{
		json: codec(false, true), jsonLoose: codec(false, false), yaml: codec(true, true), yamlLoose: codec(true, false),
		protobuf: protobuf.NewSerializer(s, s),
	}
})

// decode reads a request's body as an object of the resource's kind and
// defaults it. What is odd about it but tolerated comes back as warnings.
func (s *Server) decode(r *Resource, body []byte, contentType, fieldValidation string) (runtime.Object, []string, error) {
	codec, err := bodyCodec(contentType, fieldValidation)
	if err != nil {
		return nil, nil, err
	}
	gvk := r.GroupVersionKind()
	obj, actual, err := codec.Decode(body, &gvk, r.New())
	warnings, err := tolerate(obj, err, fieldValidation)
	if err != nil {
		return nil, nil, undecodable(err, r.Kind, actual, body)
	}
	if ResourceOf(obj) != r {
		return nil, nil, undecodable(fmt.Errorf("converting (%s.%s) to (%s.%s): unknown conversion",
			actual.Version, actual.Kind, internalPackage(r.Group), r.Kind), r.Kind, actual, body)
	}
	obj.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	s.strategy(r).Default(obj)
	return obj, warnings, nil
}

func bodyCodec(contentType, fieldValidation string) (runtime.Decoder, error) {
	media := "application/json"
	if contentType != "" {
		m, _, err := mime.ParseMediaType(contentType)
		if err != nil {
			m = contentType
		}
		media = m
	}
	all := serializers()
	loose := fieldValidation == metav1.FieldValidationIgnore
	switch {
	case media == "application/json" && loose:
		return all.jsonLoose, nil
	case media == "application/json":
		return all.json, nil
	case media == "application/yaml" && loose:
		return all.yamlLoose, nil
	case media == "application/yaml":
		return all.yaml, nil
	case media == runtime.ContentTypeProtobuf:
		return all.protobuf, nil
	}
	return nil, unsupportedMedia(bodyTypes)
}

// tolerate turns what strict decoding found into warnings, unless the request
// asked for errors.
func tolerate(obj runtime.Object, err error, fieldValidation string) ([]string, error) {
	strict, ok := runtime.AsStrictDecodingError(err)
	if !ok || obj == nil || fieldValidation == metav1.FieldValidationStrict {
		return nil, err
	}
	if fieldValidation == metav1.FieldValidationIgnore {
		return nil, nil
	}
	var warnings []string
	for _, e := range strict.Errors() {
		warnings = append(warnings, e.Error())
	}
	return warnings, nil
}

// undecodable words a decoding error as transformDecodeError of k8s.io/apiserver.
func undecodable(err error, kind string, actual *schema.GroupVersionKind, body []byte) error {
	if runtime.IsNotRegisteredError(err) && actual != nil {
		err = runtime.NewNotRegisteredErrForKind(realScheme, *actual)
	}
	if actual != nil && actual.Kind != "" {
		return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", actual.Kind, actual.Version, kind, err))
	}
	return apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): %v (%s)", kind, err, summary(body)))
}

// summary is a body in few words, as summarizeData of k8s.io/apiserver.
func summary(body []byte) string {
	const longest = 30
	switch {
	case len(body) == 0:
		return "<empty>"
	case body[0] == '{' && len(body) > longest:
		return string(body[:longest]) + " ..."
	case body[0] == '{':
		return string(body)
	case len(body) > longest:
		return fmt.Sprintf("%x ...", body[:longest])
	}
	return fmt.Sprintf("%x", body)
}

// internalPackage is the name of the package that holds a group's internal
// types in Kubernetes, which conversion errors show.
func internalPackage(group string) string {
	if group == "" {
		return "core"
	}
	return strings.TrimSuffix(group, ".k8s.io")
}

var (
	bodyTypes   = []string{"application/json", "application/yaml", runtime.ContentTypeProtobuf}
	answerTypes = []string{"application/json", "application/yaml"}
	patchTypes  = []string{"application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"}
)

func unsupportedMedia(accepted []string) error {
	return statusError(http.StatusUnsupportedMediaType, metav1.StatusReasonUnsupportedMediaType,
		"the body of the request was in an unknown format - accepted media types include: "+strings.Join(accepted, ", "))
}

func notAcceptable(offered []string) error {
	return statusError(http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable,
		"only the following media types are accepted: "+strings.Join(offered, ", "))
}

func statusError(code int32, reason metav1.StatusReason, message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message}}
}
