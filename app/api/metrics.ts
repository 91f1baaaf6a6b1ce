/**
 * Prometheus' text form of what the API counts itself and of what `measure` reads at each scrape. One of these for all
 * listeners of a process. A route's template is its label, never a path: what callers invent makes no new series.
 */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Measures } from '../core/operations/measure.ts';

/** Seconds; log viewers and waiting workers stay long, and land in the last one. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface Metrics {
  contentType: string;
  /** Counts a request that was answered. `route`: its template; undefined where there is none. */
  observe(request: { method: string; route: string | undefined; status: number; seconds: number }): void;
  /** The page for Prometheus. */
  render(measures: Measures): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'cove_http_request_duration_seconds',
    help: 'Requests that this API process answered.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const gauge = <L extends string>(name: string, label: L, help: string) =>
    new Gauge({ name, help, labelNames: [label], registers });
  const queued = gauge('cove_executions_queued', 'environment', 'Executions that wait for a worker.');
  const running = gauge('cove_executions_running', 'environment', 'Executions that a worker has.');
  const oldest = gauge(
    'cove_queue_oldest_seconds',
    'environment',
    'How long the execution that has waited longest has waited; 0: none waits.',
  );
  const workers = gauge('cove_workers_alive', 'environment', 'Workers heard of within the last minute.');
  const passes = gauge(
    'cove_scheduler_last_pass_timestamp_seconds',
    // `job` is Prometheus' own.
    'scheduler_job',
    "When each of the scheduler's jobs was last done to its end.",
  );
  const parts = gauge('cove_part_up', 'part', 'Whether a part that the API needs answers: 1 yes, 0 no.');
  return {
    contentType: registry.contentType,
    observe({ method, route, status, seconds }) {
      requests.observe({ method, route: route ?? 'none', status }, seconds);
    },
    async render(measures) {
      // What is gone from the rows, an environment for one, goes from the page too.
      for (const one of [queued, running, oldest, workers, passes, parts]) one.reset();
      for (const { slug: environment, ...of } of measures.environments) {
        queued.set({ environment }, of.queued);
        running.set({ environment }, of.running);
        oldest.set({ environment }, of.oldest_queued_seconds);
        workers.set({ environment }, of.workers);
      }
      for (const { job, ended } of measures.passes) passes.set({ scheduler_job: job }, ended);
      for (const { part, ok } of measures.parts) parts.set({ part }, ok ? 1 : 0);
      return registry.metrics();
    },
  };
}
