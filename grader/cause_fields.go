package grader

import (
	"regexp"
	"strings"

	"github.com/kubetutor/tutor/grader/manifest"
)

// unknownField is a field that no object of this kind has.
func unknownField(m *miss, c complaint) (Diagnosis, bool) {
	if c.unknown == "" {
		return none()
	}
	return m.noSuchField(m.doc.Resolve(c.unknown))
}

// noSuchField words a field that the document's kind has not.
func (m *miss) noSuchField(path string) (Diagnosis, bool) {
	last := manifest.Key(path)
	if last == "annotations" || readOn(last) != "" || strings.Contains(path, "aws-load-balancer") || strings.Contains(path, "alb.ingress") {
		return m.at("annotation-misplaced", path, "Move it to metadata.annotations.",
			"%s is no field of %s there: annotations stand under metadata", path, article(m.doc.Kind()))
	}
	message := capital(article(m.doc.Kind())) + " has no field " + path + "."
	next := "Look the field up with kubectl explain, and mind capitals and indentation."
	if real := realField(m.doc.Kind(), path); real != "" {
		real = indexed(path, real)
		message += " Is " + real + " meant?"
		next = "Write " + real + " instead."
	}
	return m.at("unknown-field", path, next, "%s", message)
}

// wrongValueType is a value of another type than the field has.
func wrongValueType(m *miss, c complaint) (Diagnosis, bool) {
	if f := notString.FindStringSubmatch(c.whole); f != nil {
		real := map[string]string{"apiVersion": apiVersionOf(m.object.Kind), "kind": m.object.Kind}[f[1]]
		return m.at("wrong-value-type", f[1], "Write "+f[1]+": "+real+".", "%s holds %s, where a string belongs", f[1], typeWords[m.typeAt(f[1])])
	}
	f := goField.FindStringSubmatch(c.whole)
	field, want, odd := mistyped(m.doc)
	switch {
	case f == nil && odd && (strings.Contains(c.whole, "unrecognized type") || strings.Contains(c.whole, "patch: Invalid value")):
		return m.wrongType(field, m.typeAt(field), inWords(want)) // met while a change was merged: the words name no field
	case f == nil:
		return none()
	}
	got, path := f[1], m.indexed(strings.TrimPrefix(f[2], "metadataOnlyObject."))
	if f[3] == "string" {
		path = m.culprit(path, got)
	}
	if odd && (!m.doc.Has(path) || strings.HasPrefix(path, field+".") || strings.HasPrefix(field, path+"[")) {
		return m.wrongType(field, m.typeAt(field), inWords(want)) // the server named a field below the one that is wrong
	}
	return m.wrongType(path, got, inWords(f[3]))
}

// notString are the words for what says which kind an object is.
var notString = regexp.MustCompile(`(apiVersion|kind) isn't string type`)

// wrongType words a value of a wrong type; got is a type of JSON.
func (m *miss) wrongType(path, got, want string) (Diagnosis, bool) {
	if path == "spec.selector.matchLabels" && m.doc.Kind() == "Service" {
		return m.at("wrong-value-type", path, "Write the labels under spec.selector itself.",
			"a Service's selector has no matchLabels: under it each label has a plain text, and matchLabels holds %s", typeWords[got])
	}
	holds := typeWords[got]
	if got == "number" {
		holds = "the number " + m.doc.Text(path)
	}
	return m.at("wrong-value-type", path, m.retype(path, got, want), "%s holds %s, where %s belongs", path, holds, want)
}

// typeWords are the types of JSON in words.
var typeWords = map[string]string{"string": "a string", "number": "a number", "bool": "true or false", "object": "a map", "array": "a list"}

// typeAt is the type of JSON that a field's value has.
func (m *miss) typeAt(path string) string {
	value, _ := m.doc.Value(path)
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case bool:
		return "bool"
	case string:
		return "string"
	}
	return "number"
}

// retype says how to make a value one of the type that belongs there.
func (m *miss) retype(path, got, want string) string {
	holdsMore := got == "object" || got == "array"
	switch {
	case want == "a list" && got == "object":
		return "Begin each entry with a dash."
	case want == "a list":
		return "Write a list: each value on a line of its own, after a dash."
	case want == "a map" && got == "array":
		return "Take the dash out: fields belong here, not entries of a list."
	case want == "a map" && got == "string" && strings.Contains(m.doc.Text(path), ":"):
		return "Put a space after the colon, as in name: value."
	case want == "a map" && got == "string" && strings.Contains(m.doc.Text(path), "="):
		return "Write a colon and a space in place of the equals sign."
	case want == "a map":
		return "Write its fields on the lines below, indented."
	case got == "array":
		return "Write one value, without a dash."
	case holdsMore:
		return "Take what stands below it out from there; the indentation may have slipped."
	case want == "true or false":
		return "Write true or false, without quotes."
	case want == "a string":
		return "Put the value in quotes."
	case got == "string" && allDigits(m.doc.Text(path)):
		return "Write the number without quotes."
	}
	return "Write a whole number."
}

// wordType are the API's types that are strings of a fixed choice; its other
// types are structs.
var wordType = regexp.MustCompile(`^v1\.\w*(Type|Affinity|Protocol|Policy|Family)$`)

func inWords(goType string) string {
	switch {
	case goType == "string", wordType.MatchString(goType):
		return "a string"
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "map"), strings.HasPrefix(goType, "v1."):
		return "a map"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	default:
		return goType
	}
}

// indexed finds the first item of a list that a path without indices can
// mean: spec.ports.port becomes spec.ports[1].port where that one is odd.
func (m *miss) indexed(path string) string {
	rest, ok := strings.CutPrefix(path, "spec.ports.")
	if !ok {
		return path
	}
	wantsNumber := rest == "port" || rest == "nodePort"
	for i := range m.doc.Len("spec.ports") {
		field := manifest.At("spec.ports", i) + "." + rest
		if m.doc.Has(field) && m.doc.IsString(field) == wantsNumber {
			return field
		}
	}
	return "spec.ports[0]." + rest
}

// culprit is the entry of a map of strings that is no string.
func (m *miss) culprit(path, got string) string {
	for _, key := range m.doc.Keys(path) {
		field := manifest.Join(path, key)
		if got != "string" && !m.doc.IsString(field) {
			return field
		}
	}
	return path
}
