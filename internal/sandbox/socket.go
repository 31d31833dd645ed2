package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// maxSocketPath is how long a unix socket's path may be: 104 bytes on macOS
// and the BSDs, 108 on Linux, one of them for the end.
const maxSocketPath = 103

// socketPath is where the program that runs the cluster of dir answers the
// others: beside the state file, or, where that path is too long for a socket,
// in a folder of the user's own among the temporary files, at a name that
// every program finds from dir.
func socketPath(dir string) string {
	beside := filepath.Join(dir, "cluster.sock")
	if len(beside) <= maxSocketPath {
		return beside
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), "tutor-"+hex.EncodeToString(sum[:8]), "s")
}
