package apiserver

import (
	"bytes"
	"crypto/sha512"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/openapi"
)

// document is an OpenAPI document, made when it is first asked for.
type document struct {
	hash func() string
	body func() []byte
}

func newDocument(make func() ([]byte, error)) document {
	body := sync.OnceValue(func() []byte {
		b, err := make()
		if err != nil {
			panic(err) // made of the program's own tables, a test reads it
		}
		return b
	})
	return document{body: body, hash: sync.OnceValue(func() string {
		return strings.ToUpper(fmt.Sprintf("%x", sha512.Sum512(body())))
	})}
}

// documents are those of version 3 by path: api/v1, apis/apps/v1.
var documents = sync.OnceValue(func() map[string]document {
	docs := map[string]document{}
	for gv, resources := range described() {
		docs[strings.TrimPrefix(groupPath(gv), "/")] = newDocument(func() ([]byte, error) { return openapi.V3(resources) })
	}
	return docs
})

func groupPath(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "/api/" + gv.Version
	}
	return "/apis/" + gv.Group + "/" + gv.Version
}

// documentV2 is the one document of version 2, in the two forms that clients
// ask for.
var documentV2 = sync.OnceValues(func() (json, protobuf document) {
	json = newDocument(func() ([]byte, error) {
		var all []openapi.Resource
		for _, resources := range described() {
			all = append(all, resources...)
		}
		return openapi.V2(all)
	})
	protobuf = newDocument(func() ([]byte, error) {
		doc, err := openapi_v2.ParseDocument(json.body())
		if err != nil {
			return nil, err
		}
		return proto.Marshal(doc)
	})
	return json, protobuf
})

// described is what the documents tell of the resources that are served.
func described() map[schema.GroupVersion][]openapi.Resource {
	out := map[schema.GroupVersion][]openapi.Resource{}
	for _, r := range Resources() {
		d := openapi.Resource{GroupVersionResource: r.GroupVersionResource, Kind: r.Kind, Namespaced: r.Namespaced}
		for _, name := range subresourceNames(r) {
			switch name {
			case "status", "scale", "binding", "eviction":
				if d.Subresources == nil {
					d.Subresources = map[string]schema.GroupVersionKind{}
				}
				d.Subresources[name], _ = subresourceKind(r, name)
			}
		}
		out[r.GroupVersion()] = append(out[r.GroupVersion()], d)
	}
	for _, v := range reviews {
		gv := v.gvk.GroupVersion()
		out[gv] = append(out[gv], openapi.Resource{GroupVersionResource: gv.WithResource(v.resource), Kind: v.gvk.Kind, CreateOnly: true})
	}
	return out
}

const protobufV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

func serveOpenAPI(w http.ResponseWriter, r *http.Request, parts []string) bool {
	switch {
	case len(parts) == 2 && parts[1] == "v2":
		json, protobuf := documentV2()
		if strings.Contains(r.Header.Get("Accept"), "proto-openapi.spec.v2") {
			writeDocument(w, r, protobuf, protobufV2)
		} else {
			writeDocument(w, r, json, "application/json")
		}
	case len(parts) == 2 && parts[1] == "v3":
		paths := map[string]any{}
		for path, d := range documents() {
			paths[path] = map[string]string{"serverRelativeURL": "/openapi/v3/" + path + "?hash=" + d.hash()}
		}
		writeJSON(w, r, http.StatusOK, map[string]any{"paths": paths})
	case len(parts) > 3 && parts[1] == "v3":
		d, ok := documents()[strings.Join(parts[2:], "/")]
		if !ok {
			return false
		}
		if !strings.Contains(r.Header.Get("Accept"), "json") && !strings.Contains(r.Header.Get("Accept"), "*/*") && r.Header.Get("Accept") != "" {
			writeError(w, r, notAcceptable([]string{"application/json"}))
			return true
		}
		if hash := r.URL.Query().Get("hash"); hash != "" && hash == d.hash() {
			w.Header().Set("Cache-Control", "public, immutable")
			w.Header().Set("Expires", time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat))
		}
		writeDocument(w, r, d, "application/json")
	default:
		return false
	}
	return true
}

func writeDocument(w http.ResponseWriter, r *http.Request, d document, contentType string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Etag", `"`+d.hash()+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(d.body()))
}
