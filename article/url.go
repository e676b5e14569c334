package article

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxURL = 2048 // bytes; longer ones are data, not addresses

// CanonicalURL returns the form of an article's address by which two records
// of the same article are known: scheme and host in lower case, without the
// default port, the fragment and parameters that only track readers (utm_…,
// fbclid, gclid and the like). It is "" for all but absolute http and https
// addresses of 2048 bytes at most without user, spaces and control characters.
func CanonicalURL(address string) string {
	u := parseURL(address)
	if u == nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, ":")
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	u.Host = host
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	u.ForceQuery = false
	u.RawQuery = withoutTracking(u.RawQuery)
	return u.String()
}

// statedURL returns an address as it was given, without its fragment, or ""
// if it is not fit to be shown as a link.
func statedURL(address string) string {
	if parseURL(address) == nil {
		return ""
	}
	address, _, _ = strings.Cut(strings.TrimSpace(address), "#")
	scheme, rest, _ := strings.Cut(address, ":")
	return strings.ToLower(scheme) + ":" + rest
}

// parseURL returns nil for what is not an acceptable address.
func parseURL(address string) *url.URL {
	address = strings.TrimSpace(address)
	if len(address) > maxURL || !utf8.ValidString(address) || strings.ContainsFunc(address, isSpaceOrControl) {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Opaque != "" {
		return nil
	}
	// A host may still be odd, but not so odd that it reads as another one.
	if u.Hostname() == "" || strings.ContainsAny(u.Host, "\"'<>\\^`{|}") {
		return nil
	}
	return u
}

func isSpaceOrControl(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || isInvisible(r)
}

func withoutTracking(query string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if pair != "" && !isTracking(strings.ToLower(key)) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

func isTracking(key string) bool {
	switch key {
	case "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid",
		"igshid", "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "ref_src", "ref_url",
		"cmpid", "ocid", "smid", "smtyp", "ftag", "ns_mchannel", "ns_source", "ns_campaign", "at_medium", "at_campaign":
		return true
	}
	return strings.HasPrefix(key, "utm_")
}

// hostOf returns the host of an address without "www.", or "".
func hostOf(address string) string {
	u := parseURL(address)
	if u == nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
