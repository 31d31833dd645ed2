package shell

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"mvdan.cc/sh/v3/interp"

	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
)

// files is a session's file system: a few files of /etc that are made when
// they are read, and what the learner writes. It knows nothing of the
// machine's own files.
type files struct {
	*Shell
	mu    sync.Mutex
	text  map[string][]byte
	dirs  map[string]bool
	total int
}

// maxFiles is how much a session may write, in bytes.
const maxFiles = 8 << 20

func newFiles(s *Shell) *files {
	f := &files{Shell: s, text: map[string][]byte{}, dirs: map[string]bool{}}
	for _, d := range []string{"/", "/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr", "/usr/bin", "/var", "/var/log"} {
		f.dirs[d] = true
	}
	return f
}

// made are the files whose text depends on the cluster.
func (f *files) made(name string) (string, bool) {
	switch name {
	case "/etc/resolv.conf":
		return f.net.conf().String(), true
	case "/etc/hosts":
		return f.hosts(), true
	case "/etc/hostname":
		return f.hostname() + "\n", true
	case "/etc/nsswitch.conf":
		return "hosts:          files dns\n", true
	case "/etc/os-release":
		return "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n", true
	}
	return "", false
}

var madeNames = []string{"/etc/hostname", "/etc/hosts", "/etc/nsswitch.conf", "/etc/os-release", "/etc/resolv.conf"}

// hosts is /etc/hosts: kubelet's in a pod (pkg/kubelet, managedHostsFile), a
// plain one elsewhere.
func (f *files) hosts() string {
	p := f.pod()
	if p == nil || p.Spec.HostNetwork {
		return "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
	}
	var b strings.Builder
	b.WriteString("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n" +
		"fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n")
	for _, ip := range state.PodAddrs(p) {
		if p.Spec.Subdomain != "" {
			domain := p.Spec.Subdomain + "." + p.Namespace + ".svc." + f.net.st.World.ClusterDomain
			fmt.Fprintf(&b, "%s\t%s.%s\t%s\n", ip, f.hostname(), domain, f.hostname())
		} else {
			fmt.Fprintf(&b, "%s\t%s\n", ip, f.hostname())
		}
	}
	if len(p.Spec.HostAliases) > 0 {
		b.WriteString("\n# Entries added by HostAliases.\n")
		for _, a := range p.Spec.HostAliases {
			fmt.Fprintf(&b, "%s\t%s\n", a.IP, strings.Join(a.Hostnames, "\t"))
		}
	}
	return b.String()
}

// hostsEntries are the lines of /etc/hosts as fields: an address and names.
func (c *call) hostsEntries() (entries [][]string) {
	c.net.refresh()
	for line := range strings.Lines(c.fs.hosts()) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 1 {
			entries = append(entries, fields)
		}
	}
	return entries
}

// hostsFile looks a name or an address up in /etc/hosts.
func (c *call) hostsFile(key string) (dns.Host, bool) {
	var found dns.Host
	for _, fields := range c.hostsEntries() {
		ip, err := netip.ParseAddr(fields[0])
		if err != nil || !names(fields, key) {
			continue
		}
		if found.Canonical == "" {
			found.Canonical, found.Aliases = fields[1], fields[2:]
		}
		found.Addresses = append(found.Addresses, ip)
	}
	return found, found.Canonical != ""
}

// hostsEntry is the first line of one family that has a name.
func (c *call) hostsEntry(name string, ipv6 bool) ([]string, bool) {
	for _, fields := range c.hostsEntries() {
		if strings.Contains(fields[0], ":") == ipv6 && names(fields[1:], name) {
			return fields, true
		}
	}
	return nil, false
}

func names(fields []string, key string) bool {
	return slices.ContainsFunc(fields, func(s string) bool { return strings.EqualFold(s, trimDot(key)) })
}

