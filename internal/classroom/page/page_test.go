package page_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os/exec"
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
	url, calls := serve(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--timeout=6000", "--dump-dom", url+"/board?token="+token).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dom := string(out)
	if !strings.Contains(dom, "&lt;img src=x") || strings.Contains(dom, "<img") {
		t.Errorf("the name is not shown as it is:\n%s", dom)
	}
	if strings.Contains(dom, ">1 here<") || calls.Load() < 2 {
		t.Errorf("no event changed the page (%d looks):\n%s", calls.Load(), dom)
	}
}
