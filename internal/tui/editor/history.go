package editor

// edit is one replacement: removed stood at at, inserted stands there now.
type edit struct {
	at                Pos
	removed, inserted string
}

// step is what one undo takes back.
type step struct {
	edits []edit
	kind  stepKind
	// before and after are the selection's ends on either side of the step.
	before, after selection
}

// stepKind tells which steps may grow: a run of typed letters is one step.
type stepKind int

const (
	single stepKind = iota
	typing
	erasing
)

// Bounds of the history, so that an hour of typing does not grow without end.
const (
	maxSteps        = 2000
	maxHistoryBytes = 32 << 20
)

// history is the steps done and those undone.
type history struct {
	done, undone []step
	bytes        int
	// sealed means that the last step must not grow: the cursor has moved.
	sealed bool
	group  grouping
	begun  Pos // the cursor before the step that was taken back or done again last
}

// grouping gathers edits into one step, whatever they are.
type grouping uint8

const (
	ungrouped grouping = iota
	opening            // the next edit begins the step
	grouped            // every edit belongs to the last step
)

// begin makes one step of all edits until group is ungrouped again.
func (h *history) begin() {
	if h.group == ungrouped {
		h.group = opening
	}
}

func (e edit) bytes() int { return len(e.removed) + len(e.inserted) }

func (s step) bytes() int {
	n := 0
	for _, e := range s.edits {
		n += e.bytes()
	}
	return n
}

// record notes an edit, as a step of its own or as more of the last one.
func (h *history) record(e edit, kind stepKind, before selection) {
	for _, s := range h.undone {
		h.bytes -= s.bytes()
	}
	h.undone = nil
	h.bytes += e.bytes()
	if n := len(h.done); n > 0 && h.group == grouped {
		last := &h.done[n-1]
		if h.sealed || !last.edits[len(last.edits)-1].absorb(e, kind) {
			last.edits = append(last.edits, e)
		}
		h.sealed = false
		return
	}
	if h.group == opening {
		h.group, h.sealed = grouped, true
	}
	if n := len(h.done); n > 0 && !h.sealed && kind != single && h.done[n-1].kind == kind {
		if last := &h.done[n-1]; last.edits[len(last.edits)-1].absorb(e, kind) {
			return
		}
	}
	h.sealed = false
	h.done = append(h.done, step{edits: []edit{e}, kind: kind, before: before})
	h.trim()
}

// absorb makes e part of the edit before it, if it goes on where that ended.
func (last *edit) absorb(e edit, kind stepKind) bool {
	switch kind {
	case typing:
		goesOn := e.removed == "" && e.at == Pos{last.at.Line, last.at.Col + len(last.inserted)}
		newWord := e.inserted == " " && !endsInSpace(last.inserted)
		if !goesOn || newWord {
			return false
		}
		last.inserted += e.inserted
		return true
	case erasing:
		if e.inserted != "" || e.at.Line != last.at.Line || e.at.Col+len(e.removed) != last.at.Col {
			return false
		}
		last.removed = e.removed + last.removed
		last.at = e.at
		return true
	}
	return false
}

func endsInSpace(s string) bool { return s != "" && s[len(s)-1] == ' ' }

func (h *history) trim() {
	drop := 0
	for len(h.done)-drop > maxSteps || h.bytes > maxHistoryBytes && len(h.done)-drop > 1 {
		h.bytes -= h.done[drop].bytes()
		drop++
	}
	if drop > 0 {
		h.done = append([]step(nil), h.done[drop:]...)
	}
}

// undo takes the last step back and returns the selection from before it; now
// is the one that redo will return to.
func (b *buffer) undo(now selection) (selection, bool) {
	h := &b.history
	if len(h.done) == 0 {
		return selection{}, false
	}
	s := h.done[len(h.done)-1]
	h.done = h.done[:len(h.done)-1]
	for i := len(s.edits) - 1; i >= 0; i-- {
		e := s.edits[i]
		b.splice(span{e.at, endOf(e.at, e.inserted)}, e.removed)
	}
	s.after, h.begun = now, s.before.cursor
	h.undone = append(h.undone, s)
	h.sealed = true
	return s.before, true
}

// redo does the step again that was undone last.
func (b *buffer) redo(selection) (selection, bool) {
	h := &b.history
	if len(h.undone) == 0 {
		return selection{}, false
	}
	s := h.undone[len(h.undone)-1]
	h.undone = h.undone[:len(h.undone)-1]
	for _, e := range s.edits {
		b.splice(span{e.at, endOf(e.at, e.removed)}, e.inserted)
	}
	h.done = append(h.done, s)
	h.sealed, h.begun = true, s.before.cursor
	return s.after, true
}

// endOf is where text ends that starts at p.
func endOf(p Pos, text string) Pos {
	for i := 0; i < len(text); i++ {
		p.Col++
		if text[i] == '\n' {
			p = Pos{p.Line + 1, 0}
		}
	}
	return p
}
