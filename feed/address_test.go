package feed

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A nameServer answers for names with the addresses in turn, so that a name
// can lead elsewhere the second time.
type nameServer struct {
	mu    sync.Mutex
	names map[string][][]string // without the dot; the last answer stays
}

func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go s.serve(there)
		return here, nil
	}}
}

func (s *nameServer) serve(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(query) != nil {
			return
		}
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		q := m.Questions[0]
		found, addresses := s.answer(strings.TrimSuffix(q.Name.String(), "."), q.Type)
		if !found {
			m.RCode = dnsmessage.RCodeNameError
		}
		for _, a := range addresses {
			h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			if a.Is4() {
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
			} else {
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
		out, err := m.Pack()
		if err != nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)); err != nil {
			return
		}
	}
}

func (s *nameServer) answer(name string, kind dnsmessage.Type) (found bool, out []netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answers, found := s.names[strings.ToLower(name)]
	if !found {
		return false, nil
	}
	for _, a := range answers[0] {
		ip := netip.MustParseAddr(a)
		if ip.Is4() == (kind == dnsmessage.TypeA) {
			out = append(out, ip)
		}
	}
	if len(answers) > 1 && kind == dnsmessage.TypeA {
		s.names[strings.ToLower(name)] = answers[1:]
	}
	return true, out
}

// victim listens on the loopback addresses and counts who comes.
func victim(t *testing.T) (port string, visits *atomic.Int32) {
	t.Helper()
	visits = new(atomic.Int32)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	listeners := []net.Listener{l}
	if six, err := net.Listen("tcp", "[::1]:"+port); err == nil {
		listeners = append(listeners, six)
	}
	for _, l := range listeners {
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				visits.Add(1)
				c.Read(make([]byte, 4096))
				io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\n<rss><channel><title>secret</title></channel></rss>")
				c.Close()
			}
		}()
	}
	return port, visits
}

// forbidden are ways to write addresses that must never be asked. PORT stands
// for one where something listens on the loopback.
var forbidden = []string{
	"http://127.0.0.1:PORT/", "https://127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/", "http://127.255.255.254:PORT/",
	"http://2130706433:PORT/", "http://017700000001:PORT/", "http://0x7f000001:PORT/", "http://0x7F.0x0.0x0.0x1:PORT/", "http://0177.0.0.1:PORT/",
	"http://0177.0.0.01:PORT/", "http://127.0.0.0x1:PORT/", "http://0x7f.1:PORT/", "http://127.000.000.001:PORT/", "http://00000177.1:PORT/", "http://4294967295:PORT/",
	"http://0.0.0.0:PORT/", "http://0:PORT/", "http://0.0.0.1:PORT/", "http://1.1:PORT/",
	"http://[::1]:PORT/", "http://[::]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/",
	"http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/", "http://[::127.0.0.1]:PORT/",
	"http://[::ffff:0:127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/",
	"http://[2002:7f00:1::]:PORT/", "http://[2002:7f00:0001::1]:PORT/", "http://[2001:0:7f00:1::]:PORT/", "http://[2001::80ff:fffe]:PORT/",
	"http://[::1%25lo]:PORT/", "http://[fe80::1%25eth0]:PORT/", "http://[fe80::1]:PORT/", "http://[fc00::1]:PORT/", "http://[fd00:ec2::254]:PORT/",
	"http://[fec0::1]:PORT/", "http://[ff02::1]:PORT/", "http://[2001:db8::1]:PORT/", "http://[3fff::1]:PORT/", "http://[100::1]:PORT/",
	"http://[5f00::1]:PORT/", "http://[2001:2::1]:PORT/", "http://[2001:20::1]:PORT/",
	"http://10.0.0.1:PORT/", "http://172.16.0.1:PORT/", "http://172.31.255.255:PORT/", "http://192.168.1.1:PORT/", "http://100.64.0.1:PORT/", "http://100.100.100.200:PORT/",
	"http://169.254.169.254:PORT/latest/meta-data/", "http://169.254.169.254.:PORT/", "http://2852039166:PORT/", "http://0xa9fea9fe:PORT/", "http://[::ffff:169.254.169.254]:PORT/",
	"http://168.63.129.16:PORT/", "http://192.0.0.192:PORT/", "http://192.0.2.1:PORT/", "http://198.51.100.7:PORT/", "http://203.0.113.9:PORT/", "http://198.18.0.1:PORT/",
	"http://192.88.99.1:PORT/", "http://224.0.0.1:PORT/", "http://239.255.255.250:PORT/", "http://240.0.0.1:PORT/", "http://255.255.255.255:PORT/",
	"http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/", "http://api.localhost:PORT/", "http://localhost.localdomain:PORT/", "http://router:PORT/",
	"http://metadata.google.internal:PORT/", "http://printer.local:PORT/", "http://nas.lan:PORT/", "http://hidden.onion:PORT/",
	"http://１２７.０.０.１:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://127。0。0。1:PORT/", "http://ⓛocalhost:PORT/", "http://loc%61lhost:PORT/", "http://127%2e0%2e0%2e1:PORT/",
	"http://news.example@127.0.0.1:PORT/", "http://news.example:80@127.0.0.1:PORT/", "http://127.0.0.1:PORT@news.example/", "http://user:secret@news.example/",
	"http://news.example%40127.0.0.1:PORT/", "http://news.example#@127.0.0.1:PORT/", "http://127.0.0.1:PORT#@news.example/", "http://127.0.0.1:PORT\\@news.example/",
	"http://loop.example:PORT/", "http://loop6.example:PORT/", "http://mapped.example:PORT/", "http://private.example:PORT/", "http://both.example:PORT/",
	"http://rebind.example:PORT/", "http://LOOP.example.:PORT/", "http://metadata.example:PORT/", "http://nat64.example:PORT/", "http://alias.example:PORT/",
	"file:///etc/passwd", "gopher://127.0.0.1:PORT/", "ftp://127.0.0.1:PORT/", "http:127.0.0.1:PORT", "http:///127.0.0.1:PORT/", "//127.0.0.1:PORT/", "jar:http://127.0.0.1:PORT/!/", "http://:PORT/",
}

