package answer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"
)

func TestPeriodOfStatesNothing(t *testing.T) {
	for kind, questions := range map[string][]string{
		"": {
			"What fell 66 million years ago?",
			"What happened in the fall of Kabul?",
			"Where do otters swim in winter?",
			"What happened on 5/3/2024?",
			"May he visit Moscow?",
			"What did Theresa May say?",
			"Which states may Trump lose?",
			"What did Brian May play?",
			"What happened after May resigned?",
			"What was in May's letter?",
			"Who spoke at the march on Washington?",
			"Who joined the Women's March?",
			"Did they march in the rain?",
			"Who won March Madness?",
			"Who lost in March Madness?",
			"What did the Sun report?",
			"Where sat the king?",
			"Who came second?",
			"Which play did August Wilson write?",
			"Who is in august company?",
			"What led to the fall of Kabul?",
			"Who planned the 7 October attack?",
			"Who died in the October 7 attacks?",
			"Where are Friday prayers held?",
			"What sold best on Black Friday?",
			"Who won on Super Tuesday?",
			"Who was behind 9/11?",
			"Who won the 2024 election?",
			"Where did 2000 people march?",
			"In 2000 homes the power failed, why?",
			"Who speaks in the next three years?",
			"When did the war start?",
			"How long ago did the war start?",
			"How many years ago did the war start?",
			"Since when is he president?",
			"Who led the country for 20 years?",
			"Who is 20 years old?",
			"Who attended the two-day meeting?",
			"Who has ruled for the past 20 years?",
			"What was the worst storm in the last 20 years?",
			"What was the best film of the past decade?",
			"Who said it a week after winning?",
			"What happened two weeks later?",
			"How many hours a week do they work?",
			"Do the shops open every Tuesday?",
			"Do they close on Sundays?",
			"What is the word of the year?",
			"Who hosts the Today show?",
			"What did USA Today report?",
			"Who hosts Last Week Tonight?",
			"Who hosts Saturday Night Live?",
			"Who stars in Wednesday on Netflix?",
			"Who beat Sheffield Wednesday?",
			"What did the Sunday Times reveal?",
			"What did the Mail on Sunday reveal?",
			"Who won last year's World Cup?",
			"Who won this year's Oscars?",
			"Which city hosted the Summer Olympics?",
			"What was the Prague Spring?",
			"Who swims at Mar-a-Lago?",
			"Where is the party on Friday the 13th?",
			"What happened in fiscal year 2023?",
			"What fell by 2000 points?",
			"Is it over 2020 metres high?",
			"What costs $2000?",
			"What did Jan Smith say?",
			"What did April say in the film?",
			"What was made by June Smith?",
			"What happened on 31 February 2024?",
			"What did the early bird catch?",
			"What was the late Queen's name?",
			"Where is the 5 March 2024 memorandum?",
			"Who won the last two matches?",
			"Who led in the last week of the campaign?",
			"What are the next steps?",
			"What happened in the past?",
			"What happened during the previous week?",
			"What is he doing this time?",
			"Did he say it at 2000 hours?",
			"Who won Eurovision?",
			"What about the March 2024 election?",
			"In the 2024 budget, what was cut?",
			"Wednesday",
			"2023",
			"March",
			"What did he do on September 11?",
			"What happened in 2023's final?",
			"What happened from 2030?",
			"Where did they play between 5 and 9 people?",
			"Is June and July their usual season?",
			"What happened on 32 March 2024?",
			"Who bought 2024-based plans?",
			"What was said on Sunday Morning?",
			"Was it the first win in the past 3 years?",
			"Was it 5.3.2024 or 24/7?",
			"What was that on the 5th?",
			"Who died more than two years ago?",
			"What happened years ago?",
			"Who is breaking the record?",
		},
		"news": {
			"Who plays this weekend?",
			"What happens this Friday?",
			"What happens later this week?",
			"What burns this summer?",
			"Who visits Moscow next week?",
			"What happens tomorrow?",
			"What will happen in 2030?",
			"Who speaks on next Tuesday?",
			"Who will speak on Tuesday?",
			"Who will play tonight?",
			"Who speaks on Tuesday next week?",
			"Who speaks next week on Tuesday?",
			"What is the latest on the strike?",
			"Who is currently president?",
			"What has happened recently in Sudan?",
			"Who will be president on 20 January 2025?",
			"Who opens a shop by Friday?",
			"What opened by the end of the year?",
			"What is happening right now?",
			"As of now, who leads?",
			"Who wins on May 20?",
			"Who said he will step down this week?",
			"What happened before 2030?",
			"Who won't speak on Tuesday?",
			"What did she say, and who'll reply on Friday?",
			"What's going on these days?",
			"What's new in the upcoming season?",
			"Any breaking news on the quake?",
		},
		"old": {
			"Who wrote the novel 1984?",
			"Who won the 2022 World Cup?",
			"Who won the World Cup 2022?",
			"Who ran in the 2020 US presidential election?",
			"Where were the 2020 Olympics?",
			"Who won the 2022-23 season?",
			"Which law was passed in 1848?",
			"Which 1968 film won?",
			"What has the court done since the 2020 election?",
		},
	} {
		for _, text := range questions {
			p := periodOf(text, wednesday)
			if p.stated || p.words != "" || p.news != (kind == "news") || p.old != (kind == "old") {
				t.Errorf("%q: got %q by %q, news %t, old %t; want nothing but %q", text, p, p.words, p.news, p.old, kind)
			}
		}
	}
}

