package quiz

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/internal/spelling"
)

// quantity is a number as somebody wrote it, with its unit, if any.
type quantity struct {
	// readings are what the number may mean: 15.768 is near sixteen, or, with
	// a point between its thousands, near sixteen thousand.
	readings []float64
	unit     unit
	per      string // hour, year …; "" where nothing is said
}

// unit is a multiple of a second or of a dollar; the zero unit is none.
type unit struct {
	of    string
	times float64
}

// unitOf is the unit that a word names, plural or not.
func unitOf(word string) unit {
	const day = 86400
	if word != "s" {
		word = strings.TrimSuffix(word, "s")
	}
	switch word {
	case "second", "sec", "s":
		return unit{"time", 1}
	case "minute", "min", "m":
		return unit{"time", 60}
	case "hour", "hr", "h":
		return unit{"time", 3600}
	case "day", "d":
		return unit{"time", day}
	case "week":
		return unit{"time", 7 * day}
	case "month":
		return unit{"time", 30 * day}
	case "year", "yr", "y", "annum":
		return unit{"time", 365 * day}
	case "dollar", "usd", "$":
		return unit{"money", 1}
	case "cent", "ct", "¢":
		return unit{"money", 0.01}
	}
	return unit{}
}

// numberWords are numbers that are written out.
var numberWords = map[string]float64{
	"half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}

// besideNumbers say nothing about a number.
var besideNumbers = map[string]bool{
	"about": true, "after": true, "in": true, "exactly": true, "roughly": true, "around": true, "is": true, "it": true, "its": true,
	"the": true, "of": true, "at": true, "us": true, "cost": true, "costs": true, "they": true, "that": true, "makes": true, "for": true, "and": true,
	"by": true, "default": true,
}

var (
	figure = regexp.MustCompile(`\d(?:[\d,.'’]*\d)?|[.,]\d+`)
	// gaps are blanks between thousands.
	gaps = regexp.MustCompile(`\b\d{1,3}(?: \d{3})+\b`)
	// amountToken is a number, a word or a sign.
	amountToken = regexp.MustCompile(figure.String() + `|[\p{L}]+|[^\s]`)
	// label is what a number is the value of, as in timeoutSeconds: 10800.
	label = regexp.MustCompile(`^\s*[\p{L}][\p{L}\d.\[\]]*\s*[:=]`)
	// amountParts are what parts two ways to say the same amount.
	amountParts = regexp.MustCompile(`[=()≈;]|\bor\b`)
	workings    = regexp.MustCompile(`[\d\s][*×+x][\d\s$.]`)
)

// quantities reads an answer that is an amount and nothing else: one, or the
// same said in several ways. False for any other answer.
func quantities(text string) (list []quantity, ok bool) {
	text = strings.ToLower(strings.TrimRight(strings.TrimLeft(text, "`\"'“ \t"), "`\"'”?!. \t"))
	text = label.ReplaceAllString(text, "")
	for _, part := range amountParts.Split(text, -1) {
		if strings.TrimSpace(part) == "" || workings.MatchString(part) {
			continue // how it was worked out
		}
		q, ok := quantityOf(part)
		if !ok {
			return nil, false
		}
		list = append(list, q)
	}
	return list, len(list) > 0
}

// quantityOf reads one amount, which may be a sum of times: 1 h 30 min.
func quantityOf(text string) (q quantity, ok bool) {
	text = gaps.ReplaceAllStringFunc(text, func(s string) string { return strings.ReplaceAll(s, " ", "") })
	tokens := append(amountToken.FindAllString(text, -1), "")
	for i := 0; i < len(tokens)-1; i++ {
		token, next := tokens[i], tokens[i+1]
		none := len(q.readings) == 0
		number, written := numberWords[token]
		switch u := unitOf(token); {
		case isFigure(token) && none:
			q.readings = readings(token)
		case isFigure(token) && q.unit.of == "time" && unitOf(next).of == "time":
			q = q.plus(readings(token)[0], unitOf(next))
			i++
		case written && none:
			q.readings = []float64{number}
			if isArticle(next) { // half an hour
				i++
			}
		case isArticle(token) && none: // a day
			q.readings = []float64{1}
		case (isArticle(token) || token == "per" || token == "/") && unitOf(next).of == "time":
			q.per = period(next)
			i++
		case u != (unit{}) && q.unit == (unit{}):
			q.unit = u
		case besideNumbers[token], token == "~", token == ",", token == ".":
		default:
			return q, false
		}
	}
	return q, len(q.readings) > 0
}

func isArticle(word string) bool { return word == "a" || word == "an" }

func isFigure(token string) bool { return figure.FindString(token) == token }

// period is the name of a unit of time, whatever it was written as.
func period(word string) string {
	return strconv.FormatFloat(unitOf(word).times, 'f', -1, 64)
}

// plus is a time with another added to it.
func (q quantity) plus(n float64, u unit) quantity {
	return quantity{readings: []float64{q.readings[0]*q.unit.times + n*u.times}, unit: unit{u.of, 1}, per: q.per}
}

// readings are the numbers that a figure may mean: a comma or a point before
// three digits may part thousands or begin a fraction.
func readings(figure string) []float64 {
	s := strings.NewReplacer("'", "", "’", "").Replace(figure)
	parse := func(s string) float64 {
		n, _ := strconv.ParseFloat(s, 64)
		return n
	}
	plain := strings.NewReplacer(",", "", ".", "").Replace(s)
	last := strings.LastIndexAny(s, ",.")
	if last < 0 {
		return []float64{parse(s)}
	}
	before, after := s[:last], s[last+1:]
	fraction := parse(strings.NewReplacer(",", "", ".", "").Replace(before) + "." + after)
	sameSign := strings.Count(s, s[last:last+1])
	switch {
	case sameSign > 1:
		return []float64{parse(plain)}
	case strings.ContainsAny(before, ",."), len(after) != 3, before == "", before == "0":
		return []float64{fraction}
	}
	return []float64{fraction, parse(plain)}
}

// amounts are answers that are amounts; nil where one of them is none.
func amounts(texts []string) []quantity {
	var all []quantity
	for _, t := range texts {
		q, ok := quantityOf(strings.ToLower(t))
		if !ok {
			return nil
		}
		all = append(all, q)
	}
	return all
}

// sameAmount tells whether an answer is one of the amounts wanted, however it
// says it. A number without a unit is in the unit asked for.
func sameAmount(text string, wanted []quantity, asked unit) bool {
	given, ok := quantities(text)
	return ok && len(wanted) > 0 && !slices.ContainsFunc(given, func(g quantity) bool { return !g.isOneOf(wanted, asked) })
}

// isOneOf compares an amount with those of its kind; one with a unit, where
// none has any, is compared as a number.
func (q quantity) isOneOf(all []quantity, asked unit) bool {
	if q.unit == (unit{}) {
		q.unit = asked
	}
	ofItsKind := func(w quantity) bool { return w.unit.of == q.unit.of }
	if !slices.ContainsFunc(all, ofItsKind) {
		q.unit = unit{}
	}
	return slices.ContainsFunc(all, func(w quantity) bool { return ofItsKind(w) && q.equals(w) })
}

// equals compares amounts of one kind.
func (q quantity) equals(w quantity) bool {
	if q.per != "" && w.per != "" && q.per != w.per {
		return false
	}
	for _, a := range q.readings {
		for _, b := range w.readings {
			x, y := a*cmp.Or(q.unit.times, 1), b*cmp.Or(w.unit.times, 1)
			if math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) {
				return true
			}
		}
	}
	return false
}

