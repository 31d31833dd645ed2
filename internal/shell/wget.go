package shell

import (
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
)

// wget's exit codes.
const (
	wgetUsage   = 2
	wgetFile    = 3
	wgetNetwork = 4
	wgetTLS     = 5
	wgetServer  = 8
)

// wget fetches URLs (GNU Wget 1.21).
func wget(c *call) int {
	w := &wgetRun{call: c, tries: 20, method: "GET"}
	if code := w.parse(); code != 0 {
		return code
	}
	code := 0
	for _, u := range w.urls {
		if r := w.get(u); r != 0 {
			code = r
		}
		if c.ctx.Err() != nil {
			return 130
		}
	}
	return code
}

type wgetRun struct {
	*call
	urls      []string
	output    string
	quiet     bool
	terse     bool // -nv
	headers   bool // -S
	spider    bool
	insecure  bool
	errorBody bool   // --content-on-error
	host      string // Host of --header
	method    string
	tries     int // 0 is endless
	timeout   time.Duration
}

func (w *wgetRun) parse() int {
	bad := func(format string, a ...any) int {
		w.errorf("wget: %s\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n", fmt.Sprintf(format, a...))
		return wgetUsage
	}
	for i := 0; i < len(w.args); i++ {
		arg := w.args[i]
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			w.urls = append(w.urls, arg)
			continue
		}
		name, value, given := strings.Cut(arg, "=")
		if !strings.HasPrefix(arg, "--") {
			if next, ok := w.short(arg[1:], i); ok {
				i = next
				continue
			}
			return bad("invalid option -- '%s'", arg[1:2])
		}
		if takesValue := map[string]bool{"--timeout": true, "--connect-timeout": true, "--tries": true, "--output-document": true, "--header": true, "--post-data": true, "--method": true, "--user-agent": true, "--read-timeout": true, "--dns-timeout": true, "--wait": true, "--waitretry": true}[name]; takesValue && !given {
			if i++; i >= len(w.args) {
				return bad("option '%s' requires an argument", name)
			}
			value = w.args[i]
		}
		if !w.long(name, value) {
			return bad("unrecognized option '%s'", arg)
		}
	}
	if len(w.urls) == 0 {
		bad("missing URL")
		return 1
	}
	return 0
}

// short reads a group of short options; the result is the index of the last
// argument used.
func (w *wgetRun) short(group string, i int) (int, bool) {
	for j := 0; j < len(group); j++ {
		value := func() string {
			rest := group[j+1:]
			j = len(group)
			if rest == "" && i+1 < len(w.args) {
				i++
				return w.args[i]
			}
			return rest
		}
		switch group[j] {
		case 'q':
			w.quiet = true
		case 'S':
			w.headers = true
		case 'O':
			w.output = value()
		case 'T':
			w.timeout = parseSeconds(value())
		case 't':
			w.tries, _ = strconv.Atoi(value())
		case 'n':
			if j+1 < len(group) && group[j+1] == 'v' {
				w.terse = true
				j++
			}
		case 'U', 'w', 'o', 'P', 'Y':
			value()
		case 'v', 'c', '4', 'd', 'N':
		default:
			return i, false
		}
	}
	return i, true
}

func (w *wgetRun) long(name, value string) bool {
	switch name {
	case "--timeout", "--connect-timeout":
		w.timeout = parseSeconds(value)
	case "--tries":
		w.tries, _ = strconv.Atoi(value)
	case "--output-document":
		w.output = value
	case "--quiet":
		w.quiet = true
	case "--no-verbose":
		w.terse = true
	case "--server-response":
		w.headers = true
	case "--spider":
		w.spider = true
	case "--no-check-certificate":
		w.insecure = true
	case "--content-on-error":
		w.errorBody = true
	case "--header":
		if n, v, ok := strings.Cut(value, ":"); ok && strings.EqualFold(n, "Host") {
			w.host = strings.TrimSpace(v)
		}
	case "--post-data":
		w.method = "POST"
	case "--method":
		w.method = value
	case "--user-agent", "--read-timeout", "--dns-timeout", "--wait", "--waitretry", "--verbose", "--no-cache", "--continue", "--no-proxy", "--inet4-only":
	default:
		return false
	}
	return true
}

func parseSeconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 1e6 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// say prints what -q and -nv keep back.
func (w *wgetRun) say(format string, a ...any) {
	if !w.quiet && !w.terse {
		w.errorf(format, a...)
	}
}

// note prints what -q alone keeps back.
func (w *wgetRun) note(format string, a ...any) {
	if !w.quiet {
		w.errorf(format, a...)
	}
}

func (w *wgetRun) stamp() string { return w.clock.now().UTC().Format("2006-01-02 15:04:05") }

func (w *wgetRun) get(text string) int {
	u, bad := parseTarget(text)
	if bad != nil || u.scheme != "http" && u.scheme != "https" {
		scheme, _, ok := strings.Cut(text, "://")
		switch {
		case !ok:
			w.note("http://%s: Bad port number.\n", text)
		case scheme == "http" || scheme == "https":
			w.note("%s: Bad port number.\n", text)
		default:
			w.note("%s: Unsupported scheme ‘%s’.\n", text, scheme)
		}
		return 1
	}
	if w.spider {
		w.say("Spider mode enabled. Check if remote file exists.\n")
	}
	for try := 1; ; try++ {
		if try == 1 {
			w.say("--%s--  %s\n", w.stamp(), u)
		} else {
			w.say("--%s--  (try:%2d)  %s\n", w.stamp(), try, u)
		}
		c, code := w.connect(u, try == 1)
		if code == 0 {
			return w.exchange(u, c)
		}
		if code != retryLater {
			return code
		}
		if w.tries > 0 && try >= w.tries {
			w.say("Giving up.\n\n")
			return wgetNetwork
		}
		w.say("Retrying.\n\n")
		if !w.wait(time.Duration(min(try, 10)) * time.Second) {
			return wgetNetwork
		}
	}
}

// retryLater is not an exit code: the connection timed out.
const retryLater = -1

func (w *wgetRun) connect(u target, resolve bool) (conn, int) {
	_, literal := netip.ParseAddr(u.host)
	isName := literal != nil
	if isName && resolve {
		w.say("Resolving %s (%s)... ", u.host, u.host)
	}
	h, err := w.lookupHost(u.host)
	if err != nil {
		w.say("failed: %v.\n", err)
		w.note("wget: unable to resolve host address ‘%s’\n", u.host)
		return conn{}, wgetNetwork
	}
	if isName && resolve {
		var texts []string
		for _, ip := range h.Addresses {
			texts = append(texts, ip.String())
		}
		w.say("%s\n", strings.Join(texts, ", "))
	}
	code := wgetNetwork
	for _, ip := range h.Addresses {
		if isName {
			w.say("Connecting to %s (%s)|%s|:%d... ", u.host, u.host, ip, u.port)
		} else {
			w.say("Connecting to %s:%d... ", ip, u.port)
		}
		c := w.net.dial(netip.AddrPortFrom(ip, u.port), corev1.ProtocolTCP, request{method: w.method, host: w.hostOf(u), path: u.path})
		switch c.outcome {
		case dataplane.OK:
			w.wait(roundTrip)
			w.say("connected.\n")
			return c, 0
		case dataplane.Refused:
			w.note("failed: Connection refused.\n")
		default:
			limit := kernelConnect
			if w.timeout > 0 && w.timeout < limit {
				limit = w.timeout
			}
			if !w.wait(limit) {
				return c, wgetNetwork
			}
			w.note("failed: Connection timed out.\n")
			code = retryLater
		}
	}
	return conn{}, code
}

func (w *wgetRun) hostOf(u target) string { return nonEmpty(w.host, u.hostPort()) }

