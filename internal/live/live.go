// Package live is the cluster that runs while a learner works on a task: its
// time follows the wall clock, and what is typed into its [Terminal] stays
// until the task is left or started again.
//
//	c, err := live.Open(grader, task, time.Now)
//	defer c.Close()
//	term := c.Terminal(client)
//	code := term.Run(ctx, "kubectl get svc -A | grep order", manifest, device)
package live

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// Cluster is a task's own cluster. It is safe for concurrent use.
type Cluster struct {
	grader  *grader.Grader
	task    *lessons.Scenario
	now     func() time.Time
	cluster *simulator.Cluster
	dir     string // holds the kubeconfig
	cache   *kubectl.Cache
	writes  atomic.Int64
	taken   atomic.Int64  // bytes of what was written
	loan    *sandbox.Loan // nil: nobody else sees the cluster
	stays   bool          // the sandbox holds the task, and what becomes of it
	// terminal is the device that kubectl was asked to give to what runs in a
	// pod; nil where it was not.
	terminal atomic.Pointer[Device]

	mu     sync.Mutex
	users  int
	keeper *keeper
}

// Open starts a task's cluster as the learner finds it.
func Open(g *grader.Grader, task *lessons.Scenario, now func() time.Time) (*Cluster, error) {
	rest, err := g.Cluster(task)
	if err != nil {
		return nil, err
	}
	defer rest.Close()
	c := &Cluster{grader: g, task: task, now: now, cache: kubectl.NewCache(), users: 1}
	if err := c.start(rest.Snapshot().Moved(rest.Now(), now())); err != nil {
		return nil, err
	}
	if err := c.makeConfig(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(w *world.World) error {
	inner, err := simulator.New(simulator.Options{World: w, Start: c.now(), Exec: c.exec})
	if err != nil {
		return fmt.Errorf("start the cluster of %s: %w", c.task.ID, err)
	}
	inner.Follow(c.now)
	c.cluster = inner
	return nil
}

func (c *Cluster) makeConfig() (err error) {
	if c.dir, err = os.MkdirTemp("", "tutor-live-"); err != nil {
		return fmt.Errorf("make a folder for kubectl: %w", err)
	}
	return kubectl.WriteConfig(c.config(), "https://task.tutor.invalid")
}

func (c *Cluster) config() string { return filepath.Join(c.dir, "kubeconfig") }

// Close lets go of the cluster. The last who does ends it and what runs in it.
func (c *Cluster) Close() {
	c.mu.Lock()
	c.users--
	last, keeper := c.users == 0, c.keeper
	c.mu.Unlock()
	if !last {
		return
	}
	if keeper != nil {
		keeper.end()
	}
	c.giveBack()
	c.cluster.Close()
	if c.dir != "" {
		_ = os.RemoveAll(c.dir) // a temporary folder
	}
}

// Network is the data plane as it is now.
func (c *Cluster) Network() *dataplane.Network { return c.cluster.Network() }

// Version grows with every change of the cluster, whoever made it.
func (c *Cluster) Version() int64 { return c.cluster.Version() }

// Changed is closed as soon as there is a later version.
func (c *Cluster) Changed(version int64) <-chan struct{} { return c.cluster.Changed(version) }

// Writes counts the changes that were asked for through the API, by kubectl
// that is, and were granted.
func (c *Cluster) Writes() int64 { return c.writes.Load() }

// Check grades the cluster as it stands, once it has come to rest. The cluster
// itself is left as it is.
func (c *Cluster) Check() (*grader.Verdict, error) {
	still, err := simulator.New(simulator.Options{World: c.cluster.Snapshot(), Start: c.cluster.Now()})
	if err != nil {
		return nil, fmt.Errorf("copy the cluster of %s: %w", c.task.ID, err)
	}
	defer still.Close()
	still.Settle()
	return c.grader.CheckCluster(c.task, still)
}

// ServeHTTP is the cluster's API. It counts what changes something.
func (c *Cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.URL.Query().Has("dryRun") {
		c.cluster.Handler().ServeHTTP(w, r)
		return
	}
	if c.taken.Load() > maxTaken && r.Method != http.MethodDelete {
		http.Error(w, "etcdserver: mvcc: database space exceeded", http.StatusInternalServerError)
		return
	}
	s := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	if r.Body != nil {
		r.Body = &meter{r.Body, &c.taken}
	}
	c.cluster.Handler().ServeHTTP(s, r)
	if s.status < http.StatusMultipleChoices {
		c.wrote()
	}
}

// maxTaken is how much may be written into a cluster, in bytes: what it holds
// is in memory, and in a class a few hundred of them are.
const maxTaken = 16 << 20

// meter counts what is read.
type meter struct {
	io.ReadCloser
	n *atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets streams take over the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
