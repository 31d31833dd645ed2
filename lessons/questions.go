package lessons

import (
	"errors"
	"path"
	"strings"

	"github.com/kubetutor/tutor/internal/yamlfile"
	"github.com/kubetutor/tutor/quiz"
)

// Question returns the question of that id, nil if there is none.
func (p *Pack) Question(id string) *quiz.Question {
	for _, q := range p.Questions {
		if q.ID == id {
			return q
		}
	}
	return nil
}

// QuestionsOf are the questions of a set, in the order of the lesson's parts.
func (p *Pack) QuestionsOf(set quiz.Set) []*quiz.Question {
	var list []*quiz.Question
	for _, q := range p.Questions {
		if q.Set == set {
			list = append(list, q)
		}
	}
	return list
}

// questions reads questions/*.yaml into the order of the lesson's parts, and
// checks that what refers to a section or a question finds it.
func (l *loader) questions() {
	byID := map[string]*quiz.Question{}
	for _, name := range l.list("questions") {
		if path.Ext(name) != ".yaml" {
			continue
		}
		file := path.Join("questions", name)
		text, ok := l.read(file)
		if !ok {
			continue
		}
		list, err := quiz.Parse(file, text)
		var wrong yamlfile.Problems
		if errors.As(err, &wrong) {
			l.problems = append(l.problems, wrong...)
			l.unread["questions"] = true
		}
		for _, q := range list {
			if first := byID[q.ID]; first != nil {
				l.problems.Add(file, q.Line, "question id %q is used in %s:%d already", q.ID, first.File, first.Line)
			}
			byID[q.ID] = q
			if l.pack.Section(q.Section) == nil {
				l.problems.Add(file, q.Line, "question %q: there is no section %q", q.ID, q.Section)
			}
		}
		l.pack.Questions = append(l.pack.Questions, list...)
	}
	for _, s := range l.pack.Sections {
		for _, b := range s.Blocks() {
			if id := strings.TrimSpace(b.Text); b.Info == "predict" && byID[id] == nil && !l.unread["questions"] {
				l.problems.Add(path.Join("sections", s.ID+".md"), b.Line, "there is no question %q to predict with", id)
			}
		}
	}
}
