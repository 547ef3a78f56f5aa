/** One line of `metrics.jsonl`. */
export interface MetricsRecord {
  step: number;
  tokensSeen: number;
  /** Seconds since 1970. */
  time: number;
  /** By metric name (`train/loss/reasoning`); a value that was not finite is NaN. */
  values: Record<string, number>;
}

/** A line that is no record. `line` counts from 1. */
export interface MetricsProblem {
  line: number;
  message: string;
}

/** `{"step":1,"tokens_seen":512,"time":1.7e9,"train/loss":2.5}` and a line end. */
export function formatMetricsLine({ step, tokensSeen, time, values }: MetricsRecord): string {
  return `${JSON.stringify({ step, tokens_seen: tokensSeen, time, ...values })}\n`;
}

/**
 * The records of a text of `metrics.jsonl`. What follows the last line end was cut short while it was
 * written, and is dropped; any other line that is no record is skipped and reported.
 */
export function parseMetrics(text: string): {
  records: MetricsRecord[];
  problems: MetricsProblem[];
  /** UTF-16 units up to and with the last line end. */
  length: number;
} {
  const length = text.lastIndexOf('\n') + 1;
  const records: MetricsRecord[] = [];
  const problems: MetricsProblem[] = [];
  text
    .slice(0, length)
    .split('\n')
    .slice(0, -1)
    .forEach((line, index) => {
      const record = parseLine(line);
      if (typeof record === 'string') problems.push({ line: index + 1, message: record });
      else records.push(record);
    });
  return { records, problems, length };
}

/** By hand: a schema takes ten times as long, and a long run has a hundred thousand lines. */
function parseLine(line: string): MetricsRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is not a map';
  const { step, tokens_seen: tokensSeen, time, ...rest } = json as Record<string, unknown>;
  if (!isCount(step)) return 'step: is not a whole number';
  if (!isCount(tokensSeen)) return 'tokens_seen: is not a whole number';
  if (typeof time !== 'number') return 'time: is not a number';
  const values = new Map<string, number>();
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null && typeof value !== 'number') return `${name}: is not a number`;
    values.set(name, value ?? Number.NaN);
  }
  return { step, tokensSeen, time, values: Object.fromEntries(values) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
