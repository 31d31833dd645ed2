package shell_test

import "testing"

// TestGrepContext compares with what GNU grep 3 printed.
func TestGrepContext(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	for _, tc := range []struct{ command, want string }{
		{`seq 9 | grep -A2 2`, "2\n3\n4\n"},
		{`seq 9 | grep -B1 -A1 '[38]'`, "2\n3\n4\n--\n7\n8\n9\n"},
		{`seq 9 | grep -C 1 -n 5`, "4-4\n5:5\n6-6\n"},
		{`seq 19 | grep -m1 -A1 1`, "1\n2\n"},
		{`seq 9 | grep -c -A2 2`, "1\n"},
		{`seq 5 | grep -A1 -v '[2345]'`, "1\n2\n"},
		{`seq 9 | grep -C1 '[46]'`, "3\n4\n5\n6\n7\n"},
		{`seq 9 | grep -oA1 5`, "5\n"},
	} {
		if code, got := runAt(t, cluster, "node:node-eu-west-1a", tc.command); code != 0 || got != tc.want {
			t.Errorf("%s: exit %d\n%swant\n%s", tc.command, code, got, tc.want)
		}
	}
}
