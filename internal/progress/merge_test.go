package progress_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/progress"
)

func TestMerge(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 1, 12, minute, 0, 0, time.UTC) }
	mine, theirs := progress.New(), progress.New()
	mine.Task("postgres").Draft.Text = "mine"
	mine.Task("postgres").Attempts = []progress.Attempt{{At: at(5)}}
	theirs.Task("postgres").Draft.Text = "theirs"
	theirs.Task("postgres").Attempts = []progress.Attempt{{At: at(3), Diagnoses: []string{"port-wrong"}}, {At: at(9), Passed: true}}
	theirs.Task("postgres").Passed = at(9)
	theirs.Section("nodeport").Done = true
	theirs.Question("q").Answers = []progress.Answer{{At: at(1), Given: "2", Right: true}}

	mine.Merge(theirs)
	task := mine.Task("postgres")
	if task.Draft.Text != "mine" || len(task.Kept) != 1 || task.Kept[0].Text != "theirs" {
		t.Errorf("texts: %+v", task)
	}
	if len(task.Attempts) != 3 || !task.Attempts[0].At.Equal(at(3)) || !task.IsPassed() {
		t.Errorf("attempts: %+v", task)
	}
	if !mine.Section("nodeport").Done || len(mine.Question("q").Answers) != 1 {
		t.Errorf("%+v", mine)
	}
	once, _ := json.Marshal(mine)
	mine.Merge(theirs)
	if again, _ := json.Marshal(mine); string(again) != string(once) {
		t.Errorf("merged twice:\n%s\n%s", once, again)
	}
}
