package kubectl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/kubectl/pkg/cmd/edit"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/scheme"
	"sigs.k8s.io/yaml"
)

// editCommand is kubectl's. It knows no other editors than programs, so where
// [Options] have one of their own the command is run here, in kubectl's words.
func (s *session) editCommand(f cmdutil.Factory) *cobra.Command {
	cmd := edit.NewCmdEdit(f, s.streams)
	if s.options.Edit == nil {
		return cmd
	}
	cmd.Run = func(cmd *cobra.Command, args []string) {
		e, err := s.newEditing(f, cmd, args)
		cmdutil.CheckErr(err)
		cmdutil.CheckErr(e.run(cmd.Context()))
	}
	return cmd
}

// editing is one kubectl edit.
type editing struct {
	*session
	factory     cmdutil.Factory
	infos       []*resource.Info
	namespace   string
	subresource string
	validation  string
	manager     string
	// reasons are why the text was not taken, for the head of the next one.
	reasons []string
}

func (s *session) newEditing(f cmdutil.Factory, cmd *cobra.Command, args []string) (*editing, error) {
	e := &editing{session: s, factory: f, subresource: cmdutil.GetFlagString(cmd, "subresource"), manager: cmdutil.GetFlagString(cmd, "field-manager")}
	var err error
	var enforce bool
	if e.namespace, enforce, err = f.ToRawKubeConfigLoader().Namespace(); err != nil {
		return nil, err
	}
	if e.validation, err = cmdutil.GetValidationDirective(cmd); err != nil {
		return nil, err
	}
	files := &resource.FilenameOptions{Filenames: cmdutil.GetFlagStringSlice(cmd, "filename")}
	result := f.NewBuilder().Unstructured().ResourceTypeOrNameArgs(true, args...).Latest().
		NamespaceParam(e.namespace).DefaultNamespace().FilenameParam(enforce, files).
		Subresource(e.subresource).ContinueOnError().Flatten().Do()
	if e.infos, err = result.Infos(); err != nil {
		return nil, err
	}
	if len(e.infos) == 0 {
		return nil, errors.New("edit cancelled, no objects found")
	}
	return e, nil
}

// run has the objects edited until the server takes them, or there is nothing
// to take.
func (e *editing) run(ctx context.Context) error {
	original, err := e.text()
	if err != nil {
		return err
	}
	body, name := original, e.infos[0].Mapping.Resource.Resource+"/"+e.infos[0].Name+".yaml"
	for {
		edited, err := e.options.Edit(ctx, name, e.header()+body)
		if err != nil {
			return err
		}
		if bare := withoutComments(edited); len(e.reasons) > 0 && bare == withoutComments(body) {
			return errors.New("Edit cancelled, no valid changes were saved.") //nolint:staticcheck // kubectl's own words
		}
		e.reasons = nil
		switch bare := withoutComments(edited); {
		case bare == withoutComments(original):
			return e.cancelled("no changes made.")
		case strings.TrimSpace(bare) == "":
			return e.cancelled("saved file was empty.")
		}
		if err := e.save(edited); err != nil || len(e.reasons) == 0 {
			return err
		}
		body = string(cmdutil.ManualStrip([]byte(edited)))
	}
}

func (e *editing) cancelled(why string) error {
	fmt.Fprintln(e.streams.ErrOut, "Edit cancelled, "+why)
	return nil
}

// text is the objects as they are edited: one alone, several as a list.
func (e *editing) text() (string, error) {
	var objects []any
	for _, info := range e.infos {
		o := info.Object.(*unstructured.Unstructured)
		o.SetManagedFields(nil)
		objects = append(objects, o.Object)
	}
	object := objects[0]
	if len(objects) > 1 {
		object = map[string]any{"apiVersion": "v1", "kind": "List", "metadata": map[string]any{}, "items": objects}
	}
	b, err := yaml.Marshal(object)
	return string(b), err
}

// header says what is asked for, and why the text comes again.
func (e *editing) header() string {
	head := `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`
	for _, r := range e.reasons {
		head += "# " + strings.ReplaceAll(r, "\n", "\n# ") + "\n#\n"
	}
	return head
}

