package shell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// http sends the request and shows the answer.
func (t *transfer) http(c conn) *curlError {
	t.sendHead(c)
	if c.speaks.kind == speaksBanner || c.speaks.kind == speaksDNS {
		return t.noHTTP(c)
	}
	r := c.speaks.serve(t.call, t.request())
	if c.speaks.kind == speaksTLS && t.url.scheme != "https" {
		r = badRequest("Client sent an HTTP request to an HTTPS server.\n")
	}
	t.response, t.closed = r, t.o.http10 || r.header("Connection") == "close"
	t.wait(roundTrip)
	if t.o.verbose {
		if t.o.http10 {
			t.errorf("* HTTP 1.0, assume close after body\n")
		}
		t.errorf("< %s %d %s\n", r.proto, r.status, r.reason)
		for _, h := range r.headers {
			t.errorf("< %s: %s\n", h[0], h[1])
		}
		t.errorf("< \n")
	}
	if err := t.dumpHead(r); err != nil {
		return err
	}
	if t.o.include || t.o.head {
		t.showHead(r)
	}
	if t.o.fail && r.status >= 400 {
		return curlFail(22, "The requested URL returned error: %d", r.status)
	}
	t.size = len(r.body)
	if t.o.head {
		return nil
	}
	if err := t.write(r.body); err != nil || !t.o.withBody || r.status < 400 {
		return err
	}
	return curlFail(22, "The requested URL returned error: %d", r.status)
}

// dumpHead writes the headers where -D says.
func (t *transfer) dumpHead(r response) *curlError {
	head, _, _ := strings.Cut(rawResponse(r), "\r\n\r\n")
	head += "\r\n\r\n"
	switch t.o.dump {
	case "":
	case "-":
		t.printf("%s", head)
	default:
		if err := t.fs.write(t.path(t.o.dump), []byte(head)); err != nil {
			return curlFail(23, "Failed to open %s", t.o.dump)
		}
	}
	return nil
}

// request is what the server reads.
func (t *transfer) request() request {
	return request{method: t.o.method(), host: t.o.hostHeader(t.url), path: t.url.path, http10: t.o.http10}
}

// sendHead shows the request's lines under -v.
func (t *transfer) sendHead(c conn) {
	if !t.o.verbose {
		return
	}
	user := nonEmpty(t.o.user, t.url.user)
	auth := ""
	switch {
	case t.o.bearer != "":
		auth = "Bearer " + t.o.bearer
		t.errorf("* Server auth using Bearer with user ''\n")
	case user != "":
		name, _, _ := strings.Cut(user, ":")
		auth = "Basic " + basic(user)
		t.errorf("* Server auth using Basic with user '%s'\n", name)
	}
	version := "HTTP/1.1"
	if t.o.http10 {
		version = "HTTP/1.0"
	}
	t.errorf("> %s %s %s\n", t.o.method(), t.url.path, version)
	have := func(name string) bool {
		return slices.ContainsFunc(t.o.headers, func(h string) bool {
			n, _, _ := strings.Cut(h, ":")
			return strings.EqualFold(strings.TrimSpace(n), name)
		})
	}
	span, encoding := "", ""
	if t.o.span != "" {
		span = "bytes=" + t.o.span
	}
	if t.o.compressed {
		encoding = "deflate, gzip, br, zstd"
	}
	for _, h := range [][2]string{
		{"Host", t.o.hostHeader(t.url)}, {"Authorization", auth}, {"Range", span}, {"User-Agent", t.o.agent},
		{"Accept", "*/*"}, {"Accept-Encoding", encoding}, {"Referer", t.o.referer}, {"Cookie", t.o.cookie},
	} {
		if h[1] != "" && (h[0] == "Host" || !have(h[0])) {
			t.errorf("> %s: %s\n", h[0], h[1])
		}
	}
	for _, h := range t.o.headers {
		name, value, ok := strings.Cut(h, ":")
		if ok && !strings.EqualFold(name, "Host") && strings.TrimSpace(value) != "" {
			t.errorf("> %s\n", h)
		}
	}
	if t.o.data != nil {
		t.errorf("> Content-Length: %d\n", len(*t.o.data))
		if !have("Content-Type") {
			t.errorf("> Content-Type: application/x-www-form-urlencoded\n")
		}
	}
	t.errorf("> \n")
	if t.o.data != nil && len(*t.o.data) > 0 {
		if t.bodyHidden() {
			t.errorf("} [%d bytes data]\n", len(*t.o.data))
		}
	}
}

// noHTTP is a server that sends one line of its own and closes.
func (t *transfer) noHTTP(c conn) *curlError {
	if c.speaks.kind == speaksDNS {
		return curlFail(52, "Empty reply from server")
	}
	if !t.o.http09 {
		return curlFail(1, "Received HTTP/0.9 when not allowed")
	}
	t.size = len(c.speaks.banner())
	return t.write(c.speaks.banner())
}

