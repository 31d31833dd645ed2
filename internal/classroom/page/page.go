// Package page is the class's board as a web page for the projector: read
// only, live by server-sent events, whole in one document with no script or
// style from anywhere else.
//
//	http.Handle("/", page.New(board, token))
//
// Without the token nothing is shown. What learners made up, their names, is
// escaped by html/template and stripped of control characters before.
package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/kubetutor/tutor/internal/classroom"
)

// Board reads the class as it stands.
type Board func(context.Context) (classroom.Board, error)

//go:embed board.html
var source string

// pages are the whole page and the part of it that changes.
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("board").Funcs(template.FuncMap{
		"clock": func(t time.Time) string { return t.Local().Format("15:04") },
	}).Parse(source))
})

// every is how often the class is looked at while somebody watches.
const every = 2 * time.Second

// maxWatchers is how many pages may be open.
const maxWatchers = 20

type page struct {
	board    Board
	token    [32]byte
	watchers chan struct{}
}

// New answers /board and /board/events to who knows the token, given as the
// parameter token or in the cookie that the page sets.
func New(board Board, token string) http.Handler {
	p := &page{board: board, token: sha256.Sum256([]byte(token)), watchers: make(chan struct{}, maxWatchers)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /board", p.whole)
	mux.HandleFunc("GET /board/events", p.events)
	return mux
}

// cookie carries the token, so that it need not stay in the address line.
const cookie = "tutor-board"

// known tells whether a request knows the token.
func (p *page) known(r *http.Request) bool {
	given := r.URL.Query().Get("token")
	if c, err := r.Cookie(cookie); given == "" && err == nil {
		given = c.Value
	}
	sum := sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(sum[:], p.token[:]) == 1
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func (p *page) whole(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !p.known(r) {
		http.Error(w, "This page needs the token that tutor serve printed: /board?token=…", http.StatusForbidden)
		return
	}
	if token := r.URL.Query().Get("token"); token != "" {
		http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: "/board", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		http.Redirect(w, r, "/board", http.StatusSeeOther)
		return
	}
	b, err := p.board(r.Context())
	if err != nil {
		http.Error(w, "The class cannot be read now. Load the page again in a moment.", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pages().ExecuteTemplate(w, "board", b) // the browser may go away
}

// events sends the part that changes whenever it has changed.
func (p *page) events(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !p.known(r) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	select {
	case p.watchers <- struct{}{}:
		defer func() { <-p.watchers }()
	default:
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := ""
	for {
		b, err := p.board(r.Context())
		if err == nil {
			var part bytes.Buffer
			if pages().ExecuteTemplate(&part, "room", b) != nil {
				return
			}
			if now := part.String(); now != last {
				last = now
				send(w, now)
			} else {
				fmt.Fprint(w, ":\n\n") // finds out whether the browser is there
			}
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// send writes one event, a line at a time as the format wants it.
func send(w http.ResponseWriter, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "data: %s\n", strings.TrimRight(line, "\r\n"))
	}
	fmt.Fprint(w, "\n")
}