// save sends what was changed to the server. What can be mended becomes
// reasons to edit again.
func (e *editing) save(edited string) error {
	text := []byte(withoutComments(edited))
	schema, err := e.factory.Validator(e.validation)
	if err != nil {
		return err
	}
	if err := schema.ValidateBytes(text); err != nil {
		e.failed(e.infos[0], apierrors.NewInvalid(corev1.SchemeGroupVersion.WithKind("").GroupKind(), "",
			field.ErrorList{field.Invalid(nil, "The edited file failed validation", err.Error())}))
		return nil
	}
	updated, err := e.factory.NewBuilder().Unstructured().Stream(bytes.NewReader(text), "edited-file").
		Subresource(e.subresource).ContinueOnError().Flatten().Do().Infos()
	if err != nil {
		e.reasons = append(e.reasons, "The edited file had a syntax error: "+err.Error())
		return nil
	}
	for _, info := range updated {
		if err := resource.RequireNamespace(e.namespace)(info, nil); err != nil {
			return err
		}
		if err := e.patch(info); err != nil {
			return err
		}
	}
	return nil
}

// patch sends one object's changes.
func (e *editing) patch(info *resource.Info) error {
	original, err := e.originalOf(info)
	if err != nil {
		return err
	}
	was, err := json.Marshal(original)
	if err != nil {
		return err
	}
	is, err := json.Marshal(info.Object)
	if err != nil {
		return err
	}
	done := func(how string) {
		fmt.Fprintf(e.streams.Out, "%s/%s %s\n", objectKind(info), info.Name, how)
	}
	if bytes.Equal(was, is) {
		done("skipped")
		return nil
	}
	versioned, err := scheme.Scheme.New(info.Mapping.GroupVersionKind)
	if runtime.IsNotRegisteredError(err) {
		return fmt.Errorf("%s cannot be edited here: use apply or patch", info.Mapping.GroupVersionKind.Kind)
	}
	if err != nil {
		return err
	}
	patch, err := strategicpatch.CreateTwoWayMergePatch(was, is, versioned,
		mergepatch.RequireKeyUnchanged("apiVersion"), mergepatch.RequireKeyUnchanged("kind"), mergepatch.RequireMetadataKeyUnchanged("name"))
	if mergepatch.IsPreconditionFailed(err) {
		return errors.New("At least one of apiVersion, kind and name was changed") //nolint:staticcheck // kubectl's own words
	}
	if err != nil {
		return err
	}
	patched, err := resource.NewHelper(info.Client, info.Mapping).WithFieldManager(e.manager).WithFieldValidation(e.validation).
		WithSubresource(e.subresource).Patch(info.Namespace, info.Name, types.StrategicMergePatchType, patch, nil)
	if err != nil {
		return e.failed(info, err)
	}
	_ = info.Refresh(patched, true) // what it is called stays the same
	done("edited")
	return nil
}

// originalOf is an edited object as it was.
func (e *editing) originalOf(info *resource.Info) (runtime.Object, error) {
	uid := info.Object.(*unstructured.Unstructured).GetUID()
	for _, o := range e.infos {
		if o.Object.(*unstructured.Unstructured).GetUID() == uid {
			return o.Object, nil
		}
	}
	return nil, fmt.Errorf("no original object found for %#v", info.Object)
}

// failed tells of an object that was not taken; what is invalid is to be
// edited again.
func (e *editing) failed(info *resource.Info, err error) error {
	name := groupResource(info)
	switch {
	case apierrors.IsInvalid(err):
		reason := fmt.Sprintf("%s %q was not valid", name, info.Name)
		var status apierrors.APIStatus
		if errors.As(err, &status) && status.Status().Details != nil && len(status.Status().Details.Causes) > 0 {
			reason += ":"
			for _, c := range status.Status().Details.Causes {
				reason += fmt.Sprintf("\n* %s: %s", c.Field, c.Message)
			}
		}
		e.reasons = append(e.reasons, reason)
		fmt.Fprintf(e.streams.ErrOut, "error: %s %q is invalid\n", name, info.Name)
		return nil
	case apierrors.IsNotFound(err):
		fmt.Fprintf(e.streams.ErrOut, "error: %s %q could not be found on the server\n", name, info.Name)
	default:
		fmt.Fprintf(e.streams.ErrOut, "error: %s %q could not be patched: %v\n", name, info.Name, err)
	}
	return cmdutil.ErrExit
}

// groupResource names an object's resource as messages do: deployments.apps.
func groupResource(info *resource.Info) string {
	return inGroup(info.Mapping.Resource.Resource, info)
}

// objectKind names its kind before its name: deployment.apps.
func objectKind(info *resource.Info) string {
	return inGroup(strings.ToLower(info.Mapping.GroupVersionKind.Kind), info)
}

func inGroup(name string, info *resource.Info) string {
	if group := info.Mapping.Resource.Group; group != "" {
		name += "." + group
	}
	return name
}

func withoutComments(text string) string { return string(cmdutil.StripComments([]byte(text))) }
