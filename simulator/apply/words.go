package apply

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
)

var (
	errNoName = errors.New("resource name may not be empty")
	errNoPath = &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound,
		Message: "the server could not find the requested resource",
	}}
)

// addSource says in an error what was being done with which file, as
// cmdutil.AddSourceToErr.
func addSource(verb, source string, err error) error {
	if status, ok := err.(apierrors.APIStatus); ok { //nolint:errorlint // as kubectl does
		s := status.Status()
		s.Message = fmt.Sprintf("error when %s %q: %v", verb, source, s.Message)
		return &apierrors.StatusError{ErrStatus: s}
	}
	return fmt.Errorf("error when %s %q: %w", verb, source, err)
}

// Message is an error as kubectl prints it when it is the only one, without
// the final line break.
func Message(err error) string { return strings.TrimSuffix(messages([]error{err}), "\n") }

// collect is what kubectl makes of the errors of reading a file: one error.
func collect(errs []error) []error {
	if len(errs) < 2 {
		return errs
	}
	return []error{utilerrors.NewAggregate(errs)}
}

// messages are the errors of one command as kubectl prints them.
func messages(errs []error) string {
	err := errs[0]
	if len(errs) > 1 {
		err = utilerrors.NewAggregate(errs)
	}
	if status, ok := err.(*apierrors.StatusError); ok && status.ErrStatus.Reason == metav1.StatusReasonInvalid { //nolint:errorlint // as kubectl does
		return line(invalid(status.ErrStatus))
	}
	if several, ok := err.(utilerrors.Aggregate); ok { //nolint:errorlint // as kubectl does
		var b strings.Builder
		for _, err := range several.Errors() {
			fmt.Fprintln(&b, standard(err))
		}
		return b.String()
	}
	msg := standard(err)
	if !isStatus(err) && !strings.HasPrefix(msg, "error: ") {
		msg = "error: " + msg
	}
	return line(msg)
}

func line(s string) string { return strings.TrimSuffix(s, "\n") + "\n" }

func isStatus(err error) bool {
	_, ok := err.(apierrors.APIStatus) //nolint:errorlint // as kubectl does
	return ok
}

// standard is an error in kubectl's standard form.
func standard(err error) string {
	status, ok := err.(apierrors.APIStatus) //nolint:errorlint // as kubectl does
	if !ok {
		return err.Error()
	}
	if reason := status.Status().Reason; reason != "" {
		return fmt.Sprintf("Error from server (%s): %s", reason, err)
	}
	return fmt.Sprintf("Error from server: %s", err)
}

// invalid words the refusal of an object, with all its reasons.
func invalid(s metav1.Status) string {
	if s.Details == nil {
		return strings.TrimSuffix("The request is invalid: "+s.Message, ": ")
	}
	text := "The request is invalid"
	switch {
	case s.Details.Kind != "" || s.Details.Name != "":
		text = fmt.Sprintf("The %s %q is invalid", s.Details.Kind, s.Details.Name)
	case s.Message != "" && len(s.Details.Causes) == 0:
		text += ": " + s.Message
	}
	causes := distinct(s.Details.Causes)
	switch len(causes) {
	case 0:
		return text
	case 1:
		return text + ": " + causes[0]
	}
	return text + ": \n* " + strings.Join(causes, "\n* ")
}

func distinct(causes []metav1.StatusCause) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range causes {
		text := fmt.Sprintf("%s: %s", c.Field, c.Message)
		if !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}
