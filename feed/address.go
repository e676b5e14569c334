package feed

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ErrForbidden is wrapped by the errors of addresses that are never asked,
// since no news is published there: private networks, the machine itself,
// services of clouds.
var ErrForbidden = errors.New("forbidden address")

// maxAddress bounds an address, in bytes, as package article does.
const maxAddress = 2048

// An allowance is what FEEDS_ALLOW_HOSTS lets through beside the public network.
type allowance struct {
	names    []string
	prefixes []netip.Prefix
	anyPort  bool // for tests, where servers listen at any
}

// parseAllowance reads host names, addresses and CIDRs.
func parseAllowance(list []string) (allowance, error) {
	var a allowance
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil {
			a.prefixes = append(a.prefixes, p.Masked())
		} else if ip, err := netip.ParseAddr(s); err == nil {
			a.prefixes = append(a.prefixes, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
		} else if name, err := hostName(s); err == nil && !strings.ContainsAny(s, "/:@ ") {
			a.names = append(a.names, name)
		} else {
			return a, fmt.Errorf("%q is neither a host such as news.example nor a network such as 10.0.0.0/8", s)
		}
	}
	return a, nil
}

// CheckAllowed reports what is wrong with a list for ClientOptions.Allow.
func CheckAllowed(list []string) error {
	_, err := parseAllowance(list)
	return err
}

func (a allowance) hasName(name string) bool { return slices.Contains(a.names, name) }

func (a allowance) hasIP(ip netip.Addr) bool {
	return slices.ContainsFunc(a.prefixes, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// hostName returns a host as it is looked up: in ASCII and lower case, without
// the dot that may end it.
func hostName(host string) (string, error) {
	name, err := idna.Lookup.ToASCII(host)
	if err != nil {
		// Underscores and the like are no host names by the book, yet in use.
		if name, err = idna.ToASCII(host); err != nil {
			return "", err
		}
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "" || len(name) > 253 || strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	}) {
		return "", fmt.Errorf("no host is called %q", host)
	}
	return name, nil
}

// checkURL refuses addresses that are not to be asked, as far as they can be
// told before a connection is made; see guard for the rest.
func (a allowance) checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.Host == "" {
		return errors.New("not an http or https address")
	}
	if u.User != nil {
		return fmt.Errorf("%w: it carries a user or password, which are neither sent nor kept", ErrForbidden)
	}
	if literal := u.Hostname(); strings.ContainsAny(literal, ":%") {
		ip, err := netip.ParseAddr(literal)
		if err != nil || ip.Zone() != "" {
			return fmt.Errorf("%w: host %q", ErrForbidden, literal)
		}
		return a.checkPeer(ip, u.Port(), "")
	}
	name, err := hostName(u.Hostname())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		return a.checkPeer(ip, u.Port(), name)
	}
	if a.hasName(name) {
		return nil
	}
	labels := strings.Split(name, ".")
	last := labels[len(labels)-1]
	// What ends in a number is an IPv4 address to most programs, however odd
	// (https://url.spec.whatwg.org/#ends-in-a-number-checker).
	if strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return fmt.Errorf("%w: host %q is an address in disguise", ErrForbidden, name)
	}
	if len(labels) == 1 || slices.Contains([]string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion"}, last) {
		return fmt.Errorf("%w: host %q is not on the public network; FEEDS_ALLOW_HOSTS can allow it", ErrForbidden, name)
	}
	if len(a.prefixes) > 0 {
		return nil // its address may be one that is allowed at any port
	}
	return a.checkPort(u.Port())
}

// checkPeer refuses what a connection must not be made to; name is the host
// that led there.
func (a allowance) checkPeer(ip netip.Addr, port, name string) error {
	ip = ip.Unmap()
	if a.hasIP(ip) || name != "" && a.hasName(name) {
		return nil
	}
	if ip.Zone() != "" || !isPublic(ip) {
		return fmt.Errorf("%w: %s is not on the public network; FEEDS_ALLOW_HOSTS can allow it", ErrForbidden, ip)
	}
	return a.checkPort(port)
}

// checkPort keeps to the ports of the web, so that no feed makes newsdesk talk
// to mail servers and databases.
func (a allowance) checkPort(port string) error {
	switch port {
	case "", "80", "443", "8000", "8008", "8080", "8443", "8888":
		return nil
	}
	if a.anyPort {
		return nil
	}
	return fmt.Errorf("%w: port %s is not one of the web's; FEEDS_ALLOW_HOSTS can allow its host", ErrForbidden, port)
}

// isPublic reports whether an address is one of the public network, by IANA's
// registries of special-purpose addresses
// (https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-).
func isPublic(ip netip.Addr) bool {
	if ip = ip.Unmap(); ip.Is4() {
		for _, p := range [...]string{
			"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
			"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
			"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
			"168.63.129.16/32", // Azure's own services
		} {
			if netip.MustParsePrefix(p).Contains(ip) {
				return false
			}
		}
		return true
	}
	if netip.MustParsePrefix("64:ff9b::/96").Contains(ip) { // NAT64, RFC 6052
		b := ip.As16()
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	}
	if !netip.MustParsePrefix("2000::/3").Contains(ip) {
		return false // also IPv4-compatible, unique local, link-local, multicast
	}
	// IETF's own (Teredo among them), documentation, 6to4.
	for _, p := range [...]string{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"} {
		if netip.MustParsePrefix(p).Contains(ip) {
			return false
		}
	}
	return true
}

// parseAddress reads the address of a feed or site as people write it: without
// a scheme, or with that of feed readers. What it returns names the feed.
func parseAddress(s string) (*url.URL, error) {
	given := s
	s = strings.TrimSpace(s)
	low := strings.ToLower(s)
	for _, prefix := range []string{"feed:", "webcal:", "rss:"} {
		if strings.HasPrefix(low, prefix) {
			s = strings.TrimPrefix(s[len(prefix):], "//")
			break
		}
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	if len(s) > maxAddress || !utf8.ValidString(s) || strings.ContainsAny(s, " \t\r\n\"<>\\") {
		return nil, fmt.Errorf("%q is no address: want one such as https://news.example/feed", redact(given))
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no address: want one such as https://news.example/feed", redact(given))
	}
	if u.User != nil {
		return nil, fmt.Errorf("%w: %s carries a user or password, which are neither sent nor kept", ErrForbidden, redact(s))
	}
	u.Host = strings.ToLower(u.Host)
	if u.Scheme == "http" {
		u.Host = strings.TrimSuffix(u.Host, ":80")
	} else {
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	if len(u.String()) > maxAddress { // which escapes make longer
		return nil, fmt.Errorf("%q is too long for an address: want one such as https://news.example/feed", redact(given))
	}
	return u, nil
}

// redact takes user and password out of an address that is to be shown.
func redact(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	} else {
		scheme += "://"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = "…" + rest[at:]
	}
	return shorten(scheme+rest, 200)
}

// shorten cuts s to about limit bytes, and shows that it did.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}
