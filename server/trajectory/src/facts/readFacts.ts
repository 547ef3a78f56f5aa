import {
  get,
  getAny,
  getAnyOf,
  getPath,
  isFalse,
  isNull,
  isObject,
  isString,
  isTrue,
  mayHave,
  namesOf,
  str,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { FactSheet, Moment } from './factSheet.ts';

/** Where agents' logs say what a whole record is about; the member that is there first counts. */
const MODELS = [
  ['model'],
  ['model_name'],
  ['model_name_or_path'],
  ['model_id'],
  ['agent', 'model_name'],
  ['modelInfo', 'id'],
  ['info', 'config', 'model', 'model_name'],
  ['metadata', 'llm_config', 'model'],
  ['metadata', 'model'],
  ['llm_config', 'model'],
  ['config', 'model'],
  ['info', 'model'],
];
const SCORES = ['reward', 'score', 'final_reward', 'total_reward', 'max_reward', 'final_score'];
const SUCCESSES = [
  'resolved',
  'success',
  'is_success',
  'is_correct',
  'correct',
  'passed',
  'solved',
];
const STATUSES = ['exit_status', 'termination_reason', 'outcome', 'status', 'exit_reason'];
const DURATIONS_MS = ['duration_ms', 'durationMs', 'total_duration_ms', 'elapsed_ms'];
const DURATIONS_S = [
  'total_time',
  'duration',
  'duration_seconds',
  'elapsed',
  'elapsed_time',
  'wall_time',
];
const TIMES = namesOf(
  'timestamp',
  'created_at',
  'createdAt',
  'start_time',
  'end_time',
  'startTime',
  'endTime',
  'started_at',
  'completed_at',
);
/** Members that say more about the record that they are in. */
const ABOUT = [
  'info',
  'result',
  'summary',
  'reward_info',
  'test_result',
  'report',
  'metrics',
  'metadata',
];

/** What a record, as its format's reader finds it, says of itself in members beside its messages. */
export function recordFacts(sheet: FactSheet, record: JsonNode): void {
  if (!isObject(record) || sheet.record === record) return;
  sheet.record = record;
  const about = [record];
  for (const name of ABOUT) {
    const inner = get(record, name);
    for (const node of [inner, get(inner, 'report')]) if (isObject(node)) about.push(node);
  }
  for (const path of MODELS) sheet.sayModel(text(getPath(record, ...path)));
  for (const node of about) {
    for (const name of SCORES) sheet.sayScore(number(get(node, name)));
    sheet.sayTokens(totalTokens(node));
    for (const name of DURATIONS_MS) sheet.sayDuration(number(get(node, name)));
    for (const name of DURATIONS_S) sheet.sayDuration(milliseconds(get(node, name)));
  }
  // Whether it succeeded says more than that it is done.
  for (const node of about) for (const name of SUCCESSES) sheet.sayStatus(verdict(get(node, name)));
  const error = get(record, 'error');
  if (error && !isNull(error) && !isFalse(error) && str(error) !== '') sheet.sayStatus('error');
  for (const node of about) for (const name of STATUSES) sheet.sayStatus(word(get(node, name)));
  eventFacts(sheet, record);
}

const EXTRA = namesOf('extra');
/** Values in an event in which it says what the model used. */
const RESPONSES = namesOf('message', 'response', 'payload', 'output', 'tool_call_metadata');
const USED = namesOf(
  'model',
  'model_name',
  'modelInfo',
  'usage',
  'metrics',
  'usageMetadata',
  'token_usage',
);
const USAGES = namesOf('usage', 'metrics', 'usageMetadata', 'token_usage');

/** What one message, event or step says of the record that it is a part of. */
export function eventFacts(sheet: FactSheet, event: JsonNode): void {
  if (!isObject(event) || sheet.event === event) return;
  sheet.event = event;
  times(sheet, event);
  used(sheet, event);
  if (mayHave(event, EXTRA)) {
    const extra = get(event, 'extra');
    times(sheet, extra);
    used(sheet, get(extra, 'response'));
  }
  if (!mayHave(event, RESPONSES)) return;
  for (const name of RESPONSES.keys) used(sheet, get(event, name));
  used(sheet, getPath(event, 'tool_call_metadata', 'model_response'));
  // Codex counts on.
  sheet.sayTokens(usageTokens(getPath(event, 'payload', 'info', 'total_token_usage')));
}

function times(sheet: FactSheet, node: JsonNode | null): void {
  if (mayHave(node, TIMES)) for (const name of TIMES.keys) sheet.sayTime(time(get(node, name)));
}

function used(sheet: FactSheet, node: JsonNode | null): void {
  if (!mayHave(node, USED)) return;
  sheet.sayModel(text(getAny(node, 'model', 'model_name') ?? getPath(node, 'modelInfo', 'id')));
  const usage = getAnyOf(node, USAGES);
  if (usage) sheet.addTokens(usageTokens(usage), text(get(node, 'id')));
}

/** Totals that a log states, over all responses. */
function totalTokens(node: JsonNode): number | null {
  const stated = number(getAny(node, 'total_tokens', 'totalTokens'));
  if (stated !== null) return stated;
  const total = getAny(
    node,
    'final_metrics',
    'accumulated_token_usage',
    'model_stats',
    'token_usage',
    'token_counts',
  );
  return usageTokens(total);
}

const READ = [
  'input_tokens',
  'prompt_tokens',
  'total_prompt_tokens',
  'tokens_sent',
  'inputTokens',
  'promptTokenCount',
  'input',
];
const WRITTEN = [
  'output_tokens',
  'completion_tokens',
  'total_completion_tokens',
  'tokens_received',
  'outputTokens',
  'candidatesTokenCount',
  'output',
];
/** Read too, where a log counts them apart. */
const CACHED = [
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cacheRead',
  'cacheWrite',
  'cacheReadTokens',
  'cacheWriteTokens',
];

/** Tokens read and written, in any maker's words. */
export function usageTokens(usage: JsonNode | null): number | null {
  if (!isObject(usage)) return null;
  const total = number(getAny(usage, 'total_tokens', 'totalTokens', 'totalTokenCount'));
  if (total !== null) return total;
  const [read, written] = [READ, WRITTEN].map((names) => number(getAny(usage, ...names)));
  if (read === null && written === null) return null;
  const cached = CACHED.map((name) => number(get(usage, name)) ?? 0);
  return cached.reduce((sum, count) => sum + count, (read ?? 0) + (written ?? 0));
}

/** A number, also one that is written in a string. */
export function number(node: JsonNode | null): number | null {
  const written = node?.type === 'scalar' || node?.type === 'string' ? str(node) : null;
  if (written === null || written.length > 40 || !/^\s*[-+]?[\d.]/.test(written)) return null;
  const value = Number(written);
  return Number.isFinite(value) ? value : null;
}

/** Of a number of seconds. */
export function milliseconds(node: JsonNode | null): number | null {
  const seconds = number(node);
  return seconds === null ? null : seconds * 1000;
}

/** A moment: a date, or seconds or milliseconds since 1970. */
function time(node: JsonNode | null): Moment | null {
  if (!node || node.type === 'object' || node.type === 'array') return null;
  const written = str(node) ?? '';
  if (/^[\d.]{10,}$/.test(written)) {
    const count = Number(written);
    // From 2001 on, in either unit; smaller numbers are no moments.
    if (count >= 1e12) return { ms: count, isLocal: false };
    return count >= 1e9 ? { ms: count * 1000, isLocal: false } : null;
  }
  if (!/^\d{4}-\d\d-\d\d[T ]\d/.test(written)) return null;
  const isLocal = !/(?:Z|[-+]\d\d:?\d\d)$/.test(written);
  const ms = Date.parse(isLocal ? `${written.replace(' ', 'T')}Z` : written);
  return Number.isNaN(ms) ? null : { ms, isLocal };
}

function text(node: JsonNode | null): string | null {
  return isString(node) ? str(node) : null;
}

/** A word or two; no sentence and no code of a protocol. */
function word(node: JsonNode | null): string | null {
  const written = text(node);
  return written !== null && /^[A-Za-z][\w .:()-]{0,59}$/.test(written)
    ? written.toLowerCase()
    : null;
}

function verdict(node: JsonNode | null): string | null {
  if (isTrue(node)) return 'success';
  if (isFalse(node)) return 'failure';
  const value = node?.type === 'scalar' ? number(node) : null;
  return value === 1 ? 'success' : value === 0 ? 'failure' : null;
}
