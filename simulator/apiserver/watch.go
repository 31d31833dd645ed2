package apiserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// bookmarkEvery is how often a watch that wants them gets a bookmark.
const bookmarkEvery = time.Minute

// watcher is one watch that a client has open. Nothing waits for it: it reads
// the store's log at its own pace, and has expired if it falls behind.
type watcher struct {
	server   *Server
	request  *http.Request
	resource *Resource
	target   target
	sel      selector
	form     form
	flush    func()
	encoder  *json.Encoder
	version  int64
	columns  bool // the next table has columns
}

func (s *Server) serveWatch(w http.ResponseWriter, r *http.Request, t target) error {
	var o metav1.ListOptions
	if err := queryOptions(r.URL.Query(), &o); err != nil {
		return err
	}
	sel, err := parseSelector(t.resource, o)
	if err != nil {
		return err
	}
	f, err := negotiate(r, asTable, asMetadata)
	if err != nil {
		return err
	}
	f.yaml = false
	watch := &watcher{server: s, request: r, resource: t.resource, target: t, sel: sel, form: f, encoder: json.NewEncoder(w), columns: true}
	watch.flush = func() { http.NewResponseController(w).Flush() } //nolint:errcheck // a writer that cannot flush sends at the end
	initial, err := watch.begin(o)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(http.StatusOK)
	watch.flush()
	if watch.sendInitial(initial, o) == nil {
		watch.run(o)
	}
	return nil
}

// begin settles where the watch starts: after a version, or with the objects
// that there are.
func (w *watcher) begin(o metav1.ListOptions) ([]runtime.Object, error) {
	fromNow := o.ResourceVersion == "" || o.ResourceVersion == "0"
	if fromNow || o.SendInitialEvents != nil && *o.SendInitialEvents {
		items, version := w.server.store.List(w.resource.GroupResource(), w.target.namespace)
		w.version = version
		return items, nil
	}
	v, err := strconv.ParseInt(o.ResourceVersion, 10, 64)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("invalid resource version %q: %v", o.ResourceVersion, err))
	}
	w.version = min(v, w.server.store.Version())
	if _, _, err := w.server.store.Since(w.version); errors.Is(err, store.ErrExpired) {
		return nil, expired(err)
	}
	return nil, nil
}

func expired(err error) error {
	return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %v", err))
}

func (w *watcher) sendInitial(items []runtime.Object, o metav1.ListOptions) error {
	if o.SendInitialEvents != nil && !*o.SendInitialEvents {
		return nil
	}
	for _, obj := range items {
		if w.sel.matches(obj) {
			if err := w.send(string(store.Added), obj); err != nil {
				return err
			}
		}
	}
	if o.SendInitialEvents != nil && o.AllowWatchBookmarks {
		return w.bookmark(map[string]string{metav1.InitialEventsAnnotationKey: "true"})
	}
	return nil
}

// run sends changes until the client goes, its time is up or the server closes.
func (w *watcher) run(o metav1.ListOptions) {
	var end <-chan time.Time
	if o.TimeoutSeconds != nil && *o.TimeoutSeconds > 0 {
		timer := time.NewTimer(time.Duration(*o.TimeoutSeconds) * time.Second)
		defer timer.Stop()
		end = timer.C
	}
	ticker := time.NewTicker(bookmarkEvery)
	defer ticker.Stop()
	for {
		events, changed, err := w.server.store.Since(w.version)
		if err != nil {
			w.fail(expired(err))
			return
		}
		for _, e := range events {
			w.version = e.Version
			if w.change(e) != nil {
				return
			}
		}
		select {
		case <-changed:
		case <-ticker.C:
			if o.AllowWatchBookmarks && w.bookmark(nil) != nil {
				return
			}
		case <-end:
			return
		case <-w.request.Context().Done():
			return
		case <-w.server.closed:
			return
		}
	}
}

// change sends a change as the watch's selector sees it: an object that comes
// to match was added, one that no longer does was deleted.
func (w *watcher) change(e store.Event) error {
	if e.Key.Resource != w.resource.GroupResource() || w.target.namespace != "" && e.Key.Namespace != w.target.namespace {
		return nil
	}
	if w.target.name != "" && e.Key.Name != w.target.name {
		return nil
	}
	was := e.Old != nil && w.sel.matches(e.Old)
	is := e.Type != store.Deleted && w.sel.matches(e.Object)
	switch {
	case was && is:
		return w.send(string(store.Modified), e.Object)
	case is:
		return w.send(string(store.Added), e.Object)
	case was:
		gone := e.Old
		if e.Type == store.Deleted {
			gone = e.Object
		} else {
			gone = gone.DeepCopyObject()
			objectMeta(gone).SetResourceVersion(strconv.FormatInt(e.Version, 10))
		}
		return w.send(string(store.Deleted), gone)
	}
	return nil
}

// watchEvent is an event as it is sent.
type watchEvent struct {
	Type   string `json:"type"`
	Object any    `json:"object"`
}

func (w *watcher) send(kind string, obj runtime.Object) error {
	var value any
	if w.form.as == asTable {
		t, err := w.server.table(w.request, w.resource, []runtime.Object{obj}, w.columns)
		if err != nil {
			return err
		}
		w.columns = false
		value = t
	} else {
		v, err := w.server.shape(w.request, w.resource, w.form, obj)
		if err != nil {
			return err
		}
		value = v
	}
	return w.write(watchEvent{kind, value})
}

func (w *watcher) write(e watchEvent) error {
	if err := w.encoder.Encode(e); err != nil {
		return err
	}
	w.flush()
	return nil
}

// bookmark tells the client how far it is.
func (w *watcher) bookmark(annotations map[string]string) error {
	obj := w.resource.New()
	m := objectMeta(obj)
	m.SetResourceVersion(strconv.FormatInt(w.version, 10))
	m.SetAnnotations(annotations)
	if w.form.as == asTable {
		t, err := w.server.table(w.request, w.resource, []runtime.Object{obj}, false)
		if err != nil {
			return err
		}
		return w.write(watchEvent{"BOOKMARK", t})
	}
	return w.write(watchEvent{"BOOKMARK", withKind(obj, w.resource.GroupVersionKind())})
}

func (w *watcher) fail(err error) {
	w.write(watchEvent{"ERROR", statusOf(err)}) //nolint:errcheck // the client has gone
}
