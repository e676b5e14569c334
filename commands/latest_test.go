package commands

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/locale"
)

func TestLatestInPages(t *testing.T) {
	matters := strings.Fields("otters bridges comets taxes violins glaciers harvests trains lamps vaccines islands chess")
	var b strings.Builder
	for i, m := range matters {
		fmt.Fprintf(&b, `{"id":"%s","title":"All about %s","source":"Wire","image":"https://wire.example/%d.jpg","url":"https://wire.example/%d","published":"2025-11-%02d","text":"Something is new with %s, %s said. Nobody knows more."}`+"\n", m, m, i, i, i+1, m, strings.ToUpper(m[:4]))
	}
	d := depsOf(t, fstest.MapFS{"wire.jsonl": {Data: []byte(b.String())}})
	r, err := d.call(t.Context(), "latest", false, "source", "wire")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for page := 1; ; page++ {
		if len(r.Items) > latestSize || !strings.HasPrefix(r.Note, fmt.Sprintf("Page %d of 3; as of ", page)) {
			t.Errorf("got\n%s", dump(r))
		}
		for _, i := range r.Items {
			if seen[i.ArticleID] || !i.Recent || !strings.HasSuffix(i.Image, ".jpg") {
				t.Errorf("page %d shows %+v", page, i)
			}
			seen[i.ArticleID] = true
		}
		if page == 3 {
			break
		}
		a := action(t, r, "Next page")
		if a.Values["source"] != "wire" {
			t.Errorf("got %v, want the outlet kept", a.Values)
		}
		r = d.do(t, a, "")
	}
	if len(seen) != len(matters) || action(t, r, "Previous page").Values["page"] != "2" {
		t.Errorf("got %d stories", len(seen))
	}
	_, err = d.call(t.Context(), "latest", false, "page", "4")
	if text, known := Explain(locale.English, err); !known || text != `Page cannot be "4": give a number from 1 to 3.` {
		t.Errorf("got %v", err)
	}
}
