package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// batchFlagHelp describes --batch, which is the same in every command that has
// it.
const batchFlagHelp = "answer questions from a file of JSON lines, or - for standard input"

// batch answers each line of a file (- is standard input) with one line of
// JSON, in order. A line that cannot be answered gets {"error": …}.
func batch(ctx context.Context, sys *system, file string, answer func(line []byte) (any, error)) error {
	in := sys.input(ctx)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("read batch: %w", err)
		}
		defer f.Close()
		in = f
	}
	lines, out := bufio.NewReader(in), bufio.NewWriter(sys.out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := writeAnswer(out, line, answer); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return fmt.Errorf("read batch: %w", errors.Join(err, out.Flush()))
		}
		if lines.Buffered() == 0 { // whoever asks may wait for the answer
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func writeAnswer(out io.Writer, line []byte, answer func([]byte) (any, error)) error {
	value, err := answer(line)
	if err != nil {
		value = map[string]string{"error": err.Error()}
	}
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	_, err = out.Write(append(b, '\n'))
	return err
}
