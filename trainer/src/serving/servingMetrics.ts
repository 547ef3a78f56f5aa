import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Scheduler, SchedulerEvents } from './scheduler.ts';

export interface ServingMetrics {
  events: SchedulerEvents;
  /** Reads the scheduler whenever the metrics are asked for. */
  follow: (scheduler: Scheduler, context: number) => void;
  onAnswered: (route: string, status: number) => void;
  text: () => Promise<string>;
  contentType: string;
}

const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

/** Prometheus metrics, named as vLLM's where they mean the same, so that its dashboards show them. */
export function servingMetrics(model: string): ServingMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ model_name: model });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `vllm:${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `vllm:${name}`, help, registers });
  const seconds = (name: string, help: string) =>
    new Histogram({ name: `vllm:${name}`, help, buckets: SECONDS, registers });
  const promptTokens = counter('prompt_tokens_total', 'Tokens of prompts.');
  const generatedTokens = counter('generation_tokens_total', 'Tokens that were generated.');
  const queried = counter(
    'prefix_cache_queries_total',
    'Tokens of prompts that were looked for in the cache.',
  );
  const hits = counter(
    'prefix_cache_hits_total',
    'Tokens of prompts that were found in the cache.',
  );
  const done = counter('request_success_total', 'Requests by how they ended.', ['finished_reason']);
  const firstToken = seconds('time_to_first_token_seconds', 'From a request to its first token.');
  const between = seconds('inter_token_latency_seconds', 'From token to token.');
  const whole = seconds('e2e_request_latency_seconds', 'From a request to its end.');
  const queued = seconds('request_queue_time_seconds', 'From a request to its first work.');
  const running = gauge('num_requests_running', 'Requests that are under way.');
  const waiting = gauge('num_requests_waiting', 'Requests that wait.');
  const usage = gauge(
    'kv_cache_usage_perc',
    'Share of the kept sequences that holds tokens; 1 is all.',
  );
  const answers = new Counter({
    ...{ name: 'deepcoder_http_responses_total', help: 'Answers by route and status.' },
    ...{ labelNames: ['route', 'status'], registers },
  });
  let read = (): void => undefined;
  return {
    events: {
      onStarted: (queuedMs, { prompt, cached }) => {
        queued.observe(queuedMs / 1000);
        promptTokens.inc(prompt);
        queried.inc(prompt);
        hits.inc(cached);
      },
      onToken: (sinceMs, isFirst) => {
        (isFirst ? firstToken : between).observe(sinceMs / 1000);
        generatedTokens.inc();
      },
      onFinished: ({ reason }, totalMs) => {
        done.inc({ finished_reason: reason === 'cancelled' ? 'abort' : reason });
        whole.observe(totalMs / 1000);
      },
    },
    follow: (scheduler, context) => {
      read = () => {
        const state = scheduler.state();
        running.set(state.running);
        waiting.set(state.waiting);
        usage.set(state.sequences === 0 ? 0 : state.cachedTokens / (state.sequences * context));
      };
    },
    onAnswered: (route, status) => answers.inc({ route, status: String(status) }),
    text: () => {
      read();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
