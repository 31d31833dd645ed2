package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/server"
	"github.com/kubetutor/tutor/internal/classroom/store"
)

const title = "Services, in small"

func TestLearnerComesBackToTheSamePlace(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	key := newKey(t)
	term := c.terminal("kim", key)
	term.wait(title)
	term.press("\x1b[B\x1b[B\r")
	term.wait("next page")
	place := strings.TrimSpace(strings.SplitN(term.text(), "\n", 2)[0])
	time.Sleep(1500 * time.Millisecond) // the place is stored within two seconds
	term.close()

	again := c.terminal("somebody-else", key) // the key says who it is
	again.wait(place)
	learners, err := c.store.Learners(context.Background())
	if err != nil || len(learners) != 1 || learners[0].Name != "kim" {
		t.Errorf("learners %+v, %v", learners, err)
	}
}

func TestWindowChangesAreFollowed(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	term := c.terminal("kim", newKey(t))
	term.wait(title)
	term.screen.Resize(50, 10)
	if err := term.session.WindowChange(10, 50); err != nil {
		t.Fatal(err)
	}
	term.wait("This needs 60 columns by 15 lines.")
	term.screen.Resize(90, 25)
	if err := term.session.WindowChange(25, 90); err != nil {
		t.Fatal(err)
	}
	term.wait(title)
}

func TestJoinCode(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	term := c.terminal("ada", nil)
	term.wait("join code")
	term.press("plum-otter-43\r")
	term.wait("not the class's join code")
	term.press("Plum-Otter-42\r")
	term.wait(title)
}

func TestNoCodeNoEntry(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	term := c.terminal("ada", nil)
	term.wait("join code")
	term.press("\x1b")
	term.over()
	if n, err := c.store.Size(context.Background()); n != 0 || err != nil {
		t.Errorf("%d learners, %v", n, err)
	}
}

func TestManyWrongCodesAreSlowedAndRefused(t *testing.T) {
	c := open(t, server.Limits{WrongCodes: 3, CodePause: time.Hour}, nil)
	term := c.terminal("eve", nil)
	term.wait("join code")
	began := time.Now()
	for range 3 {
		term.press("guess\r")
		term.wait("not the class's join code")
		term.press("x")
		term.gone("not the class's join code")
		term.press("\x7f")
	}
	if took := time.Since(began); took < 750*time.Millisecond {
		t.Errorf("three wrong codes took %v: nothing slows them", took)
	}
	term.press("plum-otter-42\r") // even the right one waits now
	term.over()
	if !strings.Contains(term.text(), "too many wrong codes") {
		t.Errorf("the screen shows\n%s", term.text())
	}
	again := c.terminal("eve", nil)
	again.wait("join code")
	again.press("plum-otter-42\r")
	again.over()
	// Who has a key is not held up by it.
	c.terminal("kim", newKey(t)).wait(title)
}

func TestNames(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	c.terminal("kim", newKey(t)).wait(title)

	other := c.terminal("kim", newKey(t)) // another key
	other.wait("the name is taken")
	other.press("kim2\r")
	other.wait(title)

	rude := c.terminal("\x1b[2J<b>eve", newKey(t))
	rude.wait("a name has 1 to 32 letters")
	rude.press("<")
	rude.gone("a name has 1 to 32 letters") // typing takes the complaint away
	rude.press("script>\r")
	rude.wait("a name has 1 to 32 letters")
	rude.press("eve\r")
	rude.wait(title)

	nameOnly := c.terminal("kim", nil) // a key's name is not to be had with the code
	nameOnly.wait("join code")
	nameOnly.press("plum-otter-42\r")
	nameOnly.wait("the name is taken")
}

func TestClassIsFull(t *testing.T) {
	c := open(t, server.Limits{Learners: 1}, nil)
	key := newKey(t)
	first := c.terminal("kim", key)
	first.wait(title)
	second := c.terminal("ada", newKey(t))
	second.over()
	if !strings.Contains(second.text(), "the class is full") {
		t.Errorf("the screen shows\n%s", second.text())
	}
	c.terminal("kim", key).wait(title)
}