func (w *wgetRun) exchange(u target, c conn) int {
	if u.scheme == "https" {
		if c.speaks.kind != speaksTLS {
			w.note("GnuTLS: An unexpected TLS packet was received.\n")
			w.note("Unable to establish SSL connection.\n")
			return wgetNetwork
		}
		if !w.insecure && !accepts(*c.speaks.outside, u.host) {
			w.note("ERROR: no certificate subject alternative name matches\n\trequested host name ‘%s’.\nTo connect to %s insecurely, use `--no-check-certificate'.\n", u.host, u.host)
			return wgetTLS
		}
	}
	method := w.method
	if w.spider {
		method = "HEAD"
	}
	w.say("HTTP request sent, awaiting response... ")
	w.wait(roundTrip)
	if c.speaks.kind == speaksBanner {
		w.say("200 No headers, assuming HTTP/0.9\nLength: unspecified\n")
		return w.save(u, response{status: 200, body: c.speaks.banner()})
	}
	r := c.speaks.serve(w.call, request{method: method, host: w.hostOf(u), path: u.path})
	if w.headers {
		w.say("\n")
		w.errorf("  %s %d %s\n", r.proto, r.status, r.reason)
		for _, h := range r.headers {
			w.errorf("  %s: %s\n", h[0], h[1])
		}
	} else {
		w.say("%d %s\n", r.status, r.reason)
	}
	if r.status >= 400 {
		if w.spider {
			w.say("Remote file does not exist -- broken link!!!\n\n")
			return wgetServer
		}
		if w.errorBody {
			w.save(u, r)
		}
		if w.terse {
			w.note("%s:\n", u)
		}
		w.note("%s ERROR %d: %s.\n", w.stamp(), r.status, r.reason)
		w.say("\n")
		return wgetServer
	}
	kind, _, _ := strings.Cut(r.header("Content-Type"), ";")
	w.say("Length: %s [%s]\n", r.header("Content-Length"), kind)
	if w.spider {
		w.say("Remote file exists.\n\n")
		return 0
	}
	return w.save(u, r)
}

func (w *wgetRun) save(u target, r response) int {
	name := w.output
	if name == "" {
		if name = path.Base(u.path); name == "/" || name == "." {
			name = "index.html"
		}
	}
	shown, done := name, "‘"+name+"’ saved"
	if name == "-" {
		shown, done = "STDOUT", "written to stdout"
	}
	w.say("Saving to: ‘%s’\n\n%s", shown, w.bar(name, 0, len(r.body)))
	if name == "-" {
		w.printf("%s", r.body)
	} else if err := w.fs.write(w.path(name), []byte(r.body)); err != nil {
		w.note("%s: %s\n\nCannot write to ‘%s’ (%s).\n", name, reason(err), name, reason(err))
		return wgetFile
	}
	w.say("%s\n\n", w.bar(name, len(r.body), len(r.body)))
	if r.status < 400 {
		w.say("%s (5.00 MB/s) - %s [%d/%d]\n\n", w.stamp(), done, len(r.body), len(r.body))
		w.tersely(u, r, name)
	}
	return 0
}

// bar is the progress of a transfer: a bar on a terminal, or else dots.
func (w *wgetRun) bar(name string, have, all int) string {
	if !w.tty {
		if have < all {
			return "     0K "
		}
		return strings.Repeat(" ", 55) + "100% 5.00M=0s"
	}
	if have < all {
		return fmt.Sprintf("\r%-19.19s%4d%%[%20s] %7d  --.-KB/s               ", name, 0, "", 0)
	}
	return fmt.Sprintf("\r%-19.19s%4d%%[%s>] %7d  --.-KB/s    in 0s      ", name, 100, strings.Repeat("=", 19), have)
}

// tersely is the one line of -nv.
func (w *wgetRun) tersely(u target, r response, name string) {
	if w.terse && !w.quiet {
		w.errorf("%s URL:%s [%d/%d] -> \"%s\" [1]\n", w.stamp(), u, len(r.body), len(r.body), name)
	}
}