// A range is two numbers; between and around them words say nothing.
var (
	rangeForm     = regexp.MustCompile(`^(\d+)-(\d+)$`)
	besideARange  = regexp.MustCompile(`(?i)\b(?:from|to|up|through|thru|until|till|between|and|ports?|inclusive|including|both|included|range|the|is|it)\b|[-–—~:;,.\[\]()"'` + "`" + `\s]+`)
	rangeThousand = regexp.MustCompile(`\b(\d{1,2})[.,' ](\d{3})\b`)
)

// rangeOf reads the one or two numbers of a range; nil where the text holds
// anything else.
func rangeOf(text string) []string {
	text = rangeThousand.ReplaceAllString(text, "$1$2")
	numbers := strings.Fields(besideARange.ReplaceAllString(text, " "))
	if len(numbers) > 2 || slices.ContainsFunc(numbers, func(n string) bool { return strings.Trim(n, "0123456789") != "" }) {
		return nil
	}
	return numbers
}

// halfARange is what keeps an answer from being the range that is asked for,
// where one end is right and the other is missing or mistyped.
func halfARange(text, accept string) string {
	ends := rangeForm.FindStringSubmatch(accept)
	if ends == nil {
		return ""
	}
	switch given, want := rangeOf(text), ends[1:]; {
	case len(given) == 1 && slices.Contains(want, given[0]):
		return "That is one end of it. Say both."
	case len(given) == 2 && (given[0] == want[0] && mistypedNumber(given[1], want[1]) || given[1] == want[1] && mistypedNumber(given[0], want[0])):
		return "One end is right. Look at the digits of the other again."
	}
	return ""
}

// mistypedNumber tells whether a number is another with two digits the wrong
// way round, or with one left out or typed twice.
func mistypedNumber(given, want string) bool {
	sorted := func(s string) string {
		digits := []byte(s)
		slices.Sort(digits)
		return string(digits)
	}
	return given != want && spelling.Distance(given, want) <= 2 && (sorted(given) == sorted(want) || len(given) != len(want) && spelling.Distance(given, want) == 1)
}