func TestTwoConnectionsOfOneLearner(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	key := newKey(t)
	one, two := c.terminal("kim", key), c.terminal("kim", key)
	one.wait(title)
	two.wait(title)
	openTask(one)
	openTask(two)
	one.press("# from one\r")
	two.press("# from two\r")
	one.wait("# from one")
	two.wait("# from two")
	time.Sleep(2 * time.Second)
	one.close()
	two.close()
	c.close()
	p, err := c.store.Progress("key:" + fingerprint(key)).Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, task := range p.Tasks {
		all += task.Draft.Text
		for _, k := range task.Kept {
			all += k.Text
		}
	}
	if !strings.Contains(all, "from one") || !strings.Contains(all, "from two") {
		t.Errorf("a text was lost: %q", all)
	}
}

// openTask goes to the scenario's editor.
func openTask(term *terminal) {
	term.t.Helper()
	term.press("/")
	term.wait("Practice questions")
	term.press("nginx")
	time.Sleep(100 * time.Millisecond)
	term.press("\r")
	term.wait("F5 check")
	term.press("e")
	term.wait("leave editor")
}

func TestShutdownTellsAndStores(t *testing.T) {
	c := open(t, server.Limits{}, nil)
	key := newKey(t)
	term := c.terminal("kim", key)
	term.wait(title)
	openTask(term)
	term.press("# typed at the last moment")
	term.wait("last moment")
	c.close()
	term.over()
	if !strings.Contains(term.text(), "The server has ended. What you did is stored") {
		t.Errorf("the screen shows\n%s", term.text())
	}
	p, err := c.store.Progress("key:" + fingerprint(key)).Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range p.Tasks {
		if strings.Contains(task.Draft.Text, "last moment") {
			return
		}
	}
	t.Errorf("what was typed is not stored: %+v", p.Tasks)
}

func TestTeacher(t *testing.T) {
	teacher, kim := newKey(t), newKey(t)
	c := open(t, server.Limits{}, func(c *classroom.Class) { c.Teachers = []string{fingerprint(teacher)} })
	learner := c.terminal("kim", kim)
	learner.wait(title)
	wall := c.terminal("boss", teacher)
	wall.wait("Services 101")
	wall.wait("1 here")
	wall.wait("kim")

	openTask(learner)
	learner.press("# look at this")
	learner.wait("# look at this")
	for range 3 {
		learner.press("\x1b[15~") // F5
		time.Sleep(100 * time.Millisecond)
		learner.press("\r") // a prediction, or nothing
		time.Sleep(100 * time.Millisecond)
	}
	wall.wait("stuck")
	wall.wait("type-too-narrow")
	time.Sleep(1500 * time.Millisecond)
	wall.press("\r")
	wall.wait("# look at this")
	wall.press("\x1b")
	wall.gone("# look at this")

	wall.press("m")
	wall.wait("One line for all")
	wall.press("Break until ten\r")
	learner.wait("Teacher: Break until ten")

	wall.press("h")
	wall.wait("Hints are held back")
	learner.press("\x0e") // ctrl+n
	learner.wait("holds the hints back")

	wall.press("o")
	wall.wait("open or close")
	wall.press("\r")
	wall.wait("closed")
	wall.press("\x1b")
	wall.gone("open or close")

	wall.press("t")
	wall.wait("Start a quiz")
	wall.wait("All sections, ")
	wall.press("\x1b[C") // the first section's
	wall.gone("All sections, ")
	wall.press("\r")
	wall.wait("end quiz")
	class, err := c.store.Class(context.Background())
	if err != nil || class.Quiz == nil || class.Quiz.Topic == "" {
		t.Errorf("the quiz is %+v, %v", class.Quiz, err)
	}
	wall.press("t")
	wall.wait("The quiz has ended")

	if learners, err := c.store.Learners(context.Background()); err != nil || len(learners) != 1 {
		t.Errorf("the teacher is among the learners: %+v, %v", learners, err)
	}
}

func TestLearnerSeesNoDashboard(t *testing.T) {
	c := open(t, server.Limits{}, func(c *classroom.Class) { c.Teachers = []string{fingerprint(newKey(t))} })
	term := c.terminal("kim", newKey(t))
	term.wait(title)
	if strings.Contains(term.text(), "here") && strings.Contains(term.text(), "message") {
		t.Errorf("the screen shows\n%s", term.text())
	}
	if _, ok, _ := c.store.Find(context.Background(), store.Identity{Name: "kim", Key: "SHA256:other"}); ok {
		t.Error("found by another key")
	}
}
