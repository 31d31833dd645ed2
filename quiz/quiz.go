// Package quiz asks questions and marks the answers: practice, quizzes,
// predictions, exams and the review of what was missed. It knows nothing of
// Kubernetes but a list of words that it must not take for each other's typing
// errors; questions are data, in YAML files:
//
//	set: practice
//	questions:
//	- id: cache-type
//	  kind: short
//	  section: clusterip
//	  prompt: A cache is called by pods only. Which Service type does it get?
//	  field: type
//	  accept: [ClusterIP]
//	  mistakes:
//	  - answers: [NodePort, LoadBalancer]
//	    say: It would be reachable from outside the cluster.
//	  explain: ClusterIP is the narrowest type that its callers can use.
//
// A file is read by [Parse]. [Present] puts a question in the order in which
// it is shown, [Presented.Read] takes what a learner typed on a line, and
// [Presented.Mark] says what it is worth:
//
//	questions, err := quiz.Parse("practice.yaml", text)
//	p := quiz.Present(questions[0], nil)
//	a, err := p.Read("type: clusterip")
//	p.Mark(a).Verdict // quiz.Right
//
// [Session] asks several of them, with a clock where it is an exam, and
// [Schedule] says when one comes back.
package quiz

import "strings"

// Kind is a way of asking.
type Kind string

// The kinds of question.
const (
	// Choice has one right option.
	Choice Kind = "choice"
	// Choices has several right options, all of which are wanted.
	Choices Kind = "choices"
	// Short is answered with a few typed words.
	Short Kind = "short"
	// Order puts items into order.
	Order Kind = "order"
	// Match gives each item on the left its counterpart on the right.
	Match Kind = "match"
	// Predict asks what happens in a cluster. Which option is right is not
	// written down: [Question.Resolve] has a [Predictor] find out.
	Predict Kind = "predict"
)

// Set is where a question is asked.
type Set string

// The sets of questions.
const (
	// Practice questions follow a section and are asked without a clock.
	Practice Set = "practice"
	// Quiz questions make up quizzes and exams.
	Quiz Set = "quiz"
	// Drill questions are short ones of one form, asked in rows.
	Drill Set = "drill"
	// Inline questions stand in the text of a section or scenario.
	Inline Set = "inline"
)

// Question is one question. Which fields are filled depends on its kind.
type Question struct {
	// ID is unique in a pack and stays: progress refers to it.
	ID   string `yaml:"id"`
	Kind Kind   `yaml:"kind"`
	// Set is that of the file unless the question says otherwise.
	Set Set `yaml:"set"`
	// Section is the id of the section that teaches the answer.
	Section string `yaml:"section"`
	// Prompt and all other texts are Markdown of one or a few paragraphs.
	Prompt string `yaml:"prompt"`

	// Options are those of choice, choices and predict.
	Options []Option `yaml:"options"`

	// Field is the field that a short answer is the value of, where it may be
	// named or left out: "type" makes "ClusterIP", "type: ClusterIP" and
	// "spec.type=ClusterIP" one answer.
	Field string `yaml:"field"`
	// Accept lists right short answers; the first is shown as the right one.
	// "FIELD: VALUE" wants both parts, in any of the ways people write them.
	Accept []string `yaml:"accept"`
	// Mistakes are wrong short answers that deserve an answer of their own.
	Mistakes []Mistake `yaml:"mistakes"`

	// Items are those of order, in their right order.
	Items []string `yaml:"items"`

	// Pairs are those of match. Several may share one right side.
	Pairs []Pair `yaml:"pairs"`
	// Extra are right sides of match that belong to no left one.
	Extra []string `yaml:"extra"`

	// Try is what a predict question is about.
	Try *Try `yaml:"try"`

	// Explain tells why the right answer is right, whatever was answered.
	Explain string `yaml:"explain"`
	// Source says where a figure that can change was read, and when.
	Source string `yaml:"source"`

	// File and Line are where the question stands.
	File string `yaml:"-"`
	Line int    `yaml:"-"`
}

// Option is one offered answer.
type Option struct {
	Text  string `yaml:"text"`
	Right bool   `yaml:"right"`
	// When makes an option of a predict question right: its fields that are
	// set must be what the predictor found.
	When *Outcome `yaml:"when"`
	// Feedback answers a learner who chose this option.
	Feedback string `yaml:"feedback"`
}

// Mistake is a wrong idea behind a short answer.
type Mistake struct {
	Answers []string `yaml:"answers"`
	Say     string   `yaml:"say"`
}

// Pair is a left side of match and the right side that belongs to it.
type Pair struct {
	Left  string `yaml:"left"`
	Right string `yaml:"right"`
	// Feedback answers a learner who gave the left side another right one.
	Feedback string `yaml:"feedback"`
}

// RightSides are the distinct right sides of match: those of the pairs in
// their order, then the extra ones.
func (q *Question) RightSides() []string {
	var sides []string
	seen := map[string]bool{}
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			sides = append(sides, s)
		}
	}
	for _, p := range q.Pairs {
		add(p.Right)
	}
	for _, s := range q.Extra {
		add(s)
	}
	return sides
}

// choices is what can be picked from: options, items or right sides.
func (q *Question) choices() []string {
	switch q.Kind {
	case Order:
		return q.Items
	case Match:
		return q.RightSides()
	}
	texts := make([]string, len(q.Options))
	for i, o := range q.Options {
		texts[i] = o.Text
	}
	return texts
}

// madeUp begins the ids of questions that stand in no file.
const madeUp = "drill-made-"

// IsMadeUp tells that a question stands in no file: it never comes again, so
// answers to it are not kept.
func (q *Question) IsMadeUp() bool { return strings.HasPrefix(q.ID, madeUp) }
