package answer

import (
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/data"
	"newsdesk/index"
	"newsdesk/locale"
)

// fill puts something into every field of a value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if _, text := v.Interface().(locale.Text); text || !v.CanSet() {
			return
		}
		if _, at := v.Interface().(time.Time); at {
			v.Set(reflect.ValueOf(theDay))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 2))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("something")
	}
}

// sharing returns where two values hold the same memory that can be changed. A
// locale.Text is never changed.
func sharing(at string, a, b reflect.Value) []string {
	var list []string
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[locale.Text]() {
				list = append(list, sharing(at+"."+f.Name, a.Field(i), b.Field(i))...)
			}
		}
	case reflect.Slice:
		if a.UnsafePointer() == b.UnsafePointer() {
			return []string{at}
		}
		for i := range a.Len() {
			list = append(list, sharing(at+"[]", a.Index(i), b.Index(i))...)
		}
	case reflect.Pointer:
		if a.Pointer() == b.Pointer() {
			return []string{at}
		}
		return sharing(at, a.Elem(), b.Elem())
	case reflect.Map, reflect.Chan, reflect.Func, reflect.Interface:
		return []string{at + " of a kind that is not looked into"}
	}
	return list
}

func TestCloneSharesNothing(t *testing.T) {
	var a Answer
	fill(reflect.ValueOf(&a).Elem())
	b := a.clone()
	if !reflect.DeepEqual(a, b) {
		t.Errorf("the clone is %+v, want %+v", b, a)
	}
	if shared := sharing("Answer", reflect.ValueOf(a), reflect.ValueOf(b)); shared != nil {
		t.Errorf("both hold %s", strings.Join(shared, ", "))
	}
}

// Every field of a question, and any that is yet to come, tells it from others.
func TestKeyHoldsAllOfAQuestion(t *testing.T) {
	plain := Question{Text: "who", Now: theDay}
	other := map[string]Question{
		"Text": {Text: "Who"}, "Before": {Before: "what"}, "Now": {Now: theDay.Add(1)}, "From": {From: theDay}, "To": {To: theDay},
		"AnyTime": {AnyTime: true}, "Source": {Source: "bbc"}, "Among": {Among: []string{"a", "b"}}, "Length": {Length: Short},
		"Without": {Without: []string{"a"}}, "verbatim": {verbatim: true},
	}
	seen := map[key]string{keyOf(plain): "nothing"}
	for i := range reflect.TypeFor[Question]().NumField() {
		name := reflect.TypeFor[Question]().Field(i).Name
		if name == "ID" {
			continue
		}
		q, known := other[name]
		if !known {
			t.Errorf("whether two questions differ in %s is not tested", name)
		}
		if q.Text == "" {
			q.Text = plain.Text
		}
		if q.Now.IsZero() {
			q.Now = plain.Now
		}
		if like, same := seen[keyOf(q)]; same {
			t.Errorf("a question that differs in %s is taken for one that differs in %s", name, like)
		}
		seen[keyOf(q)] = name
	}
	for _, q := range []Question{
		{Text: "who", Now: theDay, Among: []string{"a b"}}, {Text: "who", Now: theDay, Among: []string{"a\" \"b"}},
		{Text: "who", Now: theDay.In(time.FixedZone("", 3600))},
	} {
		if like, same := seen[keyOf(q)]; same {
			t.Errorf("%+v is taken for one that differs in %s", q, like)
		}
		seen[keyOf(q)] = "more"
	}
	if q := (Question{ID: "7", Text: "  who\n", Now: theDay}); keyOf(q) != keyOf(plain) {
		t.Error("an id and white space make another question")
	}
}

// variants are questions with all that can be said beside their words.
func variants(r *rand.Rand, texts []string) Question {
	q := Question{Text: texts[r.IntN(len(texts))], Now: theDay}
	switch r.IntN(8) {
	case 0:
		q.Now = theDay.AddDate(0, 0, -r.IntN(3))
	case 1:
		q.From = theDay.AddDate(0, 0, -7)
	case 2:
		q.To = theDay.AddDate(0, 0, -1)
	case 3:
		q.Length = []Length{Short, Long}[r.IntN(2)]
	case 4:
		q.AnyTime = true
	case 5:
		q.Before = texts[r.IntN(len(texts))]
	case 6:
		q.Text = " " + strings.ReplaceAll(q.Text, " ", "\t ") + "  "
	}
	return q
}

