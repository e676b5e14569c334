package locale_test

import (
	"slices"
	"strings"
	"testing"

	"newsdesk/locale"
)

func TestPreferred(t *testing.T) {
	for accepted, want := range map[string]locale.Language{
		"":                                  locale.English,
		"de":                                locale.German,
		"de-AT,de;q=0.9,en;q=0.8":           locale.German,
		"en-GB,en;q=0.9,de;q=0.8":           locale.English,
		"ja,pt-BR;q=0.9,uk;q=0.5,en;q=0.1":  locale.Ukrainian,
		"en;q=0.2, fr;q=0.7, es-419;q=0.71": locale.Spanish,
		"de;q=0, fr":                        locale.French,
		"*":                                 locale.English,
		"ja":                                locale.English,
		"de;q=x":                            locale.English,
		"<script>":                          locale.English,
		"de," + strings.Repeat("x-", 600):   locale.English,
	} {
		if got := locale.Preferred(accepted); got != want {
			t.Errorf("%q: got %s, want %s", accepted, got.Code(), want.Code())
		}
	}
}

func FuzzPreferred(f *testing.F) {
	f.Add("de-AT,de;q=0.9,en;q=0.8")
	f.Add("*;q=1,,-_;")
	f.Fuzz(func(t *testing.T, accepted string) {
		if l := locale.Preferred(accepted); !slices.Contains(locale.All(), l) {
			t.Errorf("%q: got %q", accepted, l)
		}
	})
}
