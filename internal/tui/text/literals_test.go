package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// phrase is two words: what a learner would read.
var phrase = regexp.MustCompile(`\p{L}{2,}[,:]? \p{L}{2,}`)

// TestNoWordsElsewhere looks through the screens for words that no language
// could say in another way. Packages fields and diagnose give the words of the
// API server and of the platforms' documentation, as they come.
func TestNoWordsElsewhere(t *testing.T) {
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"text", "screentest", "testdata", "fields", "diagnose"}, path):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, data, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if notForLearners(n) {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && phrase.MatchString(s) && !strings.HasPrefix(s, "kubectl ") {
					t.Errorf("%s: %q belongs to package text", set.Position(lit.Pos()), s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// notForLearners tells whether the words below a node are errors, patterns or
// the names of keys.
func notForLearners(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		return ok && slices.Contains([]string{"Errorf", "New", "MustCompile", "Fields"}, f.Sel.Name)
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		return ok && key.Name == "show"
	}
	return false
}
