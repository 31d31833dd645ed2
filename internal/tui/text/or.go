package text

import "reflect"

// Or is s with the words of fallback for what s does not say.
func (s *Strings) Or(fallback *Strings) *Strings {
	both := *s
	each(reflect.ValueOf(&both).Elem(), reflect.ValueOf(fallback).Elem(), "", func(_ string, mine, other reflect.Value) {
		if mine.IsZero() {
			mine.Set(other)
		}
	})
	return &both
}

// Missing are the names of what s does not say.
func (s *Strings) Missing() []string {
	var names []string
	v := reflect.ValueOf(s).Elem()
	each(v, v, "", func(name string, mine, _ reflect.Value) {
		if mine.IsZero() {
			names = append(names, name)
		}
	})
	return names
}

// each calls do for every word of two structs.
func each(mine, other reflect.Value, name string, do func(name string, mine, other reflect.Value)) {
	if mine.Kind() != reflect.Struct {
		do(name, mine, other)
		return
	}
	for i := range mine.NumField() {
		each(mine.Field(i), other.Field(i), name+"."+mine.Type().Field(i).Name, do)
	}
}