// read is a file's content.
func (f *files) read(name string) ([]byte, error) {
	f.net.refresh()
	if text, ok := f.made(name); ok {
		return []byte(text), nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if b, ok := f.text[name]; ok {
		return b, nil
	}
	if f.dirs[name] {
		return nil, errIsDir
	}
	if name == "/dev/null" {
		return nil, nil
	}
	return nil, fs.ErrNotExist
}

// write replaces a file's content; the folder must exist.
func (f *files) write(name string, b []byte) error {
	if strings.HasPrefix(name, "/dev/") {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dirs[name] {
		return errIsDir
	}
	if !f.dirs[path.Dir(name)] {
		return fs.ErrNotExist
	}
	if slices.Contains(madeNames, name) {
		return errReadOnly
	}
	if f.total += len(b) - len(f.text[name]); f.total > maxFiles {
		f.total -= len(b) - len(f.text[name])
		return errFull
	}
	f.text[name] = b
	return nil
}

// The errors of files, in the C library's words.
var (
	errIsDir    = fileError("Is a directory")
	errReadOnly = fileError("Read-only file system")
	errFull     = fileError("No space left on device")
)

type fileError string

func (e fileError) Error() string { return string(e) }

// reason is an error as a tool words it.
func reason(err error) string {
	if err == fs.ErrNotExist {
		return "No such file or directory"
	}
	return err.Error()
}

// names are the entries of a folder.
func (f *files) names(dir string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	add := func(p string) {
		if p != "/" && path.Dir(p) == dir {
			names = append(names, path.Base(p))
		}
	}
	for p := range f.dirs {
		add(p)
	}
	for p := range f.text {
		add(p)
	}
	for _, p := range madeNames {
		add(p)
	}
	if dir == "/dev" {
		names = append(names, "null")
	}
	slices.Sort(names)
	return names
}

// open is the interpreter's way to redirections.
func (f *files) open(ctx context.Context, name string, flag int, _ os.FileMode) (io.ReadWriteCloser, error) {
	full := name
	if !path.IsAbs(full) {
		full = path.Join(interp.HandlerCtx(ctx).Dir, full)
	}
	full = path.Clean(full)
	fail := func(err error) (io.ReadWriteCloser, error) {
		return nil, &os.PathError{Op: "bash:", Path: name, Err: fileError(reason(err))}
	}
	h := &handle{files: f, name: full}
	if flag&(os.O_WRONLY|os.O_RDWR) == 0 || flag&os.O_APPEND != 0 {
		b, err := f.read(full)
		if err != nil && (flag&os.O_CREATE == 0 || err != fs.ErrNotExist) {
			return fail(err)
		}
		if flag&os.O_APPEND == 0 {
			h.in = bytes.NewReader(b)
			return h, nil
		}
		h.out.Write(b)
	}
	if err := f.write(full, h.out.Bytes()); err != nil {
		return fail(err)
	}
	return h, nil
}

// handle is an open file.
type handle struct {
	*files
	name string
	in   *bytes.Reader
	mu   sync.Mutex
	out  bytes.Buffer
}

func (h *handle) Read(p []byte) (int, error) {
	if h.in == nil {
		return 0, fs.ErrInvalid
	}
	return h.in.Read(p)
}

func (h *handle) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.HasPrefix(h.name, "/dev/") {
		return len(p), nil
	}
	h.out.Write(p)
	if err := h.files.write(h.name, bytes.Clone(h.out.Bytes())); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (h *handle) Close() error { return nil }

func (f *files) stat(_ context.Context, name string, _ bool) (fs.FileInfo, error) {
	name = path.Clean(name)
	info := fileInfo{name: path.Base(name), at: f.clock.now()}
	if dir, base := path.Split(name); isBin(strings.TrimSuffix(dir, "/")) {
		if _, ok := tools()[base]; ok {
			info.exec = true
			return info, nil
		}
	}
	b, err := f.read(name)
	switch {
	case err == errIsDir:
		info.dir = true
	case err != nil:
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	info.size = len(b)
	return info, nil
}

func (f *files) readDir(_ context.Context, dir string) ([]fs.DirEntry, error) {
	dir = path.Clean(dir)
	var entries []fs.DirEntry
	for _, name := range f.names(dir) {
		_, err := f.read(path.Join(dir, name))
		entries = append(entries, fs.FileInfoToDirEntry(fileInfo{name: name, dir: err == errIsDir}))
	}
	return entries, nil
}

// access lets root do everything to what exists.
func (f *files) access(ctx context.Context, name string, _ interp.AccessMode) error {
	_, err := f.stat(ctx, name, true)
	return err
}

type fileInfo struct {
	name string
	size int
	at   time.Time
	dir  bool
	exec bool
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return int64(i.size) }
func (i fileInfo) ModTime() time.Time { return i.at }
func (i fileInfo) IsDir() bool        { return i.dir }
func (i fileInfo) Sys() any           { return noStat() }
func (i fileInfo) Mode() fs.FileMode {
	switch {
	case i.dir:
		return fs.ModeDir | 0o755
	case i.exec:
		return 0o755
	}
	return 0o644
}
