package page_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/page"
)

const token = "a-secret"

// serve shows a room with a rude name in it; calls counts how often it was
// looked at.
func serve(t *testing.T) (url string, calls *atomic.Int64) {
	calls = new(atomic.Int64)
	srv := httptest.NewServer(page.New(func(context.Context) (classroom.Board, error) {
		n := calls.Add(1)
		return classroom.Board{
			Title: "Services 101", Code: "plum-otter-42", Now: time.Unix(0, 0), Here: int(n),
			Rows: []classroom.Row{
				{Name: `<img src=x onerror=alert(1)>`, State: classroom.Stuck, Place: "postgres", Minutes: 9, Checks: 5, Cause: classroom.Count{ID: "port-wrong", N: 4}},
				{Name: "ada", State: classroom.Going},
			},
			Causes: []classroom.Count{{ID: "port-wrong", N: 4}},
		}, nil
	}, token))
	t.Cleanup(srv.Close)
	return srv.URL, calls
}

func get(t *testing.T, client *http.Client, url string) (int, string, http.Header) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func TestNothingWithoutTheToken(t *testing.T) {
	url, calls := serve(t)
	for _, path := range []string{"/board", "/board?token=", "/board?token=wrong", "/board/events", "/board/events?token=a-secre"} {
		if code, body, _ := get(t, http.DefaultClient, url+path); code != http.StatusForbidden || strings.Contains(body, "ada") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if calls.Load() > 0 {
		t.Error("the class was read for a stranger")
	}
}

func TestPageIsWholeAndEscaped(t *testing.T) {
	url, _ := serve(t)
	jar, _ := cookiejar.New(nil)
	code, body, head := get(t, &http.Client{Jar: jar}, url+"/board?token="+token)
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	for _, want := range []string{"&lt;img src=x onerror=alert(1)&gt;", "✗ stuck", "port-wrong ×4", "code plum-otter-42", "What the room meets most"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"<img", "http://", "https://", token} {
		if strings.Contains(body, not) {
			t.Errorf("the page has %q", not)
		}
	}
	if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
}

func TestReadOnly(t *testing.T) {
	url, _ := serve(t)
	resp, err := http.Post(url+"/board?token="+token, "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", resp.StatusCode)
	}
}

func TestEventsFollowTheRoom(t *testing.T) {
	url, _ := serve(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/board/events?token="+token, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for _, want := range []string{"1 here", "2 here"} {
		found := false
		for !found && lines.Scan() {
			found = strings.HasPrefix(lines.Text(), "data: ") && strings.Contains(lines.Text(), want)
		}
		if !found {
			t.Fatalf("no event says %q: %v", want, lines.Err())
		}
	}
}

// TestInABrowser has Chromium load the page and follow an event.
func TestInABrowser(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
		}
	}
	if browser == "" {
		t.Skip("there is no Chromium here")
	}
	url, _ := serve(t)
	tab := openTab(t, browser, url+"/board?token="+token)
	first := tab.until(" here")
	if !strings.Contains(first, "<img src=x onerror=alert(1)>") {
		t.Errorf("the name is not shown as it is:\n%s", first)
	}
	count := regexp.MustCompile(`\d+ here`).FindString(first)
	for end := time.Now().Add(20 * time.Second); regexp.MustCompile(`\d+ here`).FindString(tab.text()) == count; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no event changed the page:\n%s", tab.text())
		}
	}
	if n := tab.evaluate("String(document.images.length)"); n != "0" {
		t.Errorf("%s images were made of a name", n)
	}
}

// tab is a page in a browser that is spoken to by pipe: messages of JSON, each
// ended by a zero byte.
type tab struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	session string
	id      int
}

func openTab(t *testing.T, browser, url string) *tab {
	t.Helper()
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	b := &tab{t: t, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		b.call("Browser.close", nil)
		_ = cmd.Wait()
		cancel()
		in.Close()
		out.Close()
	})
	target := b.call("Target.createTarget", map[string]any{"url": url})["targetId"]
	b.session, _ = b.call("Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	return b
}

// call asks the browser for something and waits for its answer.
func (b *tab) call(method string, params map[string]any) map[string]any {
	b.t.Helper()
	b.id++
	ask := map[string]any{"id": b.id, "method": method}
	if params != nil {
		ask["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		ask["sessionId"] = b.session
	}
	msg, err := json.Marshal(ask)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(msg, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		line, err := b.out.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int            `json:"id"`
			Result map[string]any `json:"result"`
			Error  any            `json:"error"`
		}
		if err := json.Unmarshal(line[:len(line)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID == b.id {
			if answer.Error != nil {
				b.t.Fatalf("%s: %v", method, answer.Error)
			}
			return answer.Result
		}
	}
}

func (b *tab) evaluate(expression string) string {
	b.t.Helper()
	result, _ := b.call("Runtime.evaluate", map[string]any{"expression": expression})["result"].(map[string]any)
	s, _ := result["value"].(string)
	return s
}

func (b *tab) text() string { return b.evaluate("document.body ? document.body.innerText : ''") }

// until waits for a text on the page and returns all of it.
func (b *tab) until(text string) string {
	b.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if all := b.text(); strings.Contains(all, text) {
			return all
		}
		if time.Now().After(end) {
			b.t.Fatalf("the page does not show %q but %s", text, b.text())
		}
	}
}
