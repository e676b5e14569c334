package answer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/data"
	"newsdesk/index"
)

// asked is a line of a question file.
type asked struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Now      string   `json:"now"`
	Answers  []string `json:"answers"`
	Null     bool     `json:"null"`
}

func readAsked(t testing.TB, in io.Reader) []asked {
	t.Helper()
	var list []asked
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a asked
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// question asks at the end of the day that the file states.
func (a asked) question(t testing.TB) Question {
	t.Helper()
	day, err := time.Parse(time.DateOnly, a.Now[:min(len(a.Now), len(time.DateOnly))])
	if err != nil {
		t.Fatal(err)
	}
	return Question{ID: a.ID, Text: a.Question, Now: day.Add(24*time.Hour - time.Second)}
}

// checkAll asks many questions at once and checks every answer, and that the
// first of them come out the same a second time.
func (d *desk) checkAll(t *testing.T, questions []Question) {
	t.Helper()
	ask := func(q Question) Answer {
		a, err := d.Ask(t.Context(), q)
		a.TookMS = 0
		if err != nil && !isOwn(err) {
			t.Errorf("%q: %v", q.Text, err)
		}
		if err == nil {
			d.check(t, q, a)
			d.checkLength(t, q, a)
		}
		return a
	}
	answered := make([]Answer, len(questions))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				answered[i] = ask(questions[i])
			}
		})
	}
	for i := range questions {
		next <- i
	}
	close(next)
	wg.Wait()
	for i := range min(5, len(questions)) {
		if again := ask(questions[i]); !reflect.DeepEqual(again, answered[i]) {
			t.Errorf("%q is answered differently a second time:\n%+v\n%+v", questions[i].Text, answered[i], again)
		}
	}
}

// madeUp returns questions of words that stand in the articles, some side by
// side and some from here and there, narrowed in every way there is.
func (d *desk) madeUp(t *testing.T, n int) []Question {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 11))
	list, err := d.index.Latest(t.Context(), index.Filter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	openings := []string{"", "", "Who ", "When did ", "How many ", "Why ", "Where was ", "What is ", "Which country ", "LATEST ", "\"", "+"}
	var questions []Question
	for range n {
		p := list[r.IntN(len(list))]
		words := strings.Fields(d.text(t, p.Article))
		var chosen []string
		for from, k := r.IntN(len(words)), 0; k < 1+r.IntN(9); k++ {
			if r.IntN(4) == 0 {
				from = r.IntN(len(words))
			}
			chosen = append(chosen, words[(from+k)%len(words)])
		}
		q := Question{Text: openings[r.IntN(len(openings))] + strings.Join(chosen, " "), Now: theDay}
		switch r.IntN(8) {
		case 0:
			q.Source = p.Source
		case 1:
			q.From = p.Published
		case 2:
			q.To = p.Published
		case 3:
			q.Now = p.Published
		case 4:
			q.Without = []string{p.Article}
		}
		questions = append(questions, q)
	}
	return questions
}

func TestEveryAnswerAboutTheSamples(t *testing.T) {
	d := sampleDesk(t)
	var questions []Question
	for _, a := range readAsked(t, strings.NewReader(data.Questions())) {
		questions = append(questions, a.question(t))
	}
	if len(questions) < 100 {
		t.Fatalf("only %d questions", len(questions))
	}
	d.checkAll(t, append(questions, d.madeUp(t, 160)...))
}