func testNames() *nameServer {
	return &nameServer{names: map[string][][]string{
		"loop.example": {{"127.0.0.1"}}, "loop6.example": {{"::1"}}, "mapped.example": {{"::ffff:127.0.0.1"}}, "private.example": {{"10.1.2.3"}},
		"both.example": {{"127.0.0.1", "::1", "169.254.169.254"}}, "metadata.example": {{"169.254.169.254"}}, "nat64.example": {{"64:ff9b::7f00:1"}},
		"alias.example": {{"0.0.0.0"}}, "start.example": {{"127.0.0.1"}},
		"rebind.example": {{"192.0.32.8"}, {"127.0.0.1"}},
	}}
}

// testClient is one whose ports are not looked at, so that only addresses
// keep it from where something listens.
func testClient(t *testing.T, o ClientOptions) *Client {
	t.Helper()
	if o.Pause == 0 {
		o.Pause = 1 // nanosecond
	}
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	c.allow.anyPort = true
	t.Cleanup(c.Close)
	return c
}

func TestForbiddenAddresses(t *testing.T) {
	port, visits := victim(t)
	resolver := testNames().resolver()
	// A check ahead of the connection sees the harmless answer.
	if got, err := resolver.LookupHost(t.Context(), "rebind.example"); err != nil || got[0] != "192.0.32.8" {
		t.Fatalf("the name server answers %v, %v", got, err)
	}
	c := testClient(t, ClientOptions{Resolver: resolver})
	if len(forbidden) < 40 {
		t.Fatalf("only %d addresses", len(forbidden))
	}
	for _, pattern := range forbidden {
		address := strings.ReplaceAll(pattern, "PORT", port)
		if res, err := c.get(t.Context(), request{url: address, limit: 1 << 20}); err == nil {
			t.Errorf("%s answered %d", address, res.status)
		} else if strings.Contains(err.Error(), "secret") && strings.Contains(pattern, "user:secret") {
			t.Errorf("%s: the error tells the password: %v", address, err)
		}
		if n := visits.Swap(0); n > 0 {
			t.Errorf("%s: %d connections were made", address, n)
		}
	}
}