func TestPeriodOfAlsoTells(t *testing.T) {
	for _, tt := range []struct {
		text              string
		stated, news, old bool
	}{
		{"What is the latest on the trial that began last week?", true, true, false},
		{"What was the newest Oreo of 2019?", false, true, true},
		{"Who won the World Cup in 2018?", true, false, true},
		{"Who won the cup in 2023?", true, false, false},
		{"What has changed since 2019?", true, false, false},
		{"What happened before 2020?", true, false, true},
		{"Who resigned 10 years ago?", true, false, true},
		{"What happens next week after yesterday's vote?", true, true, false},
	} {
		p := periodOf(tt.text, wednesday)
		if p.stated != tt.stated || p.news != tt.news || p.old != tt.old {
			t.Errorf("%q: got stated %t, news %t, old %t; want %t, %t, %t", tt.text, p.stated, p.news, p.old, tt.stated, tt.news, tt.old)
		}
	}
}

func TestPeriodCovers(t *testing.T) {
	at := func(s string) time.Time {
		d, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		text, at string
		want     bool
	}{
		{"What happened last week?", "2024-05-06 00:00:00", true},
		{"What happened last week?", "2024-05-05 23:59:59", false},
		{"What happened last week?", "2024-05-14 23:59:59", true},
		{"What happened last week?", "2024-05-15 00:00:00", false},
		{"What happened since Monday?", "2024-05-12 23:59:59", false},
		{"What happened since Monday?", "2024-05-13 00:00:00", true},
		{"What happened since Monday?", "2025-01-01 00:00:00", true},
		{"What happened before 2023?", "2022-12-31 23:59:59", true},
		{"What happened before 2023?", "2023-01-01 00:00:00", false},
		{"What happened?", "2001-01-01 00:00:00", true},
	} {
		if got := periodOf(tt.text, wednesday).covers(at(tt.at)); got != tt.want {
			t.Errorf("%q covers %s: got %t, want %t", tt.text, tt.at, got, tt.want)
		}
	}
	if periodOf("What happened before 2023?", wednesday).covers(time.Time{}) {
		t.Error("a stated period covers an article without a date")
	}
	if !periodOf("What happened?", wednesday).covers(time.Time{}) {
		t.Error("where nothing is stated, an article without a date is left out")
	}
}

func TestPeriodInWords(t *testing.T) {
	for text, want := range map[string]string{
		"What happened?":                             "",
		"What happened today?":                       "15 May 2024",
		"What happened on 5 March 2024?":             "5 to 6 Mar 2024",
		"What happened in March 2024?":               "1 Mar to 2 Apr 2024",
		"What happened last year?":                   "1 Jan 2023 to 2 Jan 2024",
		"What happened since 5 March 2024?":          "since 5 Mar 2024",
		"What happened before October 2023?":         "until 30 Sep 2023",
		"What happened between 2 and 9 January 2024": "2 to 10 Jan 2024",
	} {
		if got := periodOf(text, wednesday).String(); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A year of 52 weeks later the same weekday's question means the same days,
// 52 weeks later.
func TestWeeksMoveWithNow(t *testing.T) {
	for _, text := range []string{
		"What happened today?", "What happened yesterday?", "Who won last night?", "What happened this week?",
		"What happened last week?", "What happened the week before last?", "Who won last weekend?", "Who won over the weekend?",
		"What happened on Tuesday?", "What happened last Friday?", "What happened on Sunday last week?", "What happened 3 days ago?",
		"What happened in the past two weeks?", "What happened since Saturday?", "Who met from Monday to Wednesday?",
	} {
		for day := range 14 {
			now := wednesday.AddDate(0, 0, day)
			a, b := periodOf(text, now), periodOf(text, now.AddDate(0, 0, 364))
			if !a.stated || !b.stated || !a.from.AddDate(0, 0, 364).Equal(b.from) || !a.to.IsZero() && !a.to.AddDate(0, 0, 364).Equal(b.to) {
				t.Errorf("%q on %s: got %s, and 52 weeks later %s", text, now.Format("Monday"), a, b)
			}
		}
	}
}

func FuzzPeriodOf(f *testing.F) {
	for i, tt := range statedPeriods {
		f.Add(tt.text, int64(i*86400*11))
	}
	f.Add("Theresa May's march on 9/11, the 5 März of 31 February 2024-2", int64(1))
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		if len(text) > 4*MaxQuestion {
			return
		}
		now := wednesday.Add(time.Duration(seconds%(50*365*86400)) * time.Second)
		checkPeriod(t, text, now)
	})
}

