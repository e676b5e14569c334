package eval

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Sizes of the plot, in pixels.
const (
	plotWidth, plotHeight = 900, 380
	panelTop, panelBottom = 70, 320
	leftFrom, leftTo      = 60, 400
	rightFrom, rightTo    = 550, 770
	labelGap              = 15 // between the names at the ends of lines
)

// plotStyle suits a page of either kind: the colours follow what the reader's
// system asks for.
const plotStyle = `text{font:13px system-ui,sans-serif;fill:#1f2328}
.title{font-weight:600}.tick{fill:#59636e;font-size:12px}
.back{fill:#ffffff}.grid{stroke:#d1d9e0;stroke-width:1}
.ask{stroke:#0969da;fill:#0969da}.search{stroke:#bc4c00;fill:#bc4c00}
path{stroke-width:2;fill:none!important}path.p50{stroke-dasharray:5 4}
text.ask,text.search{stroke:none}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.tick{fill:#9198a1}.back{fill:#0d1117}
.grid{stroke:#3d444d}.ask{stroke:#4493f8;fill:#4493f8}.search{stroke:#f0883e;fill:#f0883e}}`

// A plotLine is one line of a panel: values above 0 by values above 0.
type plotLine struct {
	name, class string
	x, y        []float64
}

// WriteSVG draws how long questions take: one client by the number of passages,
// and the most passages by the number of clients.
func (r BenchReport) WriteSVG(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="How long questions take">`+"\n",
		plotWidth, plotHeight)
	fmt.Fprintf(&b, "<style>%s</style>\n<rect class=\"back\" width=\"%d\" height=\"%d\"/>\n", plotStyle, plotWidth, plotHeight)
	fmt.Fprintf(&b, `<text class="title" x="%d" y="24">How long questions take, in milliseconds</text>`+"\n", leftFrom)
	if lines := r.bySize(); len(lines) > 0 {
		title := fmt.Sprintf("by passages, %s", counted(r.Sizes[0].Loads[0].Clients, "client"))
		panel{leftFrom, leftTo, title, passagesTick}.draw(&b, lines)
	}
	if lines := r.byClients(); len(lines) > 0 {
		title := fmt.Sprintf("by clients, %s passages", passagesTick(float64(r.Sizes[len(r.Sizes)-1].Passages)))
		panel{rightFrom, rightTo, title, func(v float64) string { return fmt.Sprintf("%.0f", v) }}.draw(&b, lines)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// passagesTick writes 20013 as 20k and 1500 as 1.5k.
func passagesTick(v float64) string {
	unit := ""
	for _, u := range []string{"k", "m"} {
		if v >= 999.5 {
			v, unit = v/1000, u
		}
	}
	if v < 9.95 {
		return fmt.Sprintf("%.2g%s", v, unit)
	}
	return fmt.Sprintf("%.0f%s", v, unit)
}

// plotted are the lines that both panels show.
func plotted() []struct {
	plotLine
	of func(Load) float64
} {
	return []struct {
		plotLine
		of func(Load) float64
	}{
		{plotLine{name: "ask, p99", class: "ask p99"}, func(l Load) float64 { return l.Ask.P99 }},
		{plotLine{name: "ask, p50", class: "ask p50"}, func(l Load) float64 { return l.Ask.P50 }},
		{plotLine{name: "search, p99", class: "search p99"}, func(l Load) float64 { return l.Search.P99 }},
		{plotLine{name: "search, p50", class: "search p50"}, func(l Load) float64 { return l.Search.P50 }},
	}
}

func (r BenchReport) bySize() (lines []plotLine) {
	for _, p := range plotted() {
		for _, s := range r.Sizes {
			if len(s.Loads) > 0 {
				p.add(float64(s.Passages), p.of(s.Loads[0]))
			}
		}
		if len(p.x) > 0 {
			lines = append(lines, p.plotLine)
		}
	}
	return lines
}

func (r BenchReport) byClients() (lines []plotLine) {
	if len(r.Sizes) == 0 {
		return nil
	}
	for _, p := range plotted() {
		for _, l := range r.Sizes[len(r.Sizes)-1].Loads {
			p.add(float64(l.Clients), p.of(l))
		}
		if len(p.x) > 0 {
			lines = append(lines, p.plotLine)
		}
	}
	return lines
}

func (l *plotLine) add(x, y float64) {
	l.x, l.y = append(l.x, x), append(l.y, max(y, 0.001))
}

// A panel is a plot with logarithmic axes.
type panel struct {
	from, to int // x, in pixels
	title    string
	tick     func(float64) string
}

func (p panel) draw(b *strings.Builder, lines []plotLine) {
	var xs, ys []float64
	for _, l := range lines {
		xs, ys = append(xs, l.x...), append(ys, l.y...)
	}
	x := logAxis(slices.Min(xs), slices.Max(xs), p.from+15, p.to-15)
	low, high := math.Pow(10, math.Floor(math.Log10(slices.Min(ys)))), math.Pow(10, math.Ceil(math.Log10(slices.Max(ys))))
	y := logAxis(low, max(high, low*10), panelBottom, panelTop)
	fmt.Fprintf(b, `<text class="tick" x="%d" y="46">%s</text>`+"\n", p.from, p.title)
	for v := low; v <= max(high, low*10)*1.01; v *= 10 {
		fmt.Fprintf(b, `<path class="grid" d="M%d %.1fH%d"/><text class="tick" text-anchor="end" x="%d" y="%.1f">%s</text>`+"\n",
			p.from, y(v), p.to, p.from-8, y(v)+4, strconv.FormatFloat(v, 'f', -1, 32))
	}
	slices.Sort(xs)
	for _, v := range slices.Compact(xs) {
		fmt.Fprintf(b, `<text class="tick" text-anchor="middle" x="%.1f" y="%d">%s</text>`+"\n", x(v), panelBottom+22, p.tick(v))
	}
	for _, l := range lines {
		var points []string
		for i := range l.x {
			points = append(points, fmt.Sprintf("%.1f %.1f", x(l.x[i]), y(l.y[i])))
			fmt.Fprintf(b, `<circle class="%s" cx="%.1f" cy="%.1f" r="3"/>`+"\n", l.class, x(l.x[i]), y(l.y[i]))
		}
		fmt.Fprintf(b, `<path class="%s" d="M%s"/>`+"\n", l.class, strings.Join(points, "L"))
	}
	p.label(b, lines, y)
}

// label names the lines at their ends, moved down where they would overlap.
func (p panel) label(b *strings.Builder, lines []plotLine, y func(float64) float64) {
	last := func(l plotLine) float64 { return l.y[len(l.y)-1] }
	sorted := slices.SortedStableFunc(slices.Values(lines), func(l, m plotLine) int { return int(math.Copysign(1, last(m)-last(l))) })
	at := math.Inf(-1)
	for _, l := range sorted {
		at = max(y(last(l)), at+labelGap)
		fmt.Fprintf(b, `<text class="%s" x="%d" y="%.1f">%s %s</text>`+"\n", l.class, p.to+4, at+4, l.name, milliseconds(last(l)))
	}
}

// logAxis maps values from low to high to pixels; a single value comes to lie
// in the middle.
func logAxis(low, high float64, from, to int) func(float64) float64 {
	return func(v float64) float64 {
		if high <= low {
			return float64(from+to) / 2
		}
		return float64(from) + math.Log(v/low)/math.Log(high/low)*float64(to-from)
	}
}