// oddities is text as it comes from the web, kept byte for byte.
func oddities(t testing.TB) fs.FS {
	t.Helper()
	long := "The ledger of Port Amber lists " + strings.Repeat("barrels of herring, crates of oranges and ", 90) + "one lamp."
	files := collection(t,
		record{ID: "crlf", Title: "Port Amber\tharbour", Published: "2025-11-01", URL: "https://odd.example/crlf#top",
			Text: "The harbour of Port Amber opened.\r\nMayor Ines Falk cut a ribbon.\r\n\r\nTwo ships came.\r\nNobody left the quay before noon.\r"},
		record{ID: "nbsp", Title: "Fares\u00a0rise", Published: "2025-11-02", URL: "https://odd.example/nbsp?a=1&b=2",
			Text: "\ufeffThe ferry to Port\u00a0Amber costs 12\u202f000\u00a0crowns.\u00a0 Mayor Ines\u00a0Falk called it “too much”.\u2028It\u00adwas five."},
		record{ID: "emoji", Title: "🚢 arrives 👩‍👩‍👧", Text: "🚢🚢 The ship reached Port Amber 👩‍👩‍👧‍👦! 🎉 Ines Falk waved 🇩🇪 flags… 12 people 👍🏽 cheered 🥳"},
		record{ID: "cjk", Title: "港口", Published: "2025-11-03", URL: "https://odd.example/港口",
			Text: "琥珀港今天开放了。市长 Ines Falk 剪彩。两艘船来了！\n琥珀港は今日開港した。人々は喜んだ。Port Amber 항구가 열렸다."},
		record{ID: "long", Title: "The ledger", Published: "2025-11-04", URL: "https://odd.example/long", Text: long + " " + "Ines Falk signed it."},
		record{ID: "endless", Title: "Noise", Text: strings.Repeat("PortAmber", 900) + " Port Amber " + strings.Repeat("x", 3000)},
		record{ID: "entities", Title: "Falk &amp; sons", Published: "2025-11-05", URL: "https://odd.example/entities",
			Text: "Ines Falk &amp; her sons own &lt;half&gt; of Port Amber&#39;s quay. <b>They</b> paid &euro;5&nbsp;million.<br>Nobody&rsquo;s sure."},
		record{ID: "tiny", Title: "?", Text: "Falk."},
		record{ID: "arabic", Title: "ميناء", Text: "افتتح ميناء Port Amber اليوم. وصلت سفينتان؟ نعم.\u202eevil\u202c Ines Falk."},
	).(fstest.MapFS)
	files["page.html"] = &fstest.MapFile{Data: []byte("<html><head><title>Port Amber &amp; the sea</title></head><body><article><h1>Port Amber &amp; the sea</h1>\r\n<p>Mayor Ines&nbsp;Falk spoke of Port Amber&rsquo;s quay for an hour on Monday, and the people who had come to hear her stayed.</p><p>It &lt;rained&gt; the whole day, said those who were there.</p></article></body></html>")}
	files["note.md"] = &fstest.MapFile{Data: []byte("# Port Amber\r\n\r\nInes Falk **resigned** as [mayor](https://odd.example).\r\n\r\n- one\r\n- two &amp; three\r\n")}
	return files
}

func TestEveryAnswerAboutOddTexts(t *testing.T) {
	d := deskOf(t, oddities(t))
	var questions []Question
	for _, text := range []string{
		"Who is the mayor of Port Amber?", "Port\u00a0Amber", "How many ships came to Port Amber?", "🚢", "🚢 Port Amber 🎉",
		"琥珀港", "琥珀港 开放", "항구", "港口 Ines Falk", "ميناء", "What does the ledger list?", "herring oranges lamp",
		"Who paid &euro;5 million?", "Nobody's sure", "PortAmber", "12 000 crowns", "ｆａｌｋ", "FALK", "f\u0301alk", "two & three",
		"Who resigned?", "Where did it rain?", "\u202efalk", "fa\u00adlk",
	} {
		questions = append(questions, Question{Text: text, Now: theDay}, Question{Text: text, Now: theDay, From: theDay.AddDate(0, -1, 0)})
	}
	d.checkAll(t, append(questions, d.madeUp(t, 100)...))
}

// TestEveryAnswerAboutTheNews is for texts as publishers write them, as far as
// they are at hand.
func TestEveryAnswerAboutTheNews(t *testing.T) {
	folder, ok := shared(t, "eval/weekly-news")
	if !ok {
		return
	}
	articles := unpacked(t, folder, "corpus.jsonl.gz", 200, 5)
	d := deskOf(t, fstest.MapFS{"corpus.jsonl": {Data: []byte(articles)}})
	var questions []Question
	for _, a := range readAsked(t, strings.NewReader(unpacked(t, folder, "questions.jsonl.gz", 40, 9))) {
		questions = append(questions, a.question(t))
	}
	d.checkAll(t, questions)
}

// unpacked returns n lines of a gzipped file, every step-th.
func unpacked(t *testing.T, folder fs.FS, name string, n, step int) string {
	t.Helper()
	f, err := folder.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for i := 0; n > 0 && lines.Scan(); i++ {
		if i%step == 0 {
			b.WriteString(lines.Text() + "\n")
			n--
		}
	}
	if err := lines.Err(); err != nil || n > 0 {
		t.Fatalf("%s: %d lines are missing (%v)", name, n, err)
	}
	return b.String()
}

