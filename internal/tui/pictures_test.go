package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui/screentest"
)

var pictures = flag.String("pictures", "", "the folder to write the README's pictures to")

// TestPictures makes the pictures of the README from the program itself:
//
//	go test ./internal/tui -run TestPictures -pictures ../../docs/pictures
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder for pictures")
	}
	const task = "order-api-nodeport"
	t.Run("home", func(t *testing.T) {
		term := photographed(t, 96, 27, func(p *progress.Progress) {
			for _, s := range []string{"three-types", "clusterip"} {
				p.Section(s).Done = true
			}
			for _, id := range []string{"pricing-engine", "redis-cache", "no-endpoints", "wrong-target-port"} {
				p.Task(id).Passed = noon()
			}
		})
		term.Wait("2 of 4")
		save(t, term, "home")
	})
	t.Run("check", func(t *testing.T) {
		term := photographed(t, 120, 32, func(p *progress.Progress) {
			p.Place = progress.Place{Screen: placeTask, ID: task, Pane: "brief"}
			p.Task(task).Prediction = "seen"
		})
		term.Wait("F5 check")
		term.Key("f5")
		term.Wait("because")
		save(t, term, "check")
	})
	t.Run("map", func(t *testing.T) {
		term := photographed(t, 120, 24, func(p *progress.Progress) {
			p.Place = progress.Place{Screen: placeTask, ID: task, Pane: "map"}
			p.Task(task).Draft = progress.Draft{Text: nodePort, Rev: 1}
		})
		term.Wait("apply")
		term.Key("f7")
		term.Wait("created")
		for _, k := range []string{"f6", "tab", "f6", "space", "space", "space", "space"} {
			term.Key(k)
		}
		term.Wait("hop 4 of")
		save(t, term, "map")
	})
}

// nodePort is a manifest that works, and hides who connects.
const nodePort = `apiVersion: v1
kind: Service
metadata:
  name: order-api-svc
  namespace: production
spec:
  type: NodePort
  selector:
    app: order-api
  ports:
  - name: http
    port: 80
    targetPort: 3000
    nodePort: 30080
`

// photographed is the app on the whole lesson, for somebody who has come some
// way.
func photographed(t *testing.T, width, height int, done func(*progress.Progress)) *screentest.Terminal {
	t.Helper()
	o := options(t.TempDir())
	o.Load = builtIn
	_, err := o.Store.Update(context.Background(), func(p *progress.Progress) error {
		done(p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	app := New(context.Background(), o)
	t.Cleanup(func() { _ = app.Close() })
	return screentest.Open(t, width, height, screentest.Dark, app)
}

func save(t *testing.T, term *screentest.Terminal, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*pictures, name+".svg"), []byte(term.SVG()), 0o644); err != nil {
		t.Fatal(err)
	}
}
