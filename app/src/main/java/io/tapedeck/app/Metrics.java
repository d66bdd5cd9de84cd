package io.tapedeck.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tapedeck.core.ConversionState;
import io.tapedeck.http.WebServer;
import java.time.Duration;
import java.util.function.Supplier;

/** The counters and timers, in the format of Prometheus. */
final class Metrics implements WebServer.Observer, AutoCloseable {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();

  Metrics() {
    collector.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  @Override
  public void answered(String method, String template, int status, Duration took) {
    registry
        .timer(
            "tapedeck.http.requests",
            "method",
            method,
            "route",
            template,
            "status",
            String.valueOf(status))
        .record(took);
  }

  /** A number that is read whenever somebody reads the metrics. */
  void gauge(String name, String about, Supplier<Number> value) {
    Gauge.builder(name, value).description(about).register(registry);
  }

  /** Counts a move of a conversion by its new state. */
  void moved(ConversionState.Kind to) {
    registry.counter("tapedeck.conversions", "state", to.wire()).increment();
  }

  String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
