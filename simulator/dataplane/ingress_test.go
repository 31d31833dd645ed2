package dataplane

import (
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
)

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		kind       networkingv1.PathType
		path, with string
		want       bool
	}{
		{"Exact", "/cart", "/cart", true},
		{"Exact", "/cart", "/cart/", false},
		{"Exact", "/cart", "/Cart", false},
		{"Prefix", "/", "/anything", true},
		{"Prefix", "/cart", "/cart", true},
		{"Prefix", "/cart", "/cart/1", true},
		{"Prefix", "/cart/", "/cart", true},
		{"Prefix", "/cart", "/cartoon", false},
		{"ImplementationSpecific", "/cart", "/cart/1", false},
		{"ImplementationSpecific", "/cart/*", "/cart/1/2", true},
		{"ImplementationSpecific", "/*", "/", true},
		{"ImplementationSpecific", "/a?c", "/abc", true},
		{"ImplementationSpecific", "/a?c", "/ac", false},
		{"ImplementationSpecific", "/*.png", "/img/[1].png", true},
	} {
		_, _, got := matchPath(&networkingv1.HTTPIngressPath{Path: c.path, PathType: &c.kind}, c.with)
		if got != c.want {
			t.Errorf("%s %s with %s: %v, want %v", c.kind, c.path, c.with, got, c.want)
		}
	}
}

func TestChooseRoute(t *testing.T) {
	route := func(host, path string, kind networkingv1.PathType, svc string) networkingv1.IngressRule {
		r := networkingv1.IngressRule{Host: host}
		r.HTTP = &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
			Path: path, PathType: &kind,
			Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: svc}},
		}}}
		return r
	}
	ing := &networkingv1.Ingress{Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{
		route("", "/", "Prefix", "anybody"),
		route("*.example.com", "/", "Prefix", "wild"),
		route("shop.example.com", "/", "Prefix", "shop"),
		route("shop.example.com", "/cart", "Prefix", "cart"),
		route("shop.example.com", "/cart/pay", "Exact", "pay"),
	}}}
	for _, c := range []struct{ host, path, want string }{
		{"shop.example.com", "/", "shop"},
		{"shop.example.com", "/cart/1", "cart"},
		{"shop.example.com", "/cart/pay", "pay"},
		{"blog.example.com", "/cart", "wild"},
		{"a.b.example.com", "/", "anybody"},
		{"10.0.0.1", "/x", "anybody"},
	} {
		_, backend := chooseRoute([]*networkingv1.Ingress{ing}, c.host, c.path)
		if backend == nil || backend.Service.Name != c.want {
			t.Errorf("%s%s: %+v, want %s", c.host, c.path, backend, c.want)
		}
	}
}

func FuzzPathPattern(f *testing.F) {
	f.Add("/*.png", "/img/a.png")
	f.Add("/a?c*", "/abc/d")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		_ = matchPattern(pattern, text)
		if !matchPattern("*"+text, text) || !matchPattern(text, text) {
			t.Fatalf("%q does not match itself", text)
		}
	})
}