// TestSharedArticle asks about one published article: what stands there, and
// what does not.
func TestSharedArticle(t *testing.T) {
	folder, ok := shared(t, "articles")
	if !ok {
		return
	}
	questions, err := os.ReadFile("testdata/kremlin.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	d := deskOf(t, folder)
	right, all, none, nulls := 0, 0, 0, 0
	for _, a := range readAsked(t, strings.NewReader(string(questions))) {
		q := a.question(t)
		got := d.ask(t, q)
		d.check(t, q, got)
		d.checkLength(t, q, got)
		switch {
		case a.Null:
			if nulls++; got.Verdict == None {
				none++
			} else {
				t.Logf("%s %q should have no answer, got %s %q", a.ID, a.Question, got.Verdict, got.Sentences[0].Text)
			}
		default:
			if all++; len(got.Citations) > 0 && holdsOne(got.Citations[0].Quote, a.Answers) {
				right++
			} else {
				t.Logf("%s %q is not answered by the first quote: %s %+v", a.ID, a.Question, got.Verdict, got.Sentences)
			}
		}
	}
	if all != 20 || right < 19 {
		t.Errorf("%d of %d answers stand in the first quote, want 19 of 20", right, all)
	}
	if nulls != 10 || none < 9 {
		t.Errorf("%d of %d questions without an answer get none, want 9 of 10", none, nulls)
	}
}

func holdsOne(text string, answers []string) bool {
	for _, a := range answers {
		if strings.Contains(strings.ToLower(text), strings.ToLower(a)) {
			return true
		}
	}
	return false
}

func TestBadQuestions(t *testing.T) {
	d := deskOf(t, oddities(t))
	for _, tt := range []struct {
		name string
		q    Question
		want error
	}{
		{"nothing", Question{}, ErrEmpty},
		{"white space only", Question{Text: " \t\r\n\u00a0\u2003"}, ErrEmpty},
		{"control and invisible characters only", Question{Text: "\x00\x1b\u200b\u202e\ufeff"}, ErrEmpty},
		{"stop-words only", Question{Text: "Who is it that they are with?"}, ErrNoWords},
		{"operators only", Question{Text: `"+-~^*:()[]{}&&||!\/`}, ErrNoWords},
		{"10,000 characters", Question{Text: strings.Repeat("harbour ", 1250)}, ErrTooLong},
		{"one character too many", Question{Text: strings.Repeat("é", MaxQuestion+1)}, ErrTooLong},
		{"dates that run backwards", Question{Text: "Falk", From: theDay, To: theDay.Add(-time.Second)}, ErrBackward},
		{"an outlet that nobody knows", Question{Text: "Falk", Source: "Gazette"}, &UnknownSource{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := d.Ask(t.Context(), tt.q)
			var source *UnknownSource
			if !errors.Is(err, tt.want) && !(errors.As(err, &source) && reflect.TypeOf(err) == reflect.TypeOf(tt.want)) {
				t.Errorf("Ask: got %v, want %v", err, tt.want)
			}
			if a.Verdict != None || a.Sentences == nil || a.Citations == nil || a.Related == nil {
				t.Errorf("got %+v beside the error, want an empty answer", a)
			}
			r, serr := d.Search(t.Context(), tt.q, 10)
			if fmt.Sprint(serr) != fmt.Sprint(err) || r.Results == nil {
				t.Errorf("Search: got %v and %v, want no results and %v", r.Results, serr, err)
			}
		})
	}
	t.Run("the greatest length is taken", func(t *testing.T) {
		q := Question{Text: "Falk" + strings.Repeat(" é", (MaxQuestion-4)/2), Now: theDay}
		d.check(t, q, d.ask(t, q))
	})
}

// FuzzAsk states that no text whatever makes a question fail but for a reason
// that the person can mend, and that what comes back is sound.
func FuzzAsk(f *testing.F) {
	for _, s := range []string{
		"", "Who is the mayor of Port Amber?", `"+-~^*:() Falk AND (ship OR +Amber~2^3) title:*`, "\x00\xff\xfe\x80", "a\u0301\u200d🚢",
		"琥珀港", strings.Repeat("Falk ", 400), strings.Repeat("x", 2000), "{{.}} %s %d $(id) `x`", "\u202e\u2066", "2025 12,000 3.5",
		"What date", "Who who who", "Who Falk", "which which city", "this", "İı ſ ß", "'s ’ 's",
	} {
		f.Add(s, "")
	}
	f.Add("Falk", "odd.example")
	f.Add("Falk", "the")
	f.Add("Falk", "\x00")
	d := deskOf(f, oddities(f))
	f.Fuzz(func(t *testing.T, text, source string) {
		q := Question{Text: text, Source: source, Now: theDay}
		a, err := d.Ask(t.Context(), q)
		if err != nil {
			if !isOwn(err) {
				t.Fatalf("got %v", err)
			}
			return
		}
		d.check(t, q, a)
		d.checkLength(t, q, a)
	})
}
