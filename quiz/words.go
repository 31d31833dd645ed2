package quiz

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// words is a typed answer taken apart: the words that carry its meaning, as
// they were spelled. Quotes, separators, a leading path ("spec."), little words
// around the answer and the name of the field it belongs to are gone.
type words []string

// littleWords say nothing about which answer is meant. "not" and its like are
// no little words.
var littleWords = map[string]bool{
	"a": true, "an": true, "the": true, "to": true, "is": true, "set": true, "use": true, "it": true, "its": true,
	"of": true, "for": true, "service": true, "services": true, "svc": true, "spec": true, "with": true, "as": true,
	"be": true, "i": true, "would": true, "should": true, "field": true, "value": true, "equals": true, "and": true,
	"from": true, "between": true, "up": true, "by": true, "one": true, "my": true, "type": true, "record": true,
	"must": true, "becomes": true, "become": true, "only": true, "gets": true, "get": true, "make": true, "needs": true, "change": true,
	"changes": true, "default": true, "kind": true, "object": true, "resource": true, "header": true, "url": true,
	"in": true, "statefulset": true, "mode": true, "plain": true, "just": true, "describe": true,
	"think": true, "probably": true, "definitely": true, "simply": true,
}

// shortNames are kubectl's own for kinds.
var shortNames = map[string]string{
	"netpol": "networkpolicy", "ing": "ingress", "ep": "endpoints", "po": "pod", "ns": "namespace", "deploy": "deployment", "cm": "configmap",
}

var (
	thousands = regexp.MustCompile(`(\d),(\d{3})\b`)
	numRange  = regexp.MustCompile(`(\d)\s*(?:-|–|—|\.\.+)\s*(\d)`)
	indexes   = regexp.MustCompile(`\[[^\]]*\]`)
	fieldPath = regexp.MustCompile(`(?i)^\.|^(?:service\.|svc\.|statefulset\.|sts\.)?(?:spec|metadata|status|ports)\.`)
	lastDot   = regexp.MustCompile(`^.*\.`)
	// keyPrefix is the domain in front of an annotation or label key.
	keyPrefix = regexp.MustCompile(`^(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]+/`)
	// apiVersion and apiGroup stand before and behind a kind's name.
	apiVersion = regexp.MustCompile(`(?i)^(?:[a-z0-9.-]+/)?v\d+(?:(?:alpha|beta)\d+)?$`)
	apiGroup   = regexp.MustCompile(`(?i)^([a-z]+)\.(?:[a-z0-9-]+\.)*k8s\.io$`)
	nothing    = regexp.MustCompile("\"\"|''|“”|``")
	// kubectl is a command, and flags are what does not say which object it is
	// about.
	kubectl = regexp.MustCompile(`^\s*\$?\s*(?:kubectl|k)\s`)
	flags   = regexp.MustCompile(`\s(?:-[nlo]|--(?:namespace|selector|output|context))(?:[= ]\s*|)\S+|\s--?[a-zA-Z][-a-zA-Z]*(?:=\S+)?`)
)

// newWords takes an answer apart. Where field is given, naming it in front of
// the answer is as good as leaving it out.
func newWords(text, field string) words {
	if kubectl.MatchString(text) {
		text = flags.ReplaceAllString(kubectl.ReplaceAllString(text, " "), " ")
	}
	text = nothing.ReplaceAllString(text, "empty")
	text = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("`\"'“”‘’«»*", r):
			return -1
		case r == '–' || r == '—':
			return '-'
		case strings.ContainsRune(":=;()<>{}→!?&+$", r) || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
	text = thousands.ReplaceAllString(text, "$1$2")
	text = numRange.ReplaceAllString(text, "$1 $2")
	text = strings.ReplaceAll(indexes.ReplaceAllString(text, ""), ",", " ")
	var all, telling words
	for _, w := range strings.Fields(text) {
		if fieldPath.MatchString(w) {
			w = lastDot.ReplaceAllString(strings.TrimRight(w, "."), "")
		}
		w = strings.Trim(keyPrefix.ReplaceAllString(w, ""), ".-/")
		if w == "" {
			continue
		}
		w = apiGroup.ReplaceAllString(w, "$1")
		if full := shortNames[strings.TrimSuffix(strings.ToLower(w), "s")]; full != "" {
			w = full
		}
		all = append(all, w)
		if !littleWords[strings.ToLower(w)] && !littleWords[strings.ToLower(singular(w))] && !apiVersion.MatchString(w) {
			telling = append(telling, w)
		}
	}
	if len(telling) == 0 && len(all) > 0 {
		telling = all[len(all)-1:]
	}
	return telling.without(field)
}

// without drops the name of a field from the front of an answer, or the end of
// that name: aws-load-balancer-nlb-target-type is also called target type.
func (w words) without(field string) words {
	name := words{keyPrefix.ReplaceAllString(field, "")}.squashed()
	for n := len(w) - 1; n > 0 && field != ""; n-- {
		if front := w[:n].squashed(); front == name || len(front) >= 4 && (strings.HasSuffix(name, front) || strings.HasSuffix(strings.TrimSuffix(name, "type"), front)) {
			return w[n:]
		}
	}
	return w
}

// squashed is what two spellings of one answer have in common: small letters,
// nothing between the words but where two numbers would run together, no
// plural.
func (w words) squashed() string {
	return w.join(func(s string) string { return singular(strings.ToLower(s)) })
}

// lettered is the same with a plural's s, which is but one letter more to
// whom compares letters.
func (w words) lettered() string { return w.join(strings.ToLower) }

// spelled is squashed with capitals as they were typed.
func (w words) spelled() string { return w.join(singular) }

func (w words) join(spell func(string) string) string {
	var b strings.Builder
	for _, word := range w {
		word = strings.Map(joined, spell(word))
		if word == "" {
			continue
		}
		if s := b.String(); s != "" && isDigit(s[len(s)-1]) && isDigit(word[0]) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// joined drops what parts a word.
func joined(r rune) rune {
	if r == '-' || r == '_' {
		return -1
	}
	return r
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// singular drops a plural's s; words that end in s anyway keep theirs.
func singular(w string) string {
	low := strings.ToLower(w)
	switch {
	case len(w) < 4 || strings.HasSuffix(low, "ss") || low == "https" || !strings.HasSuffix(low, "s"):
		return w
	case strings.HasSuffix(low, "ies"):
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(low, "sses"):
		return w[:len(w)-2]
	}
	return w[:len(w)-1]
}

// sorted are the words regardless of their order.
func (w words) sorted() words {
	list := slices.Clone(w)
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return list
}

// oneCase tells whether each word is in small letters or in capitals alone, as
// somebody types who does not mind capitals. Other capitals are a spelling
// that somebody believes in.
func (w words) oneCase() bool {
	for _, word := range w {
		if word != strings.ToLower(word) && word != strings.ToUpper(word) {
			return false
		}
	}
	return true
}

// negated tells whether the answer denies something: then it is never a
// spelling of what it denies.
func (w words) negated() bool {
	return slices.ContainsFunc(w, func(word string) bool {
		switch strings.ToLower(word) {
		case "not", "no", "never", "nor", "dont", "isnt", "without", "neither":
			return true
		}
		return false
	})
}

// contains tells whether part is in text, whatever their capitals.
func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