// spoil changes all of an answer that a caller can.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
		if v.CanSet() && v.Cap() > v.Len() {
			reflect.Append(v, reflect.Zero(v.Type().Elem()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem())
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString("spoilt")
		}
	case reflect.Int:
		if v.CanSet() {
			v.SetInt(-1)
		}
	}
}

func TestRememberedAnswerIsTheFreshOne(t *testing.T) {
	d := sampleDesk(t)
	remembering := New(d.index)
	remembering.Remember = 20
	texts := sampleQuestions(t)
	r := rand.New(rand.NewPCG(1, 2))
	var asked []Question
	for range 150 {
		q := variants(r, texts)
		if len(asked) > 0 && r.IntN(2) == 0 {
			q = asked[max(0, len(asked)-1-r.IntN(20))]
			q.ID = "again"
		}
		asked = append(asked, q)
		got, err := remembering.Ask(t.Context(), q)
		want, werr := d.Ask(t.Context(), q)
		if (err == nil) != (werr == nil) || err != nil && err.Error() != werr.Error() {
			t.Fatalf("%+v: error %v, want %v", q, err, werr)
		}
		got.TookMS, want.TookMS = 0, 0
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v: got\n%+v, want\n%+v", q, got, want)
		}
		if err == nil {
			spoil(reflect.ValueOf(&got).Elem())
		}
	}
	if u := remembering.Reuse(); u.Remembered < 30 || u.Searched < 30 {
		t.Errorf("%+v: too little was tried", u)
	}
}

// sampleQuestions are of the sample articles, with outlets and phrases.
func sampleQuestions(t *testing.T) []string {
	t.Helper()
	leads, err := sampleDesk(t).index.Latest(t.Context(), index.Filter{}, 12)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{"", "source:nowhere who", "What happened yesterday?", "What did the report say this week?"}
	for _, p := range leads {
		list = append(list, p.Title, "Who said that "+strings.ToLower(p.Title)+"?", `"`+strings.Join(strings.Fields(p.Title)[:2], " ")+`"`)
	}
	return list
}

// What is taken away is in no answer from then on, nor kept anywhere.
func TestForgottenArticleIsNotRemembered(t *testing.T) {
	files := fstest.MapFS{
		"a.md": {Data: []byte("---\ntitle: The harbour opens\npublished: 2025-11-26\n---\nThe harbour of Brindlemouth opens on Friday. Ships may enter again.\n")},
		"b.md": {Data: []byte("---\ntitle: The bridge closes\npublished: 2025-11-26\n---\nThe bridge of Brindlemouth closes on Sunday. Cars have to wait.\n")},
	}
	d := deskOf(t, files)
	d.Remember = 10
	q := Question{Text: "When does the harbour of Brindlemouth open?", Now: theDay}
	if a := d.ask(t, q); len(a.Citations) == 0 || !strings.Contains(a.Citations[0].Quote, "harbour") {
		t.Fatalf("the harbour is not cited: %+v", a)
	}
	delete(files, "a.md")
	if _, err := d.index.Purge(t.Context(), index.Collection{Name: "test", FS: files}, nil); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{q.Text, "When does the bridge of Brindlemouth close?"} {
		a := d.ask(t, Question{Text: text, Now: theDay})
		for _, c := range append(a.Citations, a.Related...) {
			if strings.Contains(c.Quote, "harbour") {
				t.Errorf("%q: what is forgotten is cited: %q", text, c.Quote)
			}
		}
	}
	for _, e := range d.answers.entries {
		for _, c := range e.Citations {
			if strings.Contains(c.Quote, "harbour") {
				t.Errorf("what is forgotten is kept: %q", c.Quote)
			}
		}
	}
}

// Many ask the same while the articles change.
func TestRememberingWhileTheIndexChanges(t *testing.T) {
	d := sampleDesk(t)
	d.Remember = 5
	texts := sampleQuestions(t)[2:6]
	var wait sync.WaitGroup
	for caller := range 4 {
		wait.Go(func() {
			for i := range 25 {
				a := d.ask(t, Question{Text: texts[(caller+i)%len(texts)], Now: theDay})
				spoil(reflect.ValueOf(&a).Elem())
			}
		})
	}
	files := fstest.MapFS{"z.md": {Data: []byte("A ship came in. It was late.\n")}}
	for i := range 3 {
		var c fs.FS = data.Sample()
		if i%2 == 0 {
			c = files
		}
		if _, err := d.index.Rebuild(t.Context(), index.Collection{Name: "test", FS: c}, nil); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
}
