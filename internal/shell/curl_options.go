package shell

import (
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// curlOptions is a call's command line.
type curlOptions struct {
	urls           []string
	outputs        []string
	headers        []string
	data           *string
	request        string // -X
	agent          string
	user           string
	writeOut       string
	resolves       []string
	connectTo      []string
	connectTimeout time.Duration
	maxTime        time.Duration
	retries        int
	delay          time.Duration
	retryRefused   bool
	retryAll       bool
	head           bool
	get            bool
	include        bool
	verbose        bool
	silent         bool
	showError      bool
	fail           bool
	failEarly      bool
	insecure       bool
	location       bool
	http09         bool
	noProgress     bool
	plainHeaders   bool
	only4, only6   bool
	globOff        bool
	http10         bool
	compressed     bool
	remoteName     bool // -O
	bearer         string
	referer        string
	cookie         string // NAME=VALUE
	span           string // -r
	withBody       bool   // --fail-with-body
	dump           string // -D
}

func (o *curlOptions) method() string {
	switch {
	case o.request != "":
		return o.request
	case o.head:
		return "HEAD"
	case o.data != nil && !o.get:
		return "POST"
	}
	return "GET"
}

// hostHeader is what the Host header says: -H wins, else the URL's host, with
// its port if that is not the scheme's own.
func (o *curlOptions) hostHeader(u target) string {
	for _, h := range slices.Backward(o.headers) {
		if name, value, ok := strings.Cut(h, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "Host") {
			return strings.TrimSpace(value)
		}
	}
	return u.hostPort()
}

func (o *curlOptions) limit() time.Duration {
	if o.maxTime > 0 && (o.connectTimeout == 0 || o.maxTime < o.connectTimeout) {
		return o.maxTime
	}
	return o.connectTimeout
}

func (o *curlOptions) family(addrs []netip.Addr) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(addrs), func(ip netip.Addr) bool { return o.only4 && ip.Is6() || o.only6 && ip.Is4() })
}

// resolved is an address that --resolve gives for a host and port.
func (o *curlOptions) resolved(host string, port uint16) (netip.Addr, bool) {
	for _, r := range o.resolves {
		parts := strings.SplitN(strings.TrimPrefix(r, "+"), ":", 3)
		if len(parts) == 3 && (parts[0] == "*" || strings.EqualFold(parts[0], host)) && parts[1] == strconv.Itoa(int(port)) {
			first, _, _ := strings.Cut(parts[2], ",")
			if ip, err := netip.ParseAddr(strings.Trim(first, "[]")); err == nil {
				return ip, true
			}
		}
	}
	return netip.Addr{}, false
}

// redirected is where --connect-to sends a connection.
func (o *curlOptions) redirected(host string, port uint16) (string, uint16) {
	for _, r := range o.connectTo {
		p := strings.Split(r, ":")
		if len(p) != 4 || p[0] != "" && !strings.EqualFold(p[0], host) || p[1] != "" && p[1] != strconv.Itoa(int(port)) {
			continue
		}
		if p[2] != "" {
			host = p[2]
		}
		if n, err := strconv.ParseUint(p[3], 10, 16); err == nil {
			port = uint16(n)
		}
		break
	}
	return host, port
}

// retriable is why a transfer is worth another try, in curl's words, "" if it
// is not.
func (o *curlOptions) retriable(t *transfer) string {
	switch code := t.err; {
	case code == nil && !slices.Contains([]int{408, 429, 500, 502, 503, 504}, t.response.status):
		return ""
	case code == nil:
		return ": HTTP error"
	case code.code == 28 || code.code == 6:
		return ": timeout"
	case code.code == 7 && o.retryRefused:
		return ": connection refused"
	case o.retryAll:
		return "(retrying all errors)"
	}
	return ""
}

// retryDelay doubles from a second unless --retry-delay says how long.
func (o *curlOptions) retryDelay(try int) time.Duration {
	if o.delay > 0 {
		return o.delay
	}
	return time.Second << min(try, 9)
}

// target is a URL taken apart.
type target struct {
	scheme, host, path string
	user               string // USER:PASSWORD
	port               uint16
}

var schemePorts = map[string]uint16{"http": 80, "https": 443, "ftp": 21, "telnet": 23, "file": 0}

// parseTarget reads a URL as curl does: http is added, a missing path is /.
func parseTarget(text string) (target, *curlError) {
	bad := curlFail(3, "URL using bad/illegal format or missing URL")
	full := text
	if !strings.Contains(text, "://") {
		full = "http://" + text
	}
	u, err := url.Parse(full)
	if err != nil || strings.Contains(text, " ") || u.Hostname() == "" && u.Scheme != "file" {
		return target{}, bad
	}
	t := target{scheme: strings.ToLower(u.Scheme), host: u.Hostname(), path: pathOf(full), user: u.User.String()}
	port, known := schemePorts[t.scheme]
	if !known {
		return target{}, curlFail(1, "Protocol \"%s\" not supported or disabled in libcurl", t.scheme)
	}
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return target{}, bad
		}
		port = uint16(n)
	}
	t.port = port
	return t, nil
}

// pathOf is a URL's path and query as they are written.
func pathOf(full string) string {
	_, rest, _ := strings.Cut(full, "://")
	rest, _, _ = strings.Cut(rest, "#")
	i := strings.IndexAny(rest, "/?")
	switch {
	case i < 0:
		return "/"
	case rest[i] == '?':
		return "/" + rest[i:]
	}
	return rest[i:]
}

