package eval

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestReadQuestions(t *testing.T) {
	const file = `{"id": "w1", "question": "Which former pope was laid to rest?", "now": "2023-01-05", "answers": ["Benedict XVI"], "article_ids": ["a", "b"], "editor_ids": ["a"], "other": 1}

{"question": "Who?", "now": "2023-01-05T10:00:00Z", "file": "x/y.md", "type": "person"}
{"id": "n1", "question": "How high is the dam?", "answers": [], "null": true}
`
	want := []Question{
		{ID: "w1", Text: "Which former pope was laid to rest?", Type: "what", Now: time.Date(2023, 1, 5, 23, 59, 59, 0, time.UTC),
			Answers: []string{"Benedict XVI"}, Articles: []string{"a", "b"}, Editors: []string{"a"}},
		{ID: "line 3", Text: "Who?", Type: "person", Now: time.Date(2023, 1, 5, 10, 0, 0, 0, time.UTC), File: "x/y.md"},
		{ID: "n1", Text: "How high is the dam?", Type: "other", Answers: []string{}, Null: true},
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{"plain": file, "gzipped": packed.String()} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadQuestions(strings.NewReader(raw), "q.jsonl")
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestBadQuestions(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"nothing":              {"\n\n", `q.jsonl holds no questions: write one a line, like {"question":"…","answers":["…"]}`},
		"not JSON":             {"{\"id\":\"a\",\"question\":\"Who?\",\"answers\":[\"x\"]}\nWho?\n", "q.jsonl:2: invalid character 'W'"},
		"a string for a list":  {`{"question":"Who?","answers":"x"}`, "q.jsonl:1: json: cannot unmarshal string"},
		"no question":          {`{"question":" ","answers":["x"]}`, `q.jsonl:1: "question" is empty`},
		"no day":               {`{"question":"Who?","now":"soon","answers":["x"]}`, `q.jsonl:1: now "soon": not a date`},
		"nothing to go by":     {`{"question":"Who?"}`, "q.jsonl:1: what answers is unknown"},
		"null with an answer":  {`{"question":"Who?","answers":["x"],"null":true}`, `q.jsonl:1: "null" says that nothing answers`},
		"an answer of nothing": {`{"question":"Who?","answers":["x","–"]}`, `q.jsonl:1: the answer "–" holds no letter and no digit`},
		"an id twice": {`{"id":"a","question":"Who?","answers":["x"]}` + "\n" + `{"id":"a","question":"Why?","answers":["x"]}`,
			`q.jsonl:2: the id "a" stands in line 1 already`},
		"a line without end": {`{"question":"` + strings.Repeat("x", maxLine) + `"}`, "q.jsonl:1: the line is longer than 1048576 bytes"},
		"gzip cut short":     {gzipMagic, "read questions q.jsonl: "},
		"all of several":     {"1\n2\n", "q.jsonl:1: json: cannot unmarshal number"},
		"the second too":     {"1\n2\n", "\nq.jsonl:2: json: cannot unmarshal number"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadQuestions(strings.NewReader(test.file), "q.jsonl")
			if err == nil || !strings.Contains("\n"+err.Error(), test.want) {
				t.Errorf("got error %v, want %q in it", err, test.want)
			}
		})
	}
	_, err := ReadQuestions(strings.NewReader(strings.Repeat("?\n", 50)), "q.jsonl")
	if got := strings.Count(err.Error(), "\n") + 1; got != maxBadLines {
		t.Errorf("got %d bad lines reported, want %d", got, maxBadLines)
	}
}

// However a file is broken, what is read of it are questions that can be asked
// and told apart.
func FuzzReadQuestions(f *testing.F) {
	f.Add([]byte(`{"id":"a","question":"Who?","answers":["x"],"now":"2023-01-05"}`))
	f.Add([]byte("{\"question\":\"Who?\",\"null\":true}\r\n\x00"))
	f.Add([]byte(gzipMagic + "\x08"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		list, err := ReadQuestions(bytes.NewReader(raw), "q")
		if err == nil && len(list) == 0 {
			t.Error("got neither questions nor an error")
		}
		seen := make(map[string]bool)
		for _, q := range list {
			if q.ID == "" || seen[q.ID] || strings.TrimSpace(q.Text) == "" || q.Type == "" {
				t.Errorf("got %+v", q)
			}
			seen[q.ID] = true
		}
	})
}

func TestTypeOf(t *testing.T) {
	for question, want := range map[string]string{
		"Who confirmed the visit?":                           "who",
		"Whose envoy is coming?":                             "who",
		"When is he going to Moscow?":                        "when",
		"Where will they meet?":                              "where",
		"Why did it fail?":                                   "why",
		"How many came?":                                     "how many",
		"How much did it cost?":                              "how many",
		"How long did it last?":                              "other",
		"Which team does he play for?":                       "what",
		"He fell ill when he played. Which team was it?":     "what",
		"A player fell. He is a valued member of which team": "what",
		"What happened when they met?":                       "what",
		"When they met, who spoke?":                          "when",
		"Did the U.S. leave?":                                "other",
		"Who won? Tell me.":                                  "who",
		"":                                                   "other",
	} {
		if got := typeOf(question); got != want {
			t.Errorf("%q: got %s, want %s", question, got, want)
		}
	}
}
