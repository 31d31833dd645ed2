// Package openapi describes the kinds that a simulated cluster serves: as
// OpenAPI v3 documents (kubectl explain, kubectl apply's patches and its
// validation), as one of v2, and as the typed models that server-side apply
// works with.
//
// The schemas are made by Kubernetes' own generator from k8s.io/api's types,
// their comments and markers; see generate/run.sh.
package openapi

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"regexp"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

//go:generate generate/run.sh

//go:embed definitions.json.gz
var compressed []byte

// definitions are the schemas by name, each as JSON.
var definitions = sync.OnceValue(func() map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(unpacked(), &all); err != nil {
		panic(err) // the file is part of the program, a test reads it
	}
	return all
})

func unpacked() []byte {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic(err) // the file is part of the program, a test reads it
	}
	b, err := io.ReadAll(r)
	if err != nil {
		panic(err) // the file is part of the program, a test reads it
	}
	return b
}

// Models are the schemas as kube-openapi's type, by name.
var Models = sync.OnceValue(func() map[string]*spec.Schema {
	var all map[string]*spec.Schema
	if err := json.Unmarshal(unpacked(), &all); err != nil {
		panic(err) // the file is part of the program, a test reads it
	}
	return all
})

// modelNames are the schemas' names by kind.
var modelNames = sync.OnceValue(func() map[schema.GroupVersionKind]string {
	names := map[schema.GroupVersionKind]string{}
	for name, raw := range definitions() {
		var def struct {
			Kinds []schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
		}
		if err := json.Unmarshal(raw, &def); err != nil {
			panic(err) // the file is part of the program, a test reads it
		}
		for _, k := range def.Kinds {
			names[k] = name
		}
	}
	return names
})

var reference = regexp.MustCompile(`"#/components/schemas/([^"]+)"`)

// closure are the schemas that those of the kinds refer to, and themselves.
func closure(kinds []schema.GroupVersionKind) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	var add func(name string)
	add = func(name string) {
		raw, ok := definitions()[name]
		if _, seen := all[name]; seen || !ok {
			return
		}
		all[name] = raw
		for _, m := range reference.FindAllSubmatch(raw, -1) {
			add(string(m[1]))
		}
	}
	for _, k := range kinds {
		add(modelNames()[k])
	}
	return all
}