// showHead prints the answer's headers, their names in bold on a terminal.
func (t *transfer) showHead(r response) {
	bold := t.tty && t.output == "" && !t.o.plainHeaders
	t.printf("%s %d %s\n", r.proto, r.status, r.reason)
	for _, h := range r.headers {
		if bold {
			t.printf("\x1b[1m%s\x1b[0m: %s\n", h[0], h[1])
		} else {
			t.printf("%s: %s\n", h[0], h[1])
		}
	}
	t.printf("\n")
}

// bodyHidden tells whether the body goes elsewhere than to the terminal, so
// that -v counts its bytes.
func (t *transfer) bodyHidden() bool { return t.output != "" || !t.tty }

// write puts a body where it belongs.
func (t *transfer) write(body string) *curlError {
	if t.o.verbose && t.bodyHidden() && body != "" {
		t.errorf("{ [%d bytes data]\n", len(body))
	}
	if t.output == "" || t.output == "-" {
		if !t.tty {
			t.progress(len(body))
		}
		t.printf("%s", body)
		return nil
	}
	t.progress(len(body))
	if err := t.fs.write(t.path(t.output), []byte(body)); err != nil {
		t.errorf("Warning: Failed to open the file %s: %s\n", t.output, reason(err))
		return curlFail(23, "Failure writing output to destination")
	}
	return nil
}

// progress is the table that curl shows while the body goes elsewhere.
func (t *transfer) progress(size int) {
	if t.o.silent || t.o.noProgress || t.o.writeOut != "" && t.output == "/dev/null" && t.o.silent {
		return
	}
	t.errorf("  %% Total    %% Received %% Xferd  Average Speed   Time    Time     Time  Current\n")
	t.errorf("                                 Dload  Upload   Total   Spent    Left  Speed\n")
	t.errorf("\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0")
	ms := max(1, t.clock.now().Sub(t.start).Milliseconds())
	speed := int64(size) * 1000 / ms
	t.errorf("\r100 %5d  100 %5d    0     0  %5d      0 --:--:-- --:--:-- --:--:-- %5d\n", size, size, speed, speed)
}

// expand fills in the variables of -w.
func (t *transfer) expand(format string, code int) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case strings.HasPrefix(format[i:], "%%"):
			b.WriteByte('%')
			i++
		case strings.HasPrefix(format[i:], "%{"):
			end := strings.IndexByte(format[i:], '}')
			if end < 0 {
				b.WriteString(format[i:])
				return b.String()
			}
			b.WriteString(t.variable(format[i+2:i+end], code))
			i += end
		case format[i] == '\\' && i+1 < len(format):
			i++
			switch format[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			default:
				b.WriteString(format[i-1 : i+1])
			}
		default:
			b.WriteByte(format[i])
		}
	}
	return b.String()
}

func (t *transfer) variable(name string, code int) string {
	seconds := func(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }
	total := t.clock.now().Sub(t.start)
	number := func(n int, ok bool) string {
		if !ok {
			n = 0
		}
		return strconv.Itoa(n)
	}
	switch name {
	case "http_code", "response_code":
		return fmt.Sprintf("%03d", t.response.status)
	case "http_connect":
		return "000"
	case "remote_ip":
		if t.remote.IsValid() {
			return t.remote.Addr().String()
		}
		return ""
	case "remote_port":
		return number(int(t.remote.Port()), t.remote.IsValid())
	case "local_ip":
		if t.local.IsValid() {
			return t.local.Addr().String()
		}
		return ""
	case "local_port":
		return number(int(t.local.Port()), t.local.IsValid())
	case "size_download":
		return strconv.Itoa(t.size)
	case "size_header", "size_request", "size_upload", "speed_upload", "ssl_verify_result", "proxy_ssl_verify_result":
		return "0"
	case "num_headers":
		return strconv.Itoa(len(t.response.headers))
	case "num_connects":
		return number(1, t.remote.IsValid())
	case "num_redirects":
		return strconv.Itoa(t.redirects)
	case "redirect_url":
		return t.next
	case "content_type":
		return t.response.header("Content-Type")
	case "time_total":
		return seconds(total.Seconds())
	case "time_namelookup":
		return seconds(t.resolved.Seconds())
	case "time_connect", "time_pretransfer":
		return seconds(t.connected.Seconds())
	case "time_starttransfer":
		return seconds(total.Seconds())
	case "time_appconnect", "time_redirect":
		return seconds(0)
	case "speed_download":
		return strconv.Itoa(int(float64(t.size) / max(total.Seconds(), 0.001)))
	case "url_effective":
		return t.effective
	case "url":
		return t.typed
	case "urlnum":
		return strconv.Itoa(t.number)
	case "method":
		return t.o.method()
	case "scheme":
		return strings.ToUpper(t.url.scheme)
	case "http_version":
		if t.response.status == 0 {
			return "0"
		}
		return "1.1"
	case "exitcode":
		return strconv.Itoa(code)
	case "errormsg":
		if t.err != nil {
			return t.err.text
		}
		return ""
	case "filename_effective":
		return t.output
	case "onerror", "stderr", "stdout":
		return ""
	}
	t.errorf("curl: unknown --write-out variable: '%s'\n", name)
	return ""
}
