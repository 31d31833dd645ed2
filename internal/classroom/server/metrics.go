package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are what Prometheus reads; no learner's name is among them.
type metrics struct {
	registry              *prometheus.Registry
	connections, sessions prometheus.Gauge
	refused               *prometheus.CounterVec
	storeErrors           prometheus.Counter
	stored, checked       prometheus.Histogram
}

func newMetrics() *metrics {
	m := &metrics{
		registry:    prometheus.NewRegistry(),
		connections: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tutor_connections", Help: "SSH connections that are open."}),
		sessions:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "tutor_sessions", Help: "Sessions with the app on their terminal."}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tutor_refused_total",
			Help: "What was refused: connection, request, channel, session request, code."}, []string{"what"}),
		storeErrors: prometheus.NewCounter(prometheus.CounterOpts{Name: "tutor_store_errors_total", Help: "Changes of progress that could not be stored."}),
		stored:      prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tutor_store_seconds", Help: "Time to store a change of progress.", Buckets: prometheus.DefBuckets}),
		checked:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tutor_check_seconds", Help: "Time to grade a manifest.", Buckets: prometheus.DefBuckets}),
	}
	m.registry.MustRegister(m.connections, m.sessions, m.refused, m.storeErrors, m.stored, m.checked,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}
