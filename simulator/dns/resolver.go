package dns

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
)

// Library is who turns a name into questions; they differ in when a search
// list is used.
type Library int

const (
	// Glibc is getaddrinfo of most images: curl, wget, ping, an application.
	// It goes on to the next name while there is no record, even if the name
	// exists.
	Glibc Library = iota
	// Musl is getaddrinfo of Alpine: no search list for a name with ndots dots.
	Musl
	// Bind is nslookup, host and dig +search: as Musl, and an empty answer ends
	// the search.
	Bind
)

// Candidates are the full names that a library makes of a typed one, in the
// order in which it asks for them. A name with a final dot is never searched.
func (c Conf) Candidates(lib Library, name string) []string {
	if strings.HasSuffix(name, ".") {
		return []string{name}
	}
	asIs := fqdn(name)
	var searched []string
	for _, suffix := range c.Search {
		searched = append(searched, fqdn(name+"."+suffix))
	}
	switch {
	case strings.Count(name, ".") < c.Ndots():
		return append(searched, asIs)
	case lib == Glibc:
		return append([]string{asIs}, searched...)
	default:
		return []string{asIs}
	}
}

// goesOn tells whether a library tries the next name after these answers, all
// for one name.
func (lib Library) goesOn(ms []Message) bool {
	found := slices.ContainsFunc(ms, func(m Message) bool { return hasRecord(m) })
	missing := func(m Message) bool { return m.Rcode == NXDomain }
	if lib == Glibc {
		return !found
	}
	return !found && !slices.ContainsFunc(ms, func(m Message) bool { return !missing(m) })
}

// hasRecord tells whether an answer holds a record of the type asked.
func hasRecord(m Message) bool {
	return m.Rcode == NoError && slices.ContainsFunc(m.Answer, func(r Record) bool { return r.Type == m.Question.Type })
}

// Resolver asks a client's name servers.
type Resolver struct {
	Conf Conf
	// Ask sends one question. An error means that no server answered.
	Ask func(Question) (Message, error)
}

// Search asks for each candidate of a name until one ends the search. The last
// answer is the result, whatever it says; the others are before it. It stops
// at an error.
func (r Resolver) Search(lib Library, q Question) ([]Message, error) {
	var tried []Message
	for _, name := range r.Conf.Candidates(lib, q.Name) {
		m, err := r.Ask(Question{name, q.Type})
		if err != nil {
			return tried, err
		}
		tried = append(tried, m)
		if !lib.goesOn([]Message{m}) {
			break
		}
	}
	return tried, nil
}

// The ways in which getaddrinfo fails, in the C library's words.
var (
	ErrNoName    = errors.New("Name or service not known")
	ErrTryAgain  = errors.New("Temporary failure in name resolution")
	ErrNoAddress = errors.New("No address associated with hostname")
)

// Host is what getaddrinfo finds.
type Host struct {
	// Canonical is the name at the end of the aliases, without a final dot.
	Canonical string
	// Aliases are the names before it.
	Aliases []string
	// Addresses are IPv4 before IPv6, as a host without IPv6 sorts them.
	Addresses []netip.Addr
}

// Host looks up the addresses of a name as glibc's getaddrinfo does: A and
// AAAA of each candidate, up to the first that has either.
func (r Resolver) Host(name string) (Host, error) {
	failure := ErrNoName
	for _, candidate := range r.Conf.Candidates(Glibc, name) {
		if (Question{candidate, A}).Check() != nil {
			continue
		}
		var answers []Message
		for _, t := range []Type{A, AAAA} {
			m, err := r.Ask(Question{candidate, t})
			if err != nil {
				return Host{}, ErrTryAgain
			}
			switch {
			case m.Rcode == NoError:
				failure = ErrNoAddress
			case m.Rcode != NXDomain && failure == ErrNoName:
				failure = ErrTryAgain
			}
			answers = append(answers, m)
		}
		if !Glibc.goesOn(answers) {
			return hostOf(candidate, answers), nil
		}
	}
	return Host{}, failure
}

func hostOf(name string, answers []Message) Host {
	h := Host{Canonical: strings.TrimSuffix(name, ".")}
	for _, m := range answers {
		owner := name
		for _, r := range m.Answer {
			switch {
			case r.Type == CNAME && strings.EqualFold(r.Name, owner):
				h.alias(owner, r.Data)
				owner = r.Data
			case r.Type == m.Question.Type:
				if ip, err := netip.ParseAddr(r.Data); err == nil {
					h.Addresses = append(h.Addresses, ip)
				}
			}
		}
	}
	return h
}

func (h *Host) alias(from, to string) {
	from, to = strings.TrimSuffix(from, "."), strings.TrimSuffix(to, ".")
	if !slices.Contains(h.Aliases, from) {
		h.Aliases = append(h.Aliases, from)
		h.Canonical = to
	}
}
