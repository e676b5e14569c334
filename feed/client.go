package feed

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Bounds of one request.
const (
	connectTime  = 10 * time.Second
	headerTime   = 20 * time.Second
	requestTime  = 90 * time.Second // a body is read within it, redirects each have their own
	maxRedirects = 10
)

// ClientOptions say how a Client asks. The zero value serves.
type ClientOptions struct {
	// Contact is an address of the web or of mail at which the operators of a
	// site reach whoever runs newsdesk; it is part of the User-Agent.
	Contact string
	Version string

	// Allow lists hosts, addresses and networks (CIDR) that may be asked though
	// they are not on the public network, at any port.
	Allow []string

	// Pause is kept between two requests to a host, which are made one at a
	// time; zero stands for one second.
	Pause time.Duration

	// Resolver looks up hosts; nil is the system's. Dial, if it is set, makes
	// the connections in place of the network, and nothing guards where to.
	Resolver *net.Resolver
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Client fetches feeds and pages from strangers: never from an address that
// is not public, whatever names and redirects lead there, never more or longer
// than is bounded, and one request at a time to a host. It is for use by any
// number of goroutines.
type Client struct {
	transport *http.Transport
	allow     allowance
	agent     string
	hosts     *hosts
	robots    *robotsCache
}

// NewClient returns a Client. The error says what is wrong with o.Allow.
func NewClient(o ClientOptions) (*Client, error) {
	allow, err := parseAllowance(o.Allow)
	if err != nil {
		return nil, err
	}
	c := &Client{allow: allow, hosts: newHosts(cmp.Or(o.Pause, time.Second)), robots: newRobotsCache()}
	c.agent = productToken + "/" + cmp.Or(o.Version, "0")
	if contact := strings.Map(printable, o.Contact); contact != "" {
		c.agent += " (+" + contact + ")"
	} else {
		c.agent += " (news reader)"
	}
	dial := o.Dial
	if dial == nil {
		dial = c.guard(o.Resolver)
	}
	c.transport = &http.Transport{
		DialContext:            dial,
		Proxy:                  nil, // a proxy would connect to what is refused here
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    connectTime,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout:  headerTime,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        30 * time.Second,
	}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// printable drops what cannot stand in a header.
func printable(r rune) rune {
	if r < ' ' || r > '~' || r == '(' || r == ')' {
		return -1
	}
	return r
}

// guard returns a dial function that looks at the very address it connects to,
// so that neither a name that resolves to another address the second time nor
// a redirect gets past it.
func (c *Client) guard(resolver *net.Resolver) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		d := net.Dialer{Timeout: connectTime, Resolver: resolver, ControlContext: func(_ context.Context, _, peer string, _ syscall.RawConn) error {
			ap, err := netip.ParseAddrPort(peer)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrForbidden, err)
			}
			return c.allow.checkPeer(ap.Addr(), fmt.Sprint(ap.Port()), strings.ToLower(strings.TrimSuffix(host, ".")))
		}}
		return d.DialContext(ctx, network, address)
	}
}

// A request is what to ask.
type request struct {
	url    string
	accept string
	limit  int64 // bytes of the body, decompressed
	robots bool  // heed robots.txt, as for pages; feeds publish to be polled

	// The validators of an earlier answer, and the address that gave it.
	etag, modified, validated string
}

// A response is an answer, read whole.
type response struct {
	status    int
	header    http.Header
	body      []byte
	url       string // that answered, behind redirects
	permanent string // where permanent redirects alone lead, or empty
	hops      int
}

func (r *response) contentType() string { return r.header.Get("Content-Type") }

// get asks, follows redirects, and reads the answer, whatever its status. An
// error tells what went wrong in words for operators.
func (c *Client) get(ctx context.Context, req request) (*response, error) {
	u, err := url.Parse(req.url)
	if err != nil {
		return nil, fmt.Errorf("%q is no address", redact(req.url))
	}
	permanent, allPermanent := "", true
	seen := []string{}
	for hops := 0; ; hops++ {
		if err := c.allow.checkURL(u); err != nil {
			return nil, fmt.Errorf("%s: %w", redact(u.String()), err)
		}
		seen = append(seen, u.String())
		r, err := c.ask(ctx, u, req)
		if err != nil {
			return nil, err
		}
		r.hops, r.permanent = hops, permanent
		if !isRedirect(r.status) {
			return r, nil
		}
		next, err := u.Parse(r.header.Get("Location"))
		if err != nil || r.header.Get("Location") == "" {
			return nil, fmt.Errorf("%s answered %d without a place to go to", redact(u.String()), r.status)
		}
		next.Fragment = ""
		if hops == maxRedirects {
			return nil, fmt.Errorf("more than %d redirects, the last to %s", maxRedirects, redact(next.String()))
		}
		if slices.Contains(seen, next.String()) {
			return nil, fmt.Errorf("redirects lead in a circle, back to %s", redact(next.String()))
		}
		// A redirect away from https could come from anybody in between, so it
		// is followed and not remembered.
		allPermanent = allPermanent && (r.status == 301 || r.status == 308) && (u.Scheme == "http" || next.Scheme == "https")
		if allPermanent {
			permanent = next.String()
		}
		u = next
	}
}

func isRedirect(status int) bool {
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308
}

// ask makes one request in its host's turn.
func (c *Client) ask(ctx context.Context, u *url.URL, req request) (*response, error) {
	if req.robots {
		if err := c.allowedByRobots(ctx, u); err != nil {
			return nil, err
		}
	}
	done, err := c.hosts.enter(ctx, u.Hostname())
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, cancel := context.WithTimeoutCause(ctx, requestTime, fmt.Errorf("no whole answer within %v", requestTime))
	defer cancel()
	hr, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%q is no address", redact(u.String()))
	}
	hr.Header.Set("User-Agent", c.agent)
	hr.Header.Set("Accept", req.accept)
	hr.Header.Set("Accept-Encoding", "gzip, br, deflate")
	if req.validated == u.String() {
		if req.etag != "" {
			hr.Header.Set("If-None-Match", req.etag)
		}
		if req.modified != "" {
			hr.Header.Set("If-Modified-Since", req.modified)
		}
	}
	res, err := c.transport.RoundTrip(hr)
	if err != nil {
		return nil, c.explain(ctx, u, err)
	}
	defer res.Body.Close()
	r := &response{status: res.StatusCode, header: res.Header, url: u.String()}
	if isRedirect(r.status) || r.status == http.StatusNotModified {
		return r, nil
	}
	if r.body, err = readBody(ctx, res, req.limit); err != nil {
		return nil, c.explain(ctx, u, err)
	}
	return r, nil
}

// explain words an error of the network: which host, what to think of it.
func (c *Client) explain(ctx context.Context, u *url.URL, err error) error {
	host := u.Hostname()
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch cause := context.Cause(ctx); {
	case errors.Is(err, ErrForbidden):
		return fmt.Errorf("%s leads to a %w", host, forbiddenPart(err))
	case cause != nil:
		return fmt.Errorf("%s: %w", host, cause)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("there is no host %s: its name does not resolve", host)
	case errors.As(err, &dns):
		return fmt.Errorf("the name of %s could not be looked up: %s", host, dns.Err)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not good: %w", host, certificate.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s refuses connections", u.Host)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%s closed the connection in the middle of its answer", host)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s does not answer in time", host)
	}
	return fmt.Errorf("%s: %w", host, err)
}

// forbiddenPart takes what net wraps around it off the guard's error.
func forbiddenPart(err error) error {
	var op *net.OpError
	for errors.As(err, &op) {
		err = op.Err
	}
	return err
}
