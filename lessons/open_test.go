package lessons

import (
	"io/fs"
	"slices"
	"sync"
	"testing"

	"github.com/kubetutor/tutor/quiz"
)

// BenchmarkOpen finds out what is in the built-in lesson, as each start does.
func BenchmarkOpen(b *testing.B) { benchmark(b, open) }

// BenchmarkLoad reads all of it, as a pack of one's own is.
func BenchmarkLoad(b *testing.B) { benchmark(b, Load) }

func benchmark(b *testing.B, read func(fs.FS) (*Pack, error)) {
	pack, err := fs.Sub(builtin, "service-types")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(pack); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOpenIsSmall: a tenth of the lesson is read at the start, which would soon
// be all of it again.
func TestOpenIsSmall(t *testing.T) {
	pack, err := fs.Sub(builtin, "service-types")
	if err != nil {
		t.Fatal(err)
	}
	part := testing.AllocsPerRun(1, func() { _, err = open(pack) })
	whole := testing.AllocsPerRun(1, func() { _, err = Load(pack) })
	if err != nil || part > whole/5 {
		t.Errorf("%.0f allocations to open, %.0f to read it all, error %v", part, whole, err)
	}
}

// TestReadOnce: a class shares what one learner has read.
func TestReadOnce(t *testing.T) {
	pack, err := fs.Sub(builtin, "service-types")
	if err != nil {
		t.Fatal(err)
	}
	p, err := open(pack)
	if err != nil {
		t.Fatal(err)
	}
	task, question := p.Scenarios[0].ID, p.QuestionIDs(quiz.Quiz)[0]
	tasks, questions := make([]*Scenario, 8), make([]*quiz.Question, 8)
	var learners sync.WaitGroup
	for i := range tasks {
		learners.Go(func() { tasks[i], questions[i] = p.Task(task), p.Question(question) })
	}
	learners.Wait()
	if tasks[0] == nil || len(slices.Compact(tasks)) != 1 || questions[0] == nil || len(slices.Compact(questions)) != 1 {
		t.Errorf("tasks %p, questions %p", tasks, questions)
	}
}
