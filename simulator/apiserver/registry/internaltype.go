package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// internalType shows a value as the server's internal types marshal: those
// have no JSON tags, so that errors show Go's field names ("TargetPort") and
// leave out nothing. Types of apimachinery are the same inside and outside.
type internalType struct{ v any }

// asInternal wraps the value of an error: only structs of k8s.io/api and
// lists of them look different inside.
func asInternal(v any) any { return internalType{v} }

// MarshalJSON writes the value.
func (i internalType) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := writeInternal(&b, reflect.ValueOf(i.v)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeInternal(b *bytes.Buffer, v reflect.Value) error {
	if !v.IsValid() {
		b.WriteString("null")
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return writeInternal(b, v.Elem())
	case reflect.Slice:
		if !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct {
			return writeInternalList(b, v)
		}
	case reflect.Struct:
		if strings.HasPrefix(v.Type().PkgPath(), "k8s.io/api/") {
			return writeInternalStruct(b, v)
		}
	}
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Errorf("show %s: %w", v.Type(), err)
	}
	b.Write(raw)
	return nil
}

func writeInternalList(b *bytes.Buffer, v reflect.Value) error {
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeInternal(b, v.Index(i)); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeInternalStruct(b *bytes.Buffer, v reflect.Value) error {
	b.WriteByte('{')
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous { // inlined, inside and outside
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		fmt.Fprintf(b, "%q:", f.Name)
		if err := writeInternal(b, v.Field(i)); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}
