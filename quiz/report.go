package quiz

import "time"

// Report is what came of a session.
type Report struct {
	Count
	// Topics are the sections asked about, in the order of the questions.
	Topics []Topic
	Took   time.Duration
	// OutOfTime tells that the clock ended the session.
	OutOfTime bool
}

// Topic is what came of the questions of one section.
type Topic struct {
	Section string
	Count
	// Missed are the questions answered wrongly or not at all.
	Missed []*Question
}

// Count counts answers. In an exam what was not reached counts as skipped.
type Count struct {
	Right, Near, Wrong, Skipped int
}

// Asked is how many questions were counted.
func (c Count) Asked() int { return c.Right + c.Near + c.Wrong + c.Skipped }

// Percent is the share of right and nearly right answers; near ones are right
// ideas and count in full.
func (c Count) Percent() int {
	if c.Asked() == 0 {
		return 0
	}
	return 100 * (c.Right + c.Near) / c.Asked()
}

func (c *Count) add(r Record) {
	switch {
	case r.Skipped:
		c.Skipped++
	case r.Result.Verdict == Right:
		c.Right++
	case r.Result.Verdict == Near:
		c.Near++
	default:
		c.Wrong++
	}
}

// Report sums up the session as it stands.
func (s *Session) Report() Report {
	records := s.Records()
	if s.opts.Exam {
		for _, q := range s.opts.Questions[s.at:] {
			records = append(records, Record{Question: q, Skipped: true})
		}
	}
	end := s.opts.Now()
	if s.at >= len(s.opts.Questions) && len(s.records) > 0 {
		end = s.records[len(s.records)-1].At
	}
	left, limited := s.Left()
	report := Report{Took: end.Sub(s.start), OutOfTime: limited && left == 0 && s.at < len(s.opts.Questions)}
	if report.OutOfTime {
		report.Took = s.opts.Limit
	}
	at := map[string]int{}
	for _, r := range records {
		name := r.Question.Section
		i, known := at[name]
		if !known {
			i = len(report.Topics)
			at[name] = i
			report.Topics = append(report.Topics, Topic{Section: name})
		}
		report.add(r)
		topic := &report.Topics[i]
		topic.add(r)
		if r.Skipped || r.Result.Verdict == Wrong {
			topic.Missed = append(topic.Missed, r.Question)
		}
	}
	return report
}
