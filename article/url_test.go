package article

import (
	"strings"
	"testing"
)

func TestCanonicalURL(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://s.example/a", "https://s.example/a"},
		{" HTTPS://WWW.S.Example:443/A?b=2&a=1#top ", "https://www.s.example/A?b=2&a=1"},
		{"http://s.example:80", "http://s.example/"},
		{"http://s.example:8080/", "http://s.example:8080/"},
		{"https://s.example/a?utm_source=x&id=1&UTM_Medium=y&fbclid=z", "https://s.example/a?id=1"},
		{"https://s.example/a?gclid=x&mc_cid=1&mc_eid=2&igshid=3&ref_src=4", "https://s.example/a"},
		{"https://s.example/a?", "https://s.example/a"},
		{"https://s.example/a%20b?q=%2f", "https://s.example/a%20b?q=%2f"},
		{"https://[2001:db8::1]:443/a", "https://[2001:db8::1]/a"},
		{"https://пример.example/ü", "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.example/%C3%BC"},

		{"", ""},
		{"/a", ""},
		{"//s.example/a", ""},
		{"s.example/a", ""},
		{"ftp://s.example/a", ""},
		{"javascript:alert(1)", ""},
		{"https:///a", ""},
		{"https:s.example", ""},
		{"https://user:secret@s.example/a", ""},
		{"https://s.example/a b", ""},
		{"https://s.example/a\nb", ""},
		{"https://s.example/a\u202eb", ""},
		{"https://s.example\\@t.example/", ""},
		{"https://s.example/" + strings.Repeat("a", maxURL), ""},
	}
	for _, tt := range tests {
		if got := CanonicalURL(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestStatedURL(t *testing.T) {
	tests := []struct{ in, want string }{
		{" https://S.example/a?utm_source=x#top", "https://S.example/a?utm_source=x"},
		{"HTTP://s.example", "http://s.example"},
		{"mailto:a@s.example", ""},
	}
	for _, tt := range tests {
		if got := statedURL(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzCanonicalURL(f *testing.F) {
	for _, s := range []string{"https://S.example:443/a?utm_x=1&b#c", "http://[::1%25en0]/", "https://s.example/%zz", "http://s.example:/?&&"} {
		f.Add(s)
	}
	// The canonical form is the canonical form of itself and of the address
	// that is stored, and whatever has one is fit to be stored.
	f.Fuzz(func(t *testing.T, s string) {
		got := CanonicalURL(s)
		stated := statedURL(s)
		if (got == "") != (stated == "") {
			t.Fatalf("%q: canonical %q but stated %q", s, got, stated)
		}
		if got == "" || len(got) > maxURL { // escaping may lengthen it
			return
		}
		if again := CanonicalURL(got); again != got {
			t.Fatalf("%q: got %q, and of that %q", s, got, again)
		}
		if again := CanonicalURL(stated); again != got {
			t.Fatalf("%q: got %q, but of what is stored %q", s, got, again)
		}
		if !strings.HasPrefix(stated, "http://") && !strings.HasPrefix(stated, "https://") || strings.Contains(stated, "#") {
			t.Fatalf("%q: stated %q", s, stated)
		}
	})
}
