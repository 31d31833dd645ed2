package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/progress"
)

// eachDatabase runs a test on SQLite, and on PostgreSQL where
// TUTOR_TEST_POSTGRES holds the URL of a server on which databases may be made.
func eachDatabase(t *testing.T, test func(t *testing.T, open func() *store.Store)) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "class.db")
		test(t, func() *store.Store { return openAt(t, "sqlite:"+path) })
	})
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv("TUTOR_TEST_POSTGRES")
		if server == "" {
			t.Skip("TUTOR_TEST_POSTGRES is not set")
		}
		where := newSchema(t, server)
		test(t, func() *store.Store { return openAt(t, where) })
	})
}

func openAt(t *testing.T, where string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), where, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// newSchema is the server's URL with a schema of the test's own.
func newSchema(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("test_%d", time.Now().UnixNano())
	createSchema(t, server, schema)
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func join(t *testing.T, s *store.Store, name, key string) store.Learner {
	t.Helper()
	l, err := s.Join(context.Background(), store.Identity{Name: name, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestJoin(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		kim := join(t, s, "kim", "SHA256:a")
		if again := join(t, s, "kim-renamed", "SHA256:a"); again.ID != kim.ID || again.Name != "kim" {
			t.Errorf("the same key became %+v", again)
		}
		for _, who := range []store.Identity{{Name: "Kim", Key: "SHA256:b"}, {Name: "kim"}} {
			if _, err := s.Join(context.Background(), who); !errors.Is(err, store.ErrNameTaken) {
				t.Errorf("%+v joined: %v", who, err)
			}
		}
		ada := join(t, s, "ada", "")
		if again := join(t, s, "ada", ""); again.ID != ada.ID {
			t.Errorf("the same name became %+v", again)
		}
		all, err := s.Learners(context.Background())
		if err != nil || len(all) != 2 || all[0].Name != "ada" {
			t.Errorf("learners = %+v, %v", all, err)
		}
	})
}

func TestNames(t *testing.T) {
	for name, want := range map[string]error{
		"kim": nil, "Zoë": nil, "a.b-c_1": nil, "李雷": nil,
		"": store.ErrNoName, "a b": store.ErrNoName, "a\x1b[31m": store.ErrNoName, "<b>": store.ErrNoName,
		"a\nb": store.ErrNoName, "\u202Eevil": store.ErrNoName, strings.Repeat("x", 33): store.ErrNoName,
	} {
		if got := store.CheckName(name); !errors.Is(got, want) {
			t.Errorf("CheckName(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestProgressIsEachLearnersOwn(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		s, ctx := open(), context.Background()
		kim, ada := join(t, s, "kim", "k"), join(t, s, "ada", "a")
		_, err := s.Progress(kim.ID).Update(ctx, func(p *progress.Progress) error {
			p.Task("postgres").Save(progress.Draft{Text: "kind: Service"})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Progress(ada.ID).Load(ctx)
		if err != nil || len(p.Tasks) != 0 {
			t.Errorf("ada sees %+v, %v", p.Tasks, err)
		}
		refused := errors.New("no")
		_, err = s.Progress(kim.ID).Update(ctx, func(p *progress.Progress) error {
			p.Task("postgres").Hints = 3
			return refused
		})
		if !errors.Is(err, refused) {
			t.Errorf("a refused change: %v", err)
		}
		p, err = open().Progress(kim.ID).Load(ctx)
		if err != nil || p.Task("postgres").Draft.Text != "kind: Service" || p.Task("postgres").Hints != 0 {
			t.Errorf("kim's task = %+v, %v", p.Task("postgres"), err)
		}
	})
}

func TestUpdatesAtOnceLoseNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		servers := []*store.Store{open(), open()}
		kim := join(t, servers[0], "kim", "k")
		const writers, each = 8, 10
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for range each {
					_, err := servers[w%2].Progress(kim.ID).Update(context.Background(), func(p *progress.Progress) error {
						p.Task("a").Hints++
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		p, err := servers[1].Progress(kim.ID).Load(context.Background())
		if err != nil || p.Task("a").Hints != writers*each {
			t.Errorf("%d of %d updates were kept, %v", p.Task("a").Hints, writers*each, err)
		}
	})
}

func TestAttemptsAreListedOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		s, ctx := open(), context.Background()
		kim := join(t, s, "kim", "k")
		at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		for i := range 3 {
			_, err := s.Progress(kim.ID).Update(ctx, func(p *progress.Progress) error {
				task := p.Task("redis-cache")
				task.Attempts = append(task.Attempts, progress.Attempt{
					At: at.Add(time.Duration(i) * time.Minute), Passed: i == 2, Diagnoses: []string{"wrong-name", "port-wrong"},
				})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Attempts(ctx, at.Add(time.Minute))
		if err != nil || len(got) != 2 || !got[1].Passed || len(got[0].Diagnoses) != 2 {
			t.Errorf("attempts = %+v, %v", got, err)
		}
	})
}

func TestWhereALearnerIs(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "class.db"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	kim := join(t, s, "kim", "k")
	came := now
	for _, place := range []string{"task:postgres", "task:postgres"} {
		if err := s.At(context.Background(), kim.ID, place); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	all, err := s.Learners(context.Background())
	if err != nil || !all[0].Since.Equal(came) || !all[0].Seen.Equal(came.Add(time.Minute)) {
		t.Errorf("learner = %+v, %v", all[0], err)
	}
}

func TestClassSettings(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		s, ctx := open(), context.Background()
		if c, err := s.Class(ctx); err != nil || c.Code != "" {
			t.Errorf("a new class = %+v, %v", c, err)
		}
		if _, err := s.UpdateClass(ctx, func(c *store.Class) { c.Code, c.HoldHints = "plum-42", true }); err != nil {
			t.Fatal(err)
		}
		if c, err := open().Class(ctx); err != nil || c.Code != "plum-42" || !c.HoldHints {
			t.Errorf("class = %+v, %v", c, err)
		}
	})
}

func TestBackupAndRestore(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func() *store.Store) {
		s, ctx := open(), context.Background()
		kim := join(t, s, "kim", "k")
		_, err := s.Progress(kim.ID).Update(ctx, func(p *progress.Progress) error {
			p.Task("a").Attempts = []progress.Attempt{{At: time.Unix(1700000000, 0), Diagnoses: []string{"wrong-name"}}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetCluster(ctx, kim.ID, []byte(`{"objects":[]}`)); err != nil {
			t.Fatal(err)
		}
		var backup bytes.Buffer
		if err := s.Backup(ctx, &backup); err != nil {
			t.Fatal(err)
		}
		if err := s.Restore(ctx, bytes.NewReader(backup.Bytes())); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("restored over a class: %v", err)
		}

		other := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "other.db"))
		if err := other.Restore(ctx, bytes.NewReader(backup.Bytes()[:backup.Len()-10])); err == nil {
			t.Error("half a backup was restored")
		}
		if err := other.Restore(ctx, &backup); err != nil {
			t.Fatal(err)
		}
		attempts, err := other.Attempts(ctx, time.Time{})
		if err != nil || len(attempts) != 1 || attempts[0].Task != "a" {
			t.Errorf("restored attempts = %+v, %v", attempts, err)
		}
		if c, err := other.Cluster(ctx, kim.ID); err != nil || string(c) != `{"objects":[]}` {
			t.Errorf("restored cluster = %q, %v", c, err)
		}
	})
}

func TestOpenErrors(t *testing.T) {
	for where, want := range map[string]string{
		"mysql://kim:secret@host/db": "postgres:// URL, not in \"mysql://kim@host/db\"",
		"sqlite:/nowhere/at/all.db":  "open sqlite:/nowhere/at/all.db",
	} {
		_, err := store.Open(context.Background(), where, time.Now)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) = %v, want it to say %q", where, err, want)
		}
	}
}

// TestTheFileIsItsOwnersAlone: the join code and everybody's work are in it.
func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "class.db")
	openAt(t, "sqlite:"+path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
