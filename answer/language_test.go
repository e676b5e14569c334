package answer

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
)

// tongues are small collections, two articles each, and questions about the
// first of them.
var tongues = map[string]struct {
	articles  [2][2]string // title and text
	questions []string
	quoted    string // stands in the quotes
}{
	"German": {
		[2][2]string{
			{"Fähre nach Lorren eröffnet", "Die neue Fähre nach Lorren wurde am Montag eröffnet. Bürgermeisterin Anna Köster lobte die 40.000 Stunden Arbeit der Werft."},
			{"Häuser am Hafen", "Die alten Häuser am Hafen werden verkauft. Ein Käufer aus Ostra bot 2,5 Millionen Euro."},
		},
		[]string{"Wer lobte die Arbeit der Werft?", "Wann wurde die Fähre nach Lorren eröffnet?", "Wie viele Stunden hat die Werft gearbeitet?", "Was sagte Anna Koester zur Werft?"},
		"Fähre nach Lorren",
	},
	"French": {
		[2][2]string{
			{"Le phare d’Ostra rallumé", "Le phare d’Ostra a été rallumé jeudi par la ministre Claire Aubert. L’école voisine a chanté pour elle."},
			{"Les pêcheurs en grève", "Les pêcheurs de Lorren sont en grève. Ils demandent 3 millions d’euros."},
		},
		[]string{"Qui a rallumé le phare d'Ostra ?", "Quand le phare d’Ostra a-t-il été rallumé ?", "Quelle école a chanté pour la ministre Aubert ?"},
		"phare d’Ostra",
	},
	"Spanish": {
		[2][2]string{
			{"El puente de Varn", "La alcaldesa Inés Robledo inauguró el puente de Varn el martes. Costó 12 millones de euros y tardó siete años."},
			{"Lluvias en la costa", "Las lluvias cerraron las escuelas de la costa. No hubo heridos."},
		},
		[]string{"¿Quién inauguró el puente de Varn?", "¿Cuándo se inauguró el puente de Varn?", "¿Cuánto costó el puente de Varn?", "¿Qué hizo la alcaldesa Ines Robledo?"},
		"puente de Varn",
	},
	"Ukrainian": {
		[2][2]string{
			{"Міст у Лорені", "Мерка Олена Коваль відкрила новий міст у Лорені в понеділок. Будівництво тривало сім років."},
			{"Трамваї в Острі", "Трамваї в Острі знову працюють. Пасажири подякували водіям."},
		},
		[]string{"Хто відкрив міст у Лорені?", "Коли відкрили новий міст?", "Скільки років тривало будівництво моста?"},
		"новий міст у Лорені",
	},
	"Japanese": {
		[2][2]string{
			{"オストラ橋が開通", "市長の田中花子は月曜日にオストラ橋を開通させた。建設には七年かかった。"},
			{"港の祭り", "港の祭りには多くの観光客が訪れた。雨は降らなかった。"},
		},
		[]string{"オストラ橋を開通させたのは誰ですか？", "オストラ橋の建設は何年かかったか？"},
		"オストラ橋を開通",
	},
	"Chinese": {
		[2][2]string{
			{"大桥通车", "市长王小明星期一为东河大桥剪彩。工程历时七年。"},
			{"港口节日", "许多游客参加了港口的节日。没有下雨。"},
		},
		[]string{"谁为东河大桥剪彩？", "东河大桥什么时候剪彩？"},
		"东河大桥剪彩",
	},
	"Arabic": {
		[2][2]string{
			{"افتتاح الجسر الجديد", "افتتحت رئيسة البلدية ليلى حداد الجسر الجديد في المدينة يوم الاثنين. هل كان المطر شديدا؟ استمر بناء الجسر سبع سنوات."},
			{"مهرجان الميناء", "حضر كثير من السياح مهرجان الميناء. لم يسقط المطر."},
		},
		[]string{"من افتتح الجسر الجديد في المدينة؟", "متى افتتحت ليلى حداد الجسر؟"},
		"الجسر الجديد في المدينة",
	},
}

// Each collection answers in its own language, alone and among all others,
// and check compares every quote with the article byte for byte.
func TestLanguages(t *testing.T) {
	enc := func(id string, a [2]string) string {
		line, err := json.Marshal(record{ID: id, Title: a[0], Text: a[1]})
		if err != nil {
			t.Fatal(err)
		}
		return string(line) + "\n"
	}
	english := enc("english", [2]string{"The bridge at Dunmore", "Mayor Jo Dunn opened the new bridge at Dunmore on Friday. It took six years to build."}) +
		enc("other", [2]string{"The ferry", "The ferry to Dunmore was late. Nobody complained."})
	all := english
	var names []string
	for name, c := range tongues {
		own := enc(name, c.articles[0]) + enc(name+" 2", c.articles[1])
		all += own
		names = append(names, name)
		t.Run(name, func(t *testing.T) { askTongue(t, deskOf(t, fstest.MapFS{"a.jsonl": {Data: []byte(own)}}), name) })
	}
	d := deskOf(t, fstest.MapFS{"a.jsonl": {Data: []byte(all)}})
	for _, name := range names {
		t.Run(name+" among all", func(t *testing.T) { askTongue(t, d, name) })
	}
	a := d.ask(t, Question{Text: "Who opened the new bridge at Dunmore?"})
	if a.Verdict == None || a.Citations[0].ArticleID != "english" {
		t.Errorf("English among all: got %s %q", a.Verdict, a.Reason)
	}
	// A name is found in whatever language the articles are.
	a = d.ask(t, Question{Text: "What about Anna Köster?"})
	if a.Verdict == None || a.Citations[0].ArticleID != "German" {
		t.Errorf("a name in English: got %s %q", a.Verdict, a.Reason)
	}
}

func askTongue(t *testing.T, d *desk, name string) {
	for _, text := range tongues[name].questions {
		q := Question{Text: text}
		a := d.ask(t, q)
		d.check(t, q, a)
		if a.Verdict == None || a.Citations[0].ArticleID != name {
			t.Errorf("%q: got %s %q %+v", text, a.Verdict, a.Reason, a.Citations)
			continue
		}
		quotes := ""
		for _, c := range a.Citations {
			quotes += c.Quote
		}
		if !strings.Contains(quotes, tongues[name].quoted) {
			t.Errorf("%q: quoted %q", text, quotes)
		}
	}
}

func TestExpectIn(t *testing.T) {
	for _, tt := range []struct {
		language, text string
		want           asks
	}{
		{"de", "Wie viele Menschen kamen?", asksNumber}, {"de", "Wer kam?", asksPerson}, {"de", "Wie geht es?", asksAnything},
		{"fr", "Où est le pont ?", asksPlace}, {"fr", "Combien de ponts ?", asksNumber},
		{"es", "¿Por qué llueve?", asksReason}, {"es", "¿Cuándo fue?", asksTime},
		{"uk", "Чому закрили міст?", asksReason}, {"uk", "Де міст?", asksPlace},
		{"", "为什么下雨？", asksReason}, {"", "いつですか", asksTime}, {"", "Who came?", asksPerson},
	} {
		if got := expectIn(tt.language, tt.text).asks; got != tt.want {
			t.Errorf("%s %q: got %d, want %d", tt.language, tt.text, got, tt.want)
		}
	}
}