func (t target) hostPort() string {
	host := t.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if t.port == schemePorts[t.scheme] {
		return host
	}
	return fmt.Sprintf("%s:%d", host, t.port)
}

func (t target) String() string { return t.scheme + "://" + t.hostPort() + t.path }

const curlTry = "curl: try 'curl --help' or 'curl --manual' for more information\n"

// parseCurl reads the command line; nil means that the call has ended with the
// exit code.
func parseCurl(c *call) (*curlOptions, int) {
	o := &curlOptions{agent: "curl/" + curlVersion}
	for i := 0; i < len(c.args); i++ {
		arg := c.args[i]
		switch {
		case strings.HasPrefix(arg, "--") && len(arg) > 2:
			opt, ok := curlLong(arg[2:])
			if !ok {
				c.errorf("curl: option %s: is unknown\n%s", arg, curlTry)
				return nil, 2
			}
			value := ""
			if opt.value != nil {
				if i++; i >= len(c.args) {
					c.errorf("curl: option %s: requires parameter\n%s", arg, curlTry)
					return nil, 2
				}
				value = c.args[i]
			}
			if code := opt.apply(c, o, arg, value, !strings.HasPrefix(arg, "--no-")); code >= 0 {
				return nil, code
			}
		case strings.HasPrefix(arg, "-") && len(arg) > 1 && arg != "--":
			for j := 1; j < len(arg); j++ {
				opt, ok := curlShort(arg[j])
				if !ok {
					c.errorf("curl: option %s: is unknown\n%s", arg, curlTry)
					return nil, 2
				}
				value := ""
				if opt.value != nil {
					if value = arg[j+1:]; value == "" {
						if i++; i >= len(c.args) {
							c.errorf("curl: option %s: requires parameter\n%s", arg, curlTry)
							return nil, 2
						}
						value = c.args[i]
					}
					j = len(arg)
				}
				if code := opt.apply(c, o, "-"+string(opt.short), value, true); code >= 0 {
					return nil, code
				}
			}
		case arg == "--":
		case arg == "-":
			c.errorf("curl: option -: is unknown\n%s", curlTry)
			return nil, 2
		default:
			o.urls = append(o.urls, arg)
		}
	}
	if len(o.urls) == 0 {
		if len(c.args) == 0 {
			c.errorf("curl: try 'curl --help' or 'curl --manual' for more information\n")
		} else {
			c.errorf("curl: no URL specified!\n%s", curlTry)
		}
		return nil, 2
	}
	if o.get && o.data != nil {
		for i, u := range o.urls {
			sep := "?"
			if strings.Contains(u, "?") {
				sep = "&"
			}
			o.urls[i] = u + sep + *o.data
		}
		o.data = nil
	}
	return o, 0
}

// curlOption is one option: with flag it is a switch, with value it takes one;
// with neither it changes nothing that is shown here.
type curlOption struct {
	short byte
	long  string
	flag  func(o *curlOptions, on bool)
	value func(o *curlOptions, v string) error
}

// apply returns the exit code that ends the call, or -1.
func (opt curlOption) apply(c *call, o *curlOptions, typed, value string, on bool) int {
	switch {
	case opt.long == "help":
		c.printf("Usage: curl [options...] <url>\n")
		for _, each := range curlTable() {
			c.printf(" -%c, --%s\n", orBlank(each.short), each.long)
		}
		return 0
	case opt.long == "version":
		c.printf("curl %s (x86_64-pc-linux-gnu) libcurl/%s\nProtocols: ftp http https telnet\n", curlVersion, curlVersion)
		return 0
	case opt.value != nil:
		if strings.HasPrefix(opt.long, "data") {
			value = c.dataFrom(opt.long, value)
		}
		if err := opt.value(o, value); err != nil {
			c.errorf("curl: option %s: %v\n%s", typed, err, curlTry)
			return 2
		}
	case opt.flag != nil:
		opt.flag(o, on)
	}
	return -1
}

func orBlank(b byte) byte {
	if b == 0 {
		return ' '
	}
	return b
}

// dataFrom reads @FILE and @- of -d.
func (c *call) dataFrom(option, value string) string {
	name, isFile := strings.CutPrefix(value, "@")
	if !isFile || option == "data-raw" {
		return value
	}
	var b []byte
	if name == "-" {
		b, _ = io.ReadAll(io.LimitReader(c.in, maxFiles))
	} else {
		b, _ = c.fs.read(c.path(name))
	}
	if option == "data-binary" {
		return string(b)
	}
	return strings.NewReplacer("\n", "", "\r", "").Replace(string(b))
}

func curlShort(b byte) (curlOption, bool) {
	i := slices.IndexFunc(curlTable(), func(o curlOption) bool { return o.short == b })
	if i < 0 {
		return curlOption{}, false
	}
	return curlTable()[i], true
}

// curlLong finds a long option, also cut short where that names one alone, and
// its --no- form.
func curlLong(name string) (curlOption, bool) {
	var found []curlOption
	for _, o := range curlTable() {
		if o.long == name {
			return o, true
		}
		if strings.HasPrefix(o.long, name) {
			found = append(found, o)
		}
	}
	if rest, ok := strings.CutPrefix(name, "no-"); ok && len(found) == 0 {
		if o, ok := curlLong(rest); ok && o.flag != nil {
			return o, true
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return curlOption{}, false
}
