package quiz

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check says what is wrong with a question as it stands in its file.
func (q *Question) check() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !idForm.MatchString(q.ID) {
		say("id is not made of small letters, digits and single hyphens")
	}
	if strings.TrimSpace(q.Prompt) == "" {
		say("prompt is missing")
	}
	if strings.TrimSpace(q.Explain) == "" {
		say("explain is missing: why the right answer is right")
	}
	if q.Section == "" {
		say("section is missing: the id of the section that teaches the answer")
	}
	if !slices.Contains([]Set{Practice, Quiz, Inline}, q.Set) {
		say("set is %q, want practice, quiz or inline (for the question or for its file)", q.Set)
	}
	switch q.Kind {
	case Choice, Choices:
		q.checkOptions(say)
	case Predict:
		q.checkPredict(say)
	case Short:
		q.checkShort(say)
	case Order:
		if len(q.Items) < 2 || hasDuplicates(q.Items) {
			say("order needs two or more items, all different")
		}
	case Match:
		q.checkMatch(say)
	default:
		say("kind is %q, want choice, choices, short, order, match or predict", q.Kind)
	}
	return append(wrong, q.checkOthers()...)
}

// checkOthers finds fields of one kind at a question of another, which nobody
// would ever see.
func (q *Question) checkOthers() []string {
	var wrong []string
	only := func(field string, set bool, kinds ...Kind) {
		if set && !slices.Contains(kinds, q.Kind) {
			wrong = append(wrong, fmt.Sprintf("%s does not belong to kind %s", field, q.Kind))
		}
	}
	only("options", len(q.Options) > 0, Choice, Choices, Predict)
	only("field", q.Field != "", Short)
	only("accept", len(q.Accept) > 0, Short)
	only("mistakes", len(q.Mistakes) > 0, Short)
	only("items", len(q.Items) > 0, Order)
	only("pairs", len(q.Pairs) > 0, Match)
	only("extra", len(q.Extra) > 0, Match)
	only("try", q.Try != nil, Predict)
	return wrong
}

type sayf func(format string, args ...any)

func (q *Question) checkOptions(say sayf) {
	right := 0
	for i, o := range q.Options {
		if o.Right {
			right++
		}
		if o.When != nil {
			say("option %d: when belongs to kind predict", i+1)
		}
	}
	q.checkOptionTexts(say)
	switch {
	case q.Kind == Choice && right != 1:
		say("%d options are right, a choice has one", right)
	case q.Kind == Choices && right == 0:
		say("no option is right")
	}
}

func (q *Question) checkOptionTexts(say sayf) {
	if len(q.Options) < 2 {
		say("needs two or more options")
	}
	texts := make([]string, len(q.Options))
	for i, o := range q.Options {
		texts[i] = o.Text
		if strings.TrimSpace(o.Text) == "" {
			say("option %d: text is missing", i+1)
		}
		if strings.TrimSpace(o.Feedback) == "" {
			say("option %d: feedback is missing: what to tell somebody who chose it", i+1)
		}
	}
	if hasDuplicates(texts) {
		say("two options read the same")
	}
}

func (q *Question) checkPredict(say sayf) {
	q.checkOptionTexts(say)
	for i, o := range q.Options {
		switch {
		case o.Right:
			say("option %d: right is found out by the simulator, say when instead", i+1)
		case o.When == nil:
			say("option %d: when is missing: the outcome that makes it right", i+1)
		case !slices.Contains([]string{OK, Refused, TimedOut, NoName, NoAnswer, Forbidden, Rejected}, o.When.Outcome):
			say("option %d: outcome %q is not known, want ok, refused, timeout, no-such-name, no-answer, not-permitted or rejected", i+1, o.When.Outcome)
		}
	}
	if q.Try == nil {
		say("try is missing: what to do in the cluster")
		return
	}
	asked := 0
	for _, field := range []string{q.Try.To, q.Try.Name, q.Try.Show} {
		if field != "" {
			asked++
		}
	}
	switch {
	case asked > 1:
		say("try: to, name and show exclude each other")
	case asked == 0 && q.Try.Apply == "":
		say("try: says neither to, name, show nor apply")
	case q.Try.Show == "" && asked == 1 && q.Try.From == "":
		say("try: from is missing: pod:NAMESPACE/NAME, node:NAME or external:NAME")
	}
	if q.Try.World == "" {
		say("try: world is missing: the name of the world to start from")
	}
}

func (q *Question) checkShort(say sayf) {
	if len(q.Accept) == 0 {
		say("accept is missing: the right answers")
	}
	for _, a := range q.Accept {
		if newWords(a, q.Field).squashed() == "" {
			say("accept: %q has no letter and no digit", a)
		}
	}
	for i, m := range q.Mistakes {
		if len(m.Answers) == 0 || strings.TrimSpace(m.Say) == "" {
			say("mistake %d needs answers and what to say", i+1)
		}
		for _, a := range m.Answers {
			if q.markShort(a).Verdict == Right {
				say("mistake %d: %q is accepted as right", i+1, a)
			}
		}
	}
}

func (q *Question) checkMatch(say sayf) {
	if len(q.Pairs) < 2 {
		say("match needs two or more pairs")
	}
	lefts := make([]string, len(q.Pairs))
	for i, p := range q.Pairs {
		lefts[i] = p.Left
		if strings.TrimSpace(p.Left) == "" || strings.TrimSpace(p.Right) == "" {
			say("pair %d lacks a side", i+1)
		}
		if strings.TrimSpace(p.Feedback) == "" {
			say("pair %d has no feedback", i+1)
		}
		if slices.Contains(q.Extra, p.Right) {
			say("extra: %q belongs to %q", p.Right, p.Left)
		}
	}
	if hasDuplicates(lefts) {
		say("two left sides read the same")
	}
}

func hasDuplicates(list []string) bool {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s] {
			return true
		}
		seen[s] = true
	}
	return false
}
