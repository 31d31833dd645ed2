package openapi

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Resource is what a document says of a resource.
type Resource struct {
	schema.GroupVersionResource
	Kind       string
	Namespaced bool
	// Subresources by name, with the kind that they are read and written as.
	Subresources map[string]schema.GroupVersionKind
	// CreateOnly: it can be created and nothing else (an access review).
	CreateOnly bool
}

func (r Resource) kind() schema.GroupVersionKind { return r.GroupVersion().WithKind(r.Kind) }

type object = map[string]any

// V3 is the document of one group and version.
func V3(resources []Resource) ([]byte, error) {
	paths := object{}
	kinds := []schema.GroupVersionKind{
		{Version: "v1", Kind: "Status"}, {Version: "v1", Kind: "DeleteOptions"},
	}
	for _, r := range resources {
		kinds = append(kinds, r.kind(), r.GroupVersion().WithKind(r.Kind+"List"))
		for _, k := range r.Subresources {
			kinds = append(kinds, k)
		}
		addPaths(paths, r)
	}
	return json.Marshal(object{
		"openapi":    "3.0.0",
		"info":       object{"title": "Kubernetes", "version": "v1.37.2"},
		"paths":      paths,
		"components": object{"schemas": closure(kinds)},
	})
}

func addPaths(paths object, r Resource) {
	base := "/apis/" + r.Group + "/" + r.Version
	if r.Group == "" {
		base = "/api/" + r.Version
	}
	if r.Namespaced && !r.CreateOnly {
		paths[base+"/"+r.Resource] = object{"get": operation(r.kind(), "list", "")}
	}
	if r.Namespaced {
		base += "/namespaces/{namespace}"
	}
	collection := base + "/" + r.Resource
	if r.CreateOnly {
		paths[collection] = object{"post": operation(r.kind(), "post", "*/*")}
		return
	}
	paths[collection] = object{
		"get": operation(r.kind(), "list", ""), "post": operation(r.kind(), "post", "*/*"),
		"delete": operation(r.kind(), "deletecollection", "*/*"),
	}
	paths[collection+"/{name}"] = item(r.kind(), true)
	for name, kind := range r.Subresources {
		if kind.Kind == r.Kind || kind.Kind == "Scale" {
			paths[collection+"/{name}/"+name] = item(kind, false)
		} else {
			paths[collection+"/{name}/"+name] = object{"post": operation(kind, "post", "*/*")}
		}
	}
}

func item(kind schema.GroupVersionKind, deletable bool) object {
	out := object{
		"get": operation(kind, "get", ""), "put": operation(kind, "put", "*/*"),
		"patch": operation(kind, "patch", patchTypes...),
	}
	if deletable {
		out["delete"] = operation(kind, "delete", "*/*")
	}
	return out
}

var patchTypes = []string{
	"application/apply-patch+yaml", "application/json-patch+json",
	"application/merge-patch+json", "application/strategic-merge-patch+json",
}

// operation is what can be done at a path. consumes are the media types of
// the body; one that is empty takes none.
func operation(kind schema.GroupVersionKind, action string, consumes ...string) object {
	ref := object{"$ref": "#/components/schemas/" + modelNames()[kind]}
	op := object{
		"x-kubernetes-action":             action,
		"x-kubernetes-group-version-kind": object{"group": kind.Group, "version": kind.Version, "kind": kind.Kind},
		"responses":                       object{"200": object{"description": "OK", "content": object{"application/json": object{"schema": ref}}}},
		"operationId":                     strings.ToLower(action) + kind.Kind,
	}
	if consumes[0] != "" {
		content := object{}
		for _, media := range consumes {
			content[media] = object{"schema": ref}
		}
		op["requestBody"] = object{"content": content}
	}
	if action == "post" || action == "put" || action == "patch" {
		op["parameters"] = parameters
	}
	return op
}

// parameters are those of a write.
var parameters = []object{
	parameter("dryRun", "When present, indicates that modifications should not be persisted. Valid values are: All: all dry run stages will be processed"),
	parameter("fieldManager", "fieldManager is a name associated with the actor or entity that is making these changes."),
	parameter("fieldValidation", "fieldValidation instructs the server on how to handle objects in the request containing unknown or duplicate fields: Ignore, Warn (the default), Strict."),
}

func parameter(name, description string) object {
	return object{"name": name, "in": "query", "description": description, "schema": object{"type": "string", "uniqueItems": true}}
}

// V2 is the one document of all kinds in version 2, with which kubectl
// validates the items of a List.
func V2(resources []Resource) ([]byte, error) {
	var kinds []schema.GroupVersionKind
	for _, r := range resources {
		kinds = append(kinds, r.kind())
	}
	defs := object{}
	for name, raw := range closure(kinds) {
		var def any
		if err := json.Unmarshal(raw, &def); err != nil {
			return nil, fmt.Errorf("read the schema %s: %w", name, err)
		}
		defs[name] = asV2(def)
	}
	return json.Marshal(object{
		"swagger": "2.0", "info": object{"title": "Kubernetes", "version": "v1.37.2"},
		"paths": object{}, "definitions": defs,
	})
}

// asV2 rewrites a schema of version 3: references stand alone and point to
// definitions.
func asV2(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = asV2(v[i])
		}
	case object:
		if all, ok := v["allOf"].([]any); ok && len(all) == 1 {
			for k, inner := range all[0].(object) {
				v[k] = inner
			}
			delete(v, "allOf")
			delete(v, "default")
		}
		if ref, ok := v["$ref"].(string); ok {
			v["$ref"] = strings.Replace(ref, "#/components/schemas/", "#/definitions/", 1)
		}
		delete(v, "oneOf") // v2 has none: a value that may be of several types
		for k := range v {
			v[k] = asV2(v[k])
		}
	}
	return v
}
