package lessons

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/kubetutor/tutor/internal/yamlfile"
	"github.com/kubetutor/tutor/quiz"
)

// questionFile is a file of questions: what is in it, and those themselves.
type questionFile struct {
	entries []quiz.Entry
	read    func() ([]*quiz.Question, yamlfile.Problems)
}

// QuestionIDs are the ids of a set's questions, which are not read for it.
func (p *Pack) QuestionIDs(set quiz.Set) []string {
	return p.questionIDs(func(e quiz.Entry) bool { return e.Set == set })
}

// SectionQuestionIDs are the ids of a set's questions about a section.
func (p *Pack) SectionQuestionIDs(set quiz.Set, section string) []string {
	return p.questionIDs(func(e quiz.Entry) bool { return e.Set == set && e.Section == section })
}

func (p *Pack) questionIDs(wanted func(quiz.Entry) bool) []string {
	var ids []string
	for _, f := range p.questions {
		for _, e := range f.entries {
			if wanted(e) {
				ids = append(ids, e.ID)
			}
		}
	}
	return ids
}

// HasQuestion tells whether there is a question of that id, which is not read
// for it.
func (p *Pack) HasQuestion(id string) bool {
	return slices.ContainsFunc(p.questions, func(f questionFile) bool { return f.has(isQuestion(id)) })
}

// Question reads the question of that id, nil if there is none.
func (p *Pack) Question(id string) *quiz.Question {
	for _, q := range p.readQuestions(isQuestion(id)) {
		return q
	}
	return nil
}

// QuestionsOf reads the questions of a set, in the order of the lesson's parts.
func (p *Pack) QuestionsOf(set quiz.Set) []*quiz.Question {
	return p.readQuestions(func(e quiz.Entry) bool { return e.Set == set })
}

// Questions reads all questions, in the order of the lesson's parts.
func (p *Pack) Questions() []*quiz.Question {
	return p.readQuestions(func(quiz.Entry) bool { return true })
}

func isQuestion(id string) func(quiz.Entry) bool {
	return func(e quiz.Entry) bool { return e.ID == id }
}

// readQuestions reads the files in which wanted questions are.
func (p *Pack) readQuestions(wanted func(quiz.Entry) bool) []*quiz.Question {
	var list []*quiz.Question
	for _, f := range p.questions {
		if !f.has(wanted) {
			continue
		}
		questions, _ := f.read() // what is wrong was told by Load
		for _, q := range questions {
			if wanted(q.Entry()) {
				list = append(list, q)
			}
		}
	}
	place := make(map[string]int, len(p.Sections))
	for i, s := range p.Sections {
		place[s.ID] = i
	}
	slices.SortStableFunc(list, func(a, b *quiz.Question) int { return cmp.Compare(place[a.Section], place[b.Section]) })
	return list
}

func (f *questionFile) has(wanted func(quiz.Entry) bool) bool {
	return slices.ContainsFunc(f.entries, wanted)
}

// questions finds the questions of questions/*.yaml, and checks that what
// refers to one finds it.
func (l *loader) questions() {
	type place struct {
		file string
		line int
	}
	first := map[string]place{} // where each id stands
	for _, name := range l.list("questions") {
		if path.Ext(name) != ".yaml" {
			continue
		}
		file := path.Join("questions", name)
		text, ok := l.read(file)
		if !ok {
			continue
		}
		f := questionFile{read: sync.OnceValues(func() ([]*quiz.Question, yamlfile.Problems) { return l.pack.parse(file, text) })}
		if f.entries, ok = quiz.Index(text); !ok {
			list, _ := f.read()
			l.unread = l.unread || list == nil
			for _, q := range list {
				f.entries = append(f.entries, q.Entry())
			}
		}
		for _, e := range f.entries {
			at, twice := first[e.ID]
			if twice && at.file != file { // twice in a file is for the parser to tell
				l.problems.Add(file, e.Line, "question id %q is used in %s:%d already", e.ID, at.file, at.line)
			}
			first[e.ID] = place{file, e.Line}
		}
		l.pack.questions = append(l.pack.questions, f)
	}
	for _, s := range l.pack.Sections {
		for _, b := range s.Blocks() {
			id := strings.TrimSpace(b.Text)
			if _, there := first[id]; b.Info == "predict" && !there && !l.unread {
				l.problems.Add(path.Join("sections", s.ID+".md"), b.Line, "there is no question %q to predict with", id)
			}
		}
	}
}

// parse reads a file of questions and checks that each belongs to a section.
func (p *Pack) parse(file string, text []byte) ([]*quiz.Question, yamlfile.Problems) {
	list, err := quiz.Parse(file, text)
	var problems yamlfile.Problems
	errors.As(err, &problems)
	for _, q := range list {
		if p.Section(q.Section) == nil {
			problems.Add(file, q.Line, "question %q: there is no section %q", q.ID, q.Section)
		}
	}
	return list, problems
}