// checkPeriod checks what holds for any text: the days are in order and not
// after now's, the words stand where the span says, and neither a question
// mark nor the first letter's case changes anything.
func checkPeriod(t *testing.T, text string, now time.Time) {
	t.Helper()
	p := periodOf(text, now)
	end := midnight(now.UTC()).AddDate(0, 0, 1)
	switch {
	case p.span.Start < 0 || p.span.Start > p.span.End || p.span.End > len(text):
		t.Fatalf("%q: span %v of %d bytes", text, p.span, len(text))
	case p.span.Of(text) != p.words:
		t.Errorf("%q: words %q, but the span holds %q", text, p.words, p.span.Of(text))
	case !p.stated && (p.words != "" || !p.from.IsZero() || !p.to.IsZero()):
		t.Errorf("%q: nothing stated, but got %+v", text, p)
	case p.stated && (p.words == "" || p.from.IsZero() && p.to.IsZero()):
		t.Errorf("%q: stated, but got %+v", text, p)
	case !p.to.IsZero() && p.from.After(p.to), !p.to.Before(end), !p.from.Before(end):
		t.Errorf("%q at %s: got %s to %s", text, now, p.from, p.to)
	}
	if q := periodOf(text+"?", now); q != p {
		t.Errorf("%q: got %+v, with a question mark %+v", text, p, q)
	}
	if text == "" || text[0] >= 0x80 {
		return
	}
	for _, first := range []rune{unicode.ToUpper(rune(text[0])), unicode.ToLower(rune(text[0]))} {
		q := periodOf(string(first)+text[1:], now)
		if q.stated != p.stated || !q.from.Equal(p.from) || !q.to.Equal(p.to) || q.span != p.span || q.news != p.news || q.old != p.old {
			t.Errorf("%q: got %+v, with the first letter %q %+v", text, p, first, q)
		}
	}
}

func TestPeriodsHoldTogether(t *testing.T) {
	for i, tt := range statedPeriods {
		for day := range 10 {
			checkPeriod(t, tt.text, wednesday.AddDate(0, i%12, 3*day).Add(11*time.Hour))
			checkPeriod(t, strings.TrimSuffix(tt.text, "?")+", and "+tt.text, wednesday.AddDate(0, 0, day))
		}
	}
}

// A text thirty times too long must not take for ever: work that grows with
// the square of the length would take far longer than the limit.
func TestPeriodOfLongText(t *testing.T) {
	for _, unit := range []string{"in March ", "the last ", "5-", "2022, ", "between 5 and ", "after ", "'s", "((", "2024-03-", "Monday and ", "März "} {
		began := time.Now()
		periodOf(strings.Repeat(unit, 30*MaxQuestion/len(unit)), wednesday)
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%q over and over: took %s", unit, took)
		}
	}
}

// The answers to the questions of a weekly quiz stand in articles of the three
// weeks before, so a window that shuts all of these out was misread.
func TestPeriodsOfWeeklyQuestions(t *testing.T) {
	file, err := os.Open("../../shared/eval/weekly-news/questions.jsonl.gz")
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("the weekly questions are not here: nothing tested")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	questions, stated := 0, 0
	for lines := bufio.NewScanner(unzipped); lines.Scan(); questions++ {
		var q struct{ Question, Now string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse(time.DateOnly, q.Now)
		if err != nil {
			t.Fatal(err)
		}
		now := day.Add(24*time.Hour - time.Second)
		checkPeriod(t, q.Question, now)
		p := periodOf(q.Question, now)
		if !p.stated {
			continue
		}
		stated++
		if !p.to.IsZero() && p.to.Before(day.AddDate(0, 0, -21)) || p.from.After(day.AddDate(0, 0, 3)) {
			t.Errorf("%q at %s: got %s by %q", q.Question, q.Now, p, p.words)
		}
	}
	if stated < questions*3/10 {
		t.Errorf("%d of %d questions state a period, want three in ten", stated, questions)
	}
}
