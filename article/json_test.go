package article

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

func TestJSONRecords(t *testing.T) {
	day := time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name, record string
		want         Article // ID and Headings are compared only where given
	}{
		{"the names used by newsdesk's own collections",
			`{"id":"rt1","title":"T","source":"cnn.com","url":"https://cnn.com/a","published":"2025-11-26","text":"Words."}`,
			Article{ID: "rt1", Title: "T", Source: "cnn.com", URL: "https://cnn.com/a", Published: day, Text: "Words."}},
		{"NewsAPI",
			`{"source":{"id":null,"name":"Sample Wire"},"author":"By Ann Example","title":"T","url":"https://s.example/1","urlToImage":"https://s.example/i.jpg","publishedAt":"2025-11-26T10:00:00Z","content":"Words."}`,
			Article{Title: "T", Source: "Sample Wire", URL: "https://s.example/1", Authors: []string{"Ann Example"}, Image: "https://s.example/i.jpg", Published: day.Add(10 * time.Hour), Text: "Words."}},
		{"news-please",
			`{"maintext":"Words.","title":"T","authors":["A One","B Two","A One"],"date_publish":"2025-11-26 10:00:00","source_domain":"s.example","language":"en","image_url":"https://s.example/i.jpg","text":null}`,
			Article{Title: "T", Source: "s.example", Authors: []string{"A One", "B Two"}, Language: "en", Image: "https://s.example/i.jpg", Published: day.Add(10 * time.Hour), Text: "Words."}},
		{"WordPress",
			`{"id":17,"date":"2025-11-26T10:00:00","link":"https://www.s.example/1","title":{"rendered":"A &amp; B"},"content":{"rendered":"<h2>Head</h2>\n<p>One&nbsp;two.</p>\n<ul><li>x</li><li>y</li></ul>"}}`,
			Article{ID: "17", Title: "A & B", Source: "s.example", URL: "https://www.s.example/1", Published: day.Add(10 * time.Hour), Text: "Head\n\nOne two.\n\nx\ny", Headings: []Span{{0, 4}}}},
		{"an export of MongoDB",
			`{"_id":{"$oid":"abc"},"Headline":"T","BODY":["One.","Two."],"pubDate":{"$date":"2025-11-26T00:00:00Z"},"authors":[{"name":"A"},{"name":"B"}],"Category":"World","lang":"pt_BR"}`,
			Article{ID: "abc", Title: "T", Text: "One.\n\nTwo.", Published: day, Authors: []string{"A", "B"}, Section: "World", Language: "pt-BR"}},
		{"the first field that holds something wins",
			`{"title":" ","headline":"T","text":"","body":"Words.","content":"Other.","published":"soon","date":1764115200,"url":"/local","link":"https://s.example/1"}`,
			Article{Title: "T", Text: "Words.", Published: day, URL: "https://s.example/1", Source: "s.example"}},
		{"what makes no sense is left empty",
			`{"text":"Words.","title":7,"url":"javascript:alert(1)","date":"03/04/2025","language":"Klingonese","image":"i.jpg","author":{"x":1},"category":null,"source":false}`,
			Article{Title: "7", Text: "Words."}},
		{"nothing but text",
			`{"text":"Words come first. More words."}`,
			Article{Title: "Words come first. More words.", Text: "Words come first. More words."}},
		{"control characters in names",
			`{"text":"Words.","title":"A\u0007 \n B\u202e","source":"S\u0000","author":"C\u001b[1m","section":"D\tE"}`,
			Article{Title: "A B", Text: "Words.", Source: "S", Authors: []string{"C[1m"}, Section: "D E"}},
		{"a text that only mentions tags",
			`{"title":"T","text":"Use <p> or <br> to break lines."}`,
			Article{Title: "T", Text: "Use <p> or <br> to break lines."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readOne(t, "a.jsonl", tt.record)
			if tt.want.ID == "" {
				got.ID = ""
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestJSONFiles(t *testing.T) {
	tests := []struct {
		name, content string
		want          []string // the texts
		problems      int
	}{
		{"one object", `{"text":"a"}`, []string{"a"}, 0},
		{"an array", `[{"text":"a"},{"text":"b"}]`, []string{"a", "b"}, 0},
		{"an empty array", ` [ ] `, nil, 0},
		{"an empty file", " \n", nil, 0},
		{"one object a line", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", []string{"a", "b"}, 0},
		{"articles wrapped", `{"status":"ok","totalResults":2,"articles":[{"text":"a"},{"text":"b"}],"page":{"next":null}}`, []string{"a", "b"}, 0},
		{"no articles wrapped", `{"status":"ok","articles":[]}`, nil, 0},
		{"wrapped twice", `{"response":{"status":"ok","results":[{"body":"a"}]}}`, []string{"a"}, 0},
		{"an article that has a list called items", `{"text":"a","items":[{"x":1}]}`, []string{"a"}, 0},
		{"an article whose data is a list of numbers", `{"data":[1,[2]],"text":"a"}`, []string{"a"}, 0},
		{"an article whose data is an object", `{"data":{"x":1},"text":"a"}`, []string{"a"}, 0},
		{"brackets and quotes inside of strings", `[{"text":"a ] } \" \\"},{"text":"b"}]`, []string{`a ] } " \`, "b"}, 0},
		{"one broken element among good ones", `[{"text":"a"},{"text" "b"},{"text":"c"}]`, []string{"a", "c"}, 1},
		{"an element that is no object", `[{"text":"a"},"b",null,{"text":"c"}]`, []string{"a", "c"}, 2},
		{"cut off in an element", `[{"text":"a"},{"text":"b`, []string{"a"}, 1},
		{"cut off behind an element", `[{"text":"a"}`, []string{"a"}, 1},
		{"cut off in a wrapper", `{"articles":[{"text":"a"},`, []string{"a"}, 1},
		{"a comma too many", `[{"text":"a"},]`, []string{"a"}, 0},
		{"a wrapper that also has an empty text", `{"text":"","articles":[{"text":"a"}]}`, []string{"a"}, 0},
		{"no comma", `[{"text":"a"} {"text":"b"}]`, []string{"a"}, 1},
		{"no JSON at all", `hello`, nil, 1},
		{"an object without text", `{"data":{"x":1},"title":"t"}`, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			articles, problems := readString(t, "a.json", tt.content)
			var got []string
			for _, a := range articles {
				got = append(got, a.Text)
			}
			if !reflect.DeepEqual(got, tt.want) || len(problems) != tt.problems {
				t.Errorf("got %q and problems %v, want %q and %d", got, problems, tt.want, tt.problems)
			}
		})
	}
}

func TestJSONTextIsKeptByteForByte(t *testing.T) {
	same := func(text string) bool {
		if strings.TrimSpace(text) == "" || strings.Contains(text, "\x00") || isMarkup(text) {
			return true
		}
		text = strings.ToValidUTF8(text, "?")
		raw, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		lines := readOne(t, "a.jsonl", string(raw)+"\n")
		file := readOne(t, "a.json", "[\n"+string(raw)+"]")
		return lines.Text == text && file.Text == text && lines.ID == file.ID
	}
	for _, text := range []string{"  led by spaces\n", "\ufeffmark", "tab\tCR\r\n\u2028", "a\u00adb <p>", "\U0001f30d"} {
		if !same(text) {
			t.Errorf("%q was changed", text)
		}
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 500}); err != nil {
		t.Error(err)
	}
}

func TestIDs(t *testing.T) {
	id := func(record string) string { return readOne(t, "a.jsonl", record).ID }
	if got := id(`{"id":" x 1 ","text":"t"}`); got != "x 1" {
		t.Errorf("given: got %q", got)
	}
	if got := id(`{"id":12345678901234567890,"text":"t"}`); got != "12345678901234567890" {
		t.Errorf("a big number: got %q", got)
	}
	plain := id(`{"url":"https://s.example/a?id=1","text":"t"}`)
	if len(plain) != 17 || plain[0] != 'u' {
		t.Errorf("made from the address: got %q, want u and 16 digits", plain)
	}
	if got := id(`{"url":"HTTPS://S.example:443/a?utm_source=x&id=1#top","text":"other"}`); got != plain {
		t.Errorf("the same address written otherwise: got %q, want %q", got, plain)
	}
	words := id(`{"text":"t"}`)
	if len(words) != 17 || words[0] != 't' {
		t.Errorf("made from the text: got %q, want t and 16 digits", words)
	}
	if got := id(`{"title":"T","text":"t"}`); got != words {
		t.Errorf("the same text: got %q, want %q", got, words)
	}
	if got := id(`{"text":"t "}`); got == words {
		t.Errorf("another text got the same id %q", got)
	}
}
