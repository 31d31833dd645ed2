package shell

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"
)

// curlTable lists the options that are known.
var curlTable = sync.OnceValue(func() []curlOption {
	on := func(to func(*curlOptions) *bool) func(*curlOptions, bool) {
		return func(o *curlOptions, v bool) { *to(o) = v }
	}
	text := func(to func(*curlOptions) *string) func(*curlOptions, string) error {
		return func(o *curlOptions, v string) error { *to(o) = v; return nil }
	}
	list := func(to func(*curlOptions) *[]string) func(*curlOptions, string) error {
		return func(o *curlOptions, v string) error { *to(o) = append(*to(o), v); return nil }
	}
	seconds := func(to func(*curlOptions) *time.Duration) func(*curlOptions, string) error {
		return func(o *curlOptions, v string) error {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return errors.New("expected a proper numerical parameter")
			}
			if f < 0 {
				return errors.New("expected a positive numerical parameter")
			}
			*to(o) = time.Duration(f * float64(time.Second))
			return nil
		}
	}
	data := func(o *curlOptions, v string) error {
		if o.data != nil {
			v = *o.data + "&" + v
		}
		o.data = &v
		return nil
	}
	ignored := func(*curlOptions, string) error { return nil }
	missing := func(*curlOptions, string) error { return errors.New("is not here") }
	return []curlOption{
		{'4', "ipv4", on(func(o *curlOptions) *bool { return &o.only4 }), nil},
		{'6', "ipv6", on(func(o *curlOptions) *bool { return &o.only6 }), nil},
		{'A', "user-agent", nil, text(func(o *curlOptions) *string { return &o.agent })},
		{'d', "data", nil, data},
		{0, "data-raw", nil, data},
		{0, "data-binary", nil, data},
		{0, "data-urlencode", nil, data},
		{0, "json", nil, func(o *curlOptions, v string) error {
			o.headers = append(o.headers, "Content-Type: application/json", "Accept: application/json")
			return data(o, v)
		}},
		{'f', "fail", on(func(o *curlOptions) *bool { return &o.fail }), nil},
		{0, "fail-with-body", on(func(o *curlOptions) *bool { return &o.withBody }), nil},
		{'D', "dump-header", nil, text(func(o *curlOptions) *string { return &o.dump })},
		{0, "fail-early", on(func(o *curlOptions) *bool { return &o.failEarly }), nil},
		{'g', "globoff", on(func(o *curlOptions) *bool { return &o.globOff }), nil},
		{'G', "get", on(func(o *curlOptions) *bool { return &o.get }), nil},
		{'h', "help", nil, nil},
		{'H', "header", nil, list(func(o *curlOptions) *[]string { return &o.headers })},
		{'i', "include", on(func(o *curlOptions) *bool { return &o.include }), nil},
		{'I', "head", on(func(o *curlOptions) *bool { return &o.head }), nil},
		{'j', "junk-session-cookies", nil, nil},
		{'k', "insecure", on(func(o *curlOptions) *bool { return &o.insecure }), nil},
		{'L', "location", on(func(o *curlOptions) *bool { return &o.location }), nil},
		{'m', "max-time", nil, seconds(func(o *curlOptions) *time.Duration { return &o.maxTime })},
		{0, "connect-timeout", nil, seconds(func(o *curlOptions) *time.Duration { return &o.connectTimeout })},
		{'N', "no-buffer", nil, nil},
		{'o', "output", nil, list(func(o *curlOptions) *[]string { return &o.outputs })},
		{'q', "disable", nil, nil},
		{'O', "remote-name", on(func(o *curlOptions) *bool { return &o.remoteName }), nil},
		{'r', "range", nil, text(func(o *curlOptions) *string { return &o.span })},
		{'e', "referer", nil, text(func(o *curlOptions) *string { return &o.referer })},
		{'b', "cookie", nil, func(o *curlOptions, v string) error {
			if strings.Contains(v, "=") { // otherwise it is a file
				o.cookie = v
			}
			return nil
		}},
		{0, "oauth2-bearer", nil, text(func(o *curlOptions) *string { return &o.bearer })},
		{'c', "cookie-jar", nil, ignored},
		{'x', "proxy", nil, ignored},
		{'E', "cert", nil, ignored},
		{0, "cacert", nil, ignored},
		{0, "key", nil, ignored},
		{0, "noproxy", nil, ignored},
		{0, "interface", nil, ignored},
		{0, "limit-rate", nil, ignored},
		{0, "keepalive-time", nil, ignored},
		{0, "resolve", nil, list(func(o *curlOptions) *[]string { return &o.resolves })},
		{0, "connect-to", nil, list(func(o *curlOptions) *[]string { return &o.connectTo })},
		{0, "retry", nil, func(o *curlOptions, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 {
				return errors.New("expected a proper numerical parameter")
			}
			o.retries = min(n, 1000)
			return nil
		}},
		{0, "retry-delay", nil, seconds(func(o *curlOptions) *time.Duration { return &o.delay })},
		{0, "retry-max-time", nil, ignored},
		{0, "retry-connrefused", on(func(o *curlOptions) *bool { return &o.retryRefused }), nil},
		{0, "retry-all-errors", on(func(o *curlOptions) *bool { return &o.retryAll }), nil},
		{0, "http0.9", on(func(o *curlOptions) *bool { return &o.http09 }), nil},
		{'0', "http1.0", on(func(o *curlOptions) *bool { return &o.http10 }), nil},
		{0, "http1.1", nil, nil},
		{0, "http2", nil, nil},
		{0, "compressed", on(func(o *curlOptions) *bool { return &o.compressed }), nil},
		{0, "tcp-nodelay", nil, nil},
		{0, "path-as-is", nil, nil},
		{0, "no-keepalive", nil, nil},
		{0, "progress-meter", func(o *curlOptions, v bool) { o.noProgress = !v }, nil},
		{0, "styled-output", func(o *curlOptions, v bool) { o.plainHeaders = !v }, nil},
		{'#', "progress-bar", on(func(o *curlOptions) *bool { return &o.noProgress }), nil},
		{'s', "silent", on(func(o *curlOptions) *bool { return &o.silent }), nil},
		{'S', "show-error", on(func(o *curlOptions) *bool { return &o.showError }), nil},
		{'u', "user", nil, text(func(o *curlOptions) *string { return &o.user })},
		{0, "url", nil, list(func(o *curlOptions) *[]string { return &o.urls })},
		{'v', "verbose", on(func(o *curlOptions) *bool { return &o.verbose }), nil},
		{'V', "version", nil, nil},
		{'w', "write-out", nil, text(func(o *curlOptions) *string { return &o.writeOut })},
		{'X', "request", nil, text(func(o *curlOptions) *string { return &o.request })},
		{'1', "tlsv1", nil, nil},
		{0, "tlsv1.0", nil, nil},
		{0, "tlsv1.1", nil, nil},
		{0, "tlsv1.2", nil, nil},
		{0, "tlsv1.3", nil, nil},
		{0, "tls-max", nil, ignored},
		{0, "ciphers", nil, ignored},
		{0, "max-redirs", nil, ignored},
		{0, "basic", nil, nil},
		{0, "digest", nil, nil},
		{0, "anyauth", nil, nil},
		{'n', "netrc", nil, nil},
		{'R', "remote-time", nil, nil},
		{'z', "time-cond", nil, ignored},
		{'y', "speed-time", nil, ignored},
		{'Y', "speed-limit", nil, ignored},
		{0, "raw", nil, nil},
		{0, "create-dirs", nil, nil},
		{0, "remove-on-error", nil, nil},
		{0, "happy-eyeballs-timeout-ms", nil, ignored},
		{'Z', "parallel", nil, nil},
		{':', "next", nil, nil},
		{'F', "form", nil, missing},
		{'K', "config", nil, missing},
		{'T', "upload-file", nil, missing},
		{0, "request-target", nil, missing},
		{0, "stderr", nil, missing},
		{0, "trace", nil, missing},
		{0, "trace-ascii", nil, missing},
	}
})
