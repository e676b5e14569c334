package main

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"newsdesk/answer"
	"newsdesk/bot"
	"newsdesk/index"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count what the bot does, for /metrics. No label holds what people
// write or who they are.
type metrics struct {
	registry   *prometheus.Registry
	answered   *prometheus.CounterVec
	acked      prometheus.Histogram
	suggested  *prometheus.CounterVec
	took       *prometheus.HistogramVec
	limited    *prometheus.CounterVec
	shards     *prometheus.GaugeVec
	reconnects *prometheus.CounterVec
}

var _ bot.Observer = (*metrics)(nil)

func newMetrics(x *index.Index, e *answer.Engine, fresh *freshener) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		answered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_interactions_total", Help: "Calls of commands, by what became of them.",
		}, []string{"command", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "newsdesk_interaction_seconds", Help: "Time from a call to its reply.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300},
		}, []string{"command"}),
		acked: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "newsdesk_acknowledge_seconds", Help: "Time from an interaction's arrival to its acknowledgement. Discord gives 3 s.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}),
		suggested: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_suggestions_total", Help: "Suggestions asked for while somebody types, by what became of them.",
		}, []string{"command", "outcome"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_rate_limited_total", Help: "Calls refused for being one too many: of a person, of a server, at once, or of everybody.",
		}, []string{"by"}),
		shards: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "newsdesk_gateway_connected", Help: "1 while a shard is connected to the gateway, else 0.",
		}, []string{"shard"}),
		reconnects: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_gateway_reconnects_total", Help: "Tries to connect to the gateway again.",
		}, []string{"shard"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "newsdesk_build_info", Help: "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(m.answered, m.took, m.acked, m.suggested, m.limited, m.shards, m.reconnects, build,
		indexMetrics{x, fresh}, answerMetrics{e}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Answered implements bot.Observer, as do the next five.
func (m *metrics) Answered(command, outcome string, took time.Duration) {
	m.answered.WithLabelValues(command, outcome).Inc()
	m.took.WithLabelValues(command).Observe(took.Seconds())
}

// Acknowledged measures an acknowledgement.
func (m *metrics) Acknowledged(took time.Duration) { m.acked.Observe(took.Seconds()) }

// Suggested counts suggestions.
func (m *metrics) Suggested(command, outcome string) {
	m.suggested.WithLabelValues(command, outcome).Inc()
}

// Limited counts a refusal.
func (m *metrics) Limited(by string) { m.limited.WithLabelValues(by).Inc() }

// Shard notes whether a shard is connected.
func (m *metrics) Shard(id int, connected bool) {
	up := 0.0
	if connected {
		up = 1
	}
	m.shards.WithLabelValues(strconv.Itoa(id)).Set(up)
}

// Reconnected counts a try.
func (m *metrics) Reconnected(shard int) { m.reconnects.WithLabelValues(strconv.Itoa(shard)).Inc() }

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// indexMetrics reads what the index holds when it is asked to.
type indexMetrics struct {
	x     *index.Index
	fresh *freshener
}

// Describe implements prometheus.Collector. It tells nothing, since there may
// be nothing to collect.
func (indexMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector. Without an index there are no
// figures of it.
func (m indexMetrics) Collect(out chan<- prometheus.Metric) {
	figure := func(kind prometheus.ValueType, name, help string, value float64) {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), kind, value)
	}
	gauge := func(name, help string, value float64) { figure(prometheus.GaugeValue, name, help, value) }
	f := m.fresh.state()
	if !f.Checked.IsZero() {
		gauge("newsdesk_index_checked_seconds", "Time since the index was last known to be up to date with the articles.", time.Since(f.Checked).Seconds())
	}
	figure(prometheus.CounterValue, "newsdesk_index_updates_total", "Updates of the index that changed something.", float64(f.Updates))
	figure(prometheus.CounterValue, "newsdesk_index_update_failures_total", "Updates of the index that failed.", float64(f.Failures))
	s, err := m.x.Stats()
	if err != nil {
		return
	}
	gauge("newsdesk_index_articles", "Articles in the index.", float64(s.Articles))
	gauge("newsdesk_index_passages", "Passages in the index.", float64(s.Passages))
	gauge("newsdesk_index_age_seconds", "Time since the index was built or brought up to date.", time.Since(s.IndexedAt).Seconds())
}

// answerMetrics reads what the engine has answered when it is asked to.
type answerMetrics struct{ e *answer.Engine }

var answersTotal = prometheus.NewDesc("newsdesk_answers_total",
	"Questions asked of the index: searched for, joined to the same question under way, or answered from memory.", []string{"by"}, nil)

// Describe implements prometheus.Collector.
func (answerMetrics) Describe(out chan<- *prometheus.Desc) { out <- answersTotal }

// Collect implements prometheus.Collector.
func (m answerMetrics) Collect(out chan<- prometheus.Metric) {
	r := m.e.Reuse()
	for by, n := range map[string]int64{"search": r.Searched, "joining": r.Joined, "memory": r.Remembered} {
		out <- prometheus.MustNewConstMetric(answersTotal, prometheus.CounterValue, float64(n), by)
	}
}
