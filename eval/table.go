package eval

import (
	"fmt"
	"io"
	"strings"
)

// Widths of the table, in columns.
const (
	nameWidth   = 30
	figureWidth = 9
)

// A table is lines of a name and right-aligned figures.
type table struct{ b strings.Builder }

func (t *table) row(name string, figures ...any) {
	line := fmt.Sprintf("%-*s", nameWidth, name)
	for _, f := range figures {
		text := fmt.Sprint(f)
		if share, ok := f.(float64); ok {
			text = fmt.Sprintf("%.3f", share)
		}
		line += fmt.Sprintf("%*s", figureWidth, text)
	}
	t.text("%s", strings.TrimRight(line, " "))
}

func (t *table) text(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }
func (t *table) gap()                            { t.b.WriteByte('\n') }

// WriteTable writes the report for people.
func (r Report) WriteTable(w io.Writer) error {
	var t table
	t.text("%s of %s, asked of %s", counted(r.Asked, "question"), r.Questions, r.Corpus)
	t.text("%s in %s", counted(r.Articles, "article"), counted(r.Passages, "passage"))
	t.gap()
	if r.Answer != nil || r.Article != nil {
		t.row("found", "n", "@1", "@4", "@10", "MRR")
		t.hits("  a passage with an answer", r.Answer)
		t.hits("  the right article", r.Article)
		t.hits("  the editors' own", r.Editor)
		t.row("  results from the future", r.Late)
		if r.Unheld > 0 {
			t.row("  answers in no article", r.Unheld)
		}
		t.gap()
	}
	if q := r.Quotes; q != nil {
		t.row("quoted", "n", "share")
		t.row("  answer in first sentence", q.Questions, q.Sentence)
		t.row("  answer in its quote", q.Questions, q.Quote)
		t.row("  answer in any quote", q.Questions, q.AnyQuote)
		t.gap()
	}
	t.verdicts(r.Verdicts)
	t.removal(r.Removal)
	t.reliability(r.Reliability)
	t.types(r.Types)
	t.row("latency in ms", "p50", "p95", "p99")
	t.percentiles("  ask", r.Latency.Ask)
	t.percentiles("  search", r.Latency.Search)
	if r.Comparison != nil {
		t.gap()
		t.comparison(*r.Comparison)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t *table) hits(name string, h *Hits) {
	if h != nil {
		t.row(name, h.Questions, h.At1, h.At4, h.At10, h.MRR)
	}
}

func (t *table) percentiles(name string, p Percentiles) {
	t.row(name, milliseconds(p.P50), milliseconds(p.P95), milliseconds(p.P99))
}

func (t *table) verdicts(v *Verdicts) {
	if v == nil {
		return
	}
	t.row("verdict", "n", "share")
	if v.Answerable > 0 {
		t.row("  answered, of answerable", v.Answerable, v.Answered)
	}
	if v.Nulls > 0 {
		t.row("  declined, of unanswerable", v.Nulls, v.Declined)
	}
	if v.Answerable > 0 && v.Nulls > 0 {
		t.row("  declined if 90 % are kept", "", v.Refused90)
		t.row("  AUROC of the confidence", "", v.AUROC)
	}
	t.gap()
}

func (t *table) removal(r *Removal) {
	if r == nil {
		return
	}
	t.row("answers taken away", "n", "share")
	t.row("  answered as they are", r.Questions, r.Answered)
	t.row("  declined without", r.Questions, r.Declined)
	t.row("  declined if 90 % are kept", "", r.Refused90)
	t.row("  AUROC of the confidence", "", r.AUROC)
	t.gap()
}

func (t *table) types(types []Type) {
	if len(types) < 2 {
		return
	}
	t.row("by type", "n", "@1", "@4", "MRR", "quoted")
	for _, y := range types {
		figures := []any{y.Questions, "", "", "", ""}
		if h := y.Hits; h != nil {
			figures[1], figures[2], figures[3] = h.At1, h.At4, h.MRR
		}
		if y.Quotes != nil {
			figures[4] = y.Quotes.Sentence
		}
		t.row("  "+y.Type, figures...)
	}
	t.gap()
}

func (t *table) comparison(c Comparison) {
	t.text("against the earlier run, %s in both (only before: %d, only now: %d)",
		counted(c.Questions, "question"), c.OnlyBefore, c.OnlyNow)
	t.row("", "n", "before", "now", "wins", "losses", "p")
	for _, m := range c.Measures {
		t.row("  "+m.Name, m.Questions, m.Before, m.Now, m.Wins, m.Losses, m.P)
	}
}

func milliseconds(ms float64) string {
	if ms < 9.995 {
		return fmt.Sprintf("%.2f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
