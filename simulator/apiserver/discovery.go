package apiserver

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// entry is a resource or subresource as discovery tells of it.
type entry struct {
	name, singular string
	kind           schema.GroupVersionKind
	namespaced     bool
	verbs          []string
	shortNames     []string
	categories     []string
}

// groupVersion is all that is served in one.
type groupVersion struct {
	schema.GroupVersion
	entries []entry
}

// served are the groups and versions in the order of discovery.
func served() []groupVersion {
	var out []groupVersion
	add := func(gv schema.GroupVersion, e ...entry) {
		for i := range out {
			if out[i].GroupVersion == gv {
				out[i].entries = append(out[i].entries, e...)
				return
			}
		}
		out = append(out, groupVersion{gv, e})
	}
	for _, r := range Resources() {
		add(r.GroupVersion(), entriesOf(r)...)
	}
	for _, v := range reviews {
		add(v.gvk.GroupVersion(), entry{name: v.resource, singular: lower(v.gvk.Kind), kind: v.gvk, verbs: []string{"create"}})
	}
	return out
}

var allVerbs = []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}

// entriesOf are a resource and its subresources.
func entriesOf(r *Resource) []entry {
	verbs := allVerbs
	if r.Kind == "Namespace" {
		verbs = slices.DeleteFunc(slices.Clone(verbs), func(v string) bool { return v == "deletecollection" })
	}
	out := []entry{{r.Resource, r.Singular, r.GroupVersionKind(), r.Namespaced, verbs, r.ShortNames, r.Categories}}
	for _, name := range subresourceNames(r) {
		kind, verbs := subresourceKind(r, name)
		out = append(out, entry{name: r.Resource + "/" + name, kind: kind, namespaced: r.Namespaced, verbs: verbs})
	}
	return out
}

// discoverLegacy answers the paths of discovery one by one.
func discoverLegacy(w http.ResponseWriter, r *http.Request, parts []string) bool {
	switch {
	case len(parts) == 1 && parts[0] == "api":
		if !aggregated(w, r, true) {
			writeJSON(w, r, http.StatusOK, metav1.APIVersions{
				TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"},
				ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{{ClientCIDR: "0.0.0.0/0", ServerAddress: r.Host}},
			})
		}
	case len(parts) == 1 && parts[0] == "apis":
		if !aggregated(w, r, false) {
			list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}, Groups: []metav1.APIGroup{}}
			for _, gv := range served() {
				if gv.Group != "" {
					list.Groups = append(list.Groups, group(gv.GroupVersion))
				}
			}
			writeJSON(w, r, http.StatusOK, list)
		}
	case len(parts) == 2 && parts[0] == "apis":
		gv, ok := find(func(gv groupVersion) bool { return gv.Group == parts[1] && gv.Group != "" })
		if !ok {
			return false
		}
		g := group(gv.GroupVersion)
		g.Kind, g.APIVersion = "APIGroup", "v1"
		writeJSON(w, r, http.StatusOK, g)
	case len(parts) == 2 && parts[0] == "api", len(parts) == 3 && parts[0] == "apis":
		want := schema.GroupVersion{Version: parts[len(parts)-1]}
		if parts[0] == "apis" {
			want.Group = parts[1]
		}
		gv, ok := find(func(gv groupVersion) bool { return gv.GroupVersion == want })
		if !ok {
			return false
		}
		writeJSON(w, r, http.StatusOK, resourceList(gv))
	default:
		return false
	}
	return true
}

func find(is func(groupVersion) bool) (groupVersion, bool) {
	all := served()
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return groupVersion{}, false
}

func group(gv schema.GroupVersion) metav1.APIGroup {
	v := metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: gv.Version}
	return metav1.APIGroup{Name: gv.Group, Versions: []metav1.GroupVersionForDiscovery{v}, PreferredVersion: v}
}

func resourceList(gv groupVersion) metav1.APIResourceList {
	list := metav1.APIResourceList{
		TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: gv.String(),
	}
	for _, e := range gv.entries {
		out := metav1.APIResource{
			Name: e.name, SingularName: e.singular, Namespaced: e.namespaced, Kind: e.kind.Kind,
			Verbs: e.verbs, ShortNames: e.shortNames, Categories: e.categories,
		}
		if e.kind.GroupVersion() != gv.GroupVersion {
			out.Group, out.Version = e.kind.Group, e.kind.Version
		}
		list.APIResources = append(list.APIResources, out)
	}
	slices.SortFunc(list.APIResources, func(a, b metav1.APIResource) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// aggregated answers with all of discovery in one document, if the client
// wants that: the core group's or that of all others.
func aggregated(w http.ResponseWriter, r *http.Request, coreGroup bool) bool {
	if !wantsAggregated(r) {
		return false
	}
	list := apidiscoveryv2.APIGroupDiscoveryList{
		TypeMeta: metav1.TypeMeta{Kind: "APIGroupDiscoveryList", APIVersion: "apidiscovery.k8s.io/v2"},
		Items:    []apidiscoveryv2.APIGroupDiscovery{},
	}
	for _, gv := range served() {
		if (gv.Group == "") != coreGroup {
			continue
		}
		list.Items = append(list.Items, apidiscoveryv2.APIGroupDiscovery{
			ObjectMeta: metav1.ObjectMeta{Name: gv.Group},
			Versions: []apidiscoveryv2.APIVersionDiscovery{{
				Version: gv.Version, Freshness: apidiscoveryv2.DiscoveryFreshnessCurrent, Resources: discovered(gv.entries),
			}},
		})
	}
	writeJSONAs(w, r, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", list)
	return true
}

func wantsAggregated(r *http.Request) bool {
	for _, clause := range strings.Split(r.Header.Get("Accept"), ",") {
		media, p, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err == nil && media == "application/json" && p["g"] == apidiscoveryv2.GroupName && p["v"] == "v2" && p["as"] == "APIGroupDiscoveryList" {
			return true
		}
	}
	return false
}

func discovered(entries []entry) []apidiscoveryv2.APIResourceDiscovery {
	var out []apidiscoveryv2.APIResourceDiscovery
	for _, e := range entries {
		kind := &metav1.GroupVersionKind{Group: e.kind.Group, Version: e.kind.Version, Kind: e.kind.Kind}
		if parent, sub, ok := strings.Cut(e.name, "/"); ok {
			i := slices.IndexFunc(out, func(r apidiscoveryv2.APIResourceDiscovery) bool { return r.Resource == parent })
			out[i].Subresources = append(out[i].Subresources, apidiscoveryv2.APISubresourceDiscovery{Subresource: sub, ResponseKind: kind, Verbs: e.verbs})
			continue
		}
		scope := apidiscoveryv2.ScopeCluster
		if e.namespaced {
			scope = apidiscoveryv2.ScopeNamespace
		}
		out = append(out, apidiscoveryv2.APIResourceDiscovery{
			Resource: e.name, ResponseKind: kind, Scope: scope, SingularResource: e.singular,
			Verbs: e.verbs, ShortNames: e.shortNames, Categories: e.categories,
		})
	}
	return out
}