func TestRedirectsToForbiddenAddresses(t *testing.T) {
	port, visits := victim(t)
	var target atomic.Value
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			http.Redirect(w, r, "/second", http.StatusMovedPermanently)
		case "/second":
			http.Redirect(w, r, "/third", http.StatusTemporaryRedirect)
		default:
			w.Header().Set("Location", target.Load().(string))
			w.WriteHeader(http.StatusFound)
		}
	}))
	defer front.Close()
	_, frontPort, _ := net.SplitHostPort(front.Listener.Addr().String())
	names := testNames()
	names.answer("rebind.example", dnsmessage.TypeA)
	c := testClient(t, ClientOptions{Resolver: names.resolver(), Allow: []string{"start.example"}})
	for _, pattern := range forbidden {
		if strings.HasPrefix(pattern, "http:1") || strings.HasPrefix(pattern, "http://127.0.0.1:PORT\\") {
			continue // relative to the page that redirects, or refused before
		}
		target.Store(strings.ReplaceAll(pattern, "PORT", port))
		if res, err := c.get(t.Context(), request{url: "http://start.example:" + frontPort + "/", limit: 1 << 20}); err == nil {
			t.Errorf("redirect to %s: got %d", target.Load(), res.status)
		}
		if n := visits.Swap(0); n > 0 {
			t.Errorf("redirect to %s: %d connections were made", target.Load(), n)
		}
	}
}

func TestPublicAddresses(t *testing.T) {
	for _, ip := range []string{"8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.0.1", "198.17.0.1", "223.255.255.255",
		"2606:4700::1111", "2a00:1450:4001::1", "2400:cb00::1", "::ffff:8.8.8.8", "64:ff9b::808:808"} {
		if !isPublic(netip.MustParseAddr(ip)) {
			t.Errorf("%s is refused", ip)
		}
	}
}

func TestAllowedHosts(t *testing.T) {
	port, visits := victim(t)
	for _, tt := range []struct {
		allow, address string
		want           bool
	}{
		{"127.0.0.1", "http://127.0.0.1:PORT/", true},
		{"127.0.0.0/8", "http://127.0.0.1:PORT/", true},
		{"127.0.0.0/8", "http://loop.example:PORT/", true},
		{"loop.example", "http://LOOP.example.:PORT/", true},
		{"loop.example", "http://127.0.0.1:PORT/", false},
		{"loop.example", "http://private.example:PORT/", false},
		{"10.0.0.0/8", "http://127.0.0.1:PORT/", false},
		{"127.0.0.2", "http://127.0.0.1:PORT/", false},
	} {
		c, err := NewClient(ClientOptions{Resolver: testNames().resolver(), Allow: []string{tt.allow}, Pause: 1})
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.get(t.Context(), request{url: strings.ReplaceAll(tt.address, "PORT", port), limit: 1 << 20})
		if got := err == nil && res.status == 200; got != tt.want {
			t.Errorf("%s with %s: got %v, %v", tt.address, tt.allow, got, err)
		}
		if n := visits.Swap(0); n > 0 != tt.want {
			t.Errorf("%s with %s: %d connections", tt.address, tt.allow, n)
		}
	}
	for _, bad := range []string{"http://intranet", "10.0.0.0/33", "a b", "", "*.example", "host:80"} {
		if CheckAllowed([]string{bad}) == nil {
			t.Errorf("%q is taken for a host", bad)
		}
	}
}

func TestPorts(t *testing.T) {
	c, err := NewClient(ClientOptions{Allow: []string{"intranet"}})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://news.example/": true, "https://news.example:443/": true, "http://news.example:8080/": true, "http://news.example:22/": false,
		"http://news.example:25/": false, "http://news.example:6379/": false, "http://8.8.8.8:53/": false, "http://intranet:3000/": true,
	} {
		u, err := parseAddress(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.allow.checkURL(u); (err == nil) != want || err != nil && !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"news.example": "https://news.example/", " HTTPS://News.Example:443/Feed#top ": "https://news.example/Feed", "feed://news.example/rss": "https://news.example/rss",
		"feed:http://news.example:80/rss?a=b": "http://news.example/rss?a=b", "ftp://news.example/": "", "http://": "", "a b": "", "javascript:alert(1)": "", "": "",
		"https://user:pass@news.example/": "", "https://" + strings.Repeat("a", 3000): "",
	} {
		u, err := parseAddress(in)
		if got := fmt.Sprint(u); err == nil && got != want || err != nil && want != "" {
			t.Errorf("%q: got %v, %v, want %q", in, u, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "pass@") {
			t.Errorf("%q: the error tells the password: %v", in, err)
		}
	}
}
