package apiserver

import (
	"encoding/json"
	"errors"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// writeJSON answers with a value as JSON, indented where a person reads it
// (pretty).
func writeJSON(w http.ResponseWriter, r *http.Request, code int, value any) {
	w.Header().Set("Content-Type", "application/json")
	writeValue(w, r, code, value)
}

// writeJSONAs answers with a value as JSON of a special media type.
func writeJSONAs(w http.ResponseWriter, r *http.Request, contentType string, value any) {
	w.Header().Set("Content-Type", contentType)
	writeValue(w, r, http.StatusOK, value)
}

func writeValue(w http.ResponseWriter, r *http.Request, code int, value any) {
	var b []byte
	var err error
	if isTrue(r.URL.Query().Get("pretty")) {
		b, err = json.MarshalIndent(value, "", "  ")
	} else {
		b, err = json.Marshal(value)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(code)
	w.Write(append(b, '\n')) //nolint:errcheck // the client has gone
}

// writeError answers with an error as a Status.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, r, int(status.Code), status)
}

// statusOf is an error as the Status that a client is sent: one without a
// status of its own is the server's fault for an unknown reason, as
// ErrorToAPIStatus of k8s.io/apiserver has it.
func statusOf(err error) metav1.Status {
	status := metav1.Status{Status: metav1.StatusFailure, Reason: metav1.StatusReasonUnknown, Message: err.Error()}
	var api apierrors.APIStatus
	if errors.As(err, &api) {
		status = api.Status()
	}
	status.Kind, status.APIVersion = "Status", "v1"
	if status.Code == 0 {
		status.Code = http.StatusInternalServerError
	}
	return status
}

// warn adds Warning headers, each but once.
func warn(w http.ResponseWriter, warnings ...string) {
	seen := make(map[string]bool, len(warnings))
	for _, text := range warnings {
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		if h, err := utilnet.NewWarningHeader(299, "-", text); err == nil {
			w.Header().Add("Warning", h)
		}
	}
}

// listValue is a list as it is sent.
func listValue(r *Resource, list *List) any {
	items := list.Items
	if items == nil {
		items = []runtime.Object{}
	}
	return struct {
		Kind       string           `json:"kind"`
		APIVersion string           `json:"apiVersion"`
		Metadata   metav1.ListMeta  `json:"metadata"`
		Items      []runtime.Object `json:"items"`
	}{r.Kind + "List", r.GroupVersion().String(), list.Meta, items}
}
