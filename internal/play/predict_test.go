package play_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/quiz"
)

var update = flag.Bool("update", false, "write which predictions come true instead of comparing them")

func player(t *testing.T) (*play.Player, *lessons.Pack) {
	t.Helper()
	pack, err := lessons.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return play.New(pack, func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }), pack
}

// TestPredictions: of each predict question that option comes true which was
// meant to. The texts know it too (an explanation fits one answer alone), so a
// question whose outcome changes has to be read again.
func TestPredictions(t *testing.T) {
	p, pack := player(t)
	var got strings.Builder
	for _, q := range pack.Questions() {
		if q.Kind != quiz.Predict {
			continue
		}
		resolved, err := q.Resolve(context.Background(), p.Predict)
		if err != nil {
			t.Errorf("%s: %v", q.ID, err)
			continue
		}
		fmt.Fprintf(&got, "%s: %s\n", q.ID, resolved.RightAnswer())
	}
	const golden = "testdata/predictions.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("what comes true (-meant +found):\n%s", diff)
	}
}

func TestPredict(t *testing.T) {
	p, _ := player(t)
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: production}\nspec: {selector: {app: order-api}, ports: [{port: 80, targetPort: 3000}]}\n"
	for _, tt := range []struct {
		name string
		try  quiz.Try
		want string // the outcome, or a part of the error
	}{
		{"by name", quiz.Try{Apply: service, From: "pod:production/client", To: "web:80"}, quiz.OK},
		{"by a name that is not there", quiz.Try{From: "pod:production/client", To: "web:80"}, quiz.NoName},
		{"a name", quiz.Try{Apply: service, From: "pod:default/client", Name: "web.production"}, quiz.OK},
		{"shown", quiz.Try{Apply: service, Show: "production/web"}, quiz.OK},
		{"accepted", quiz.Try{Apply: service}, quiz.OK},
		{"rejected", quiz.Try{Apply: strings.Replace(service, "port: 80", "port: 0", 1)}, quiz.Rejected},
		{"no such client", quiz.Try{From: "pod:production/nobody", To: "10.96.0.10:53"}, "nobody"},
		{"no such world", quiz.Try{World: "nowhere", Name: "web", From: "pod:production/client"}, "nowhere"},
		{"no such Service", quiz.Try{Show: "production/web"}, "no Service production/web"},
		{"no balancer", quiz.Try{Apply: service, From: "external:home", To: "balancer/production/web:80"}, "no balancer was provided"},
		{"no port", quiz.Try{From: "external:home", To: "10.96.0.10"}, "HOST:PORT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.try.World == "" {
				tt.try.World = "lesson"
			}
			got, err := p.Predict(context.Background(), tt.try)
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) || got.Outcome != "" {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				return
			}
			if got.Outcome != tt.want {
				t.Errorf("outcome %+v, want %q", got, tt.want)
			}
		})
	}
}
