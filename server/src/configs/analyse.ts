import { dirname, join } from 'node:path';
import {
  DeepCoderError,
  loadConfig,
  PRESETS,
  type ConfigProblem,
  type LoadedConfig,
  type ReadText,
} from '@deepcoder/config';
import { FORMATS } from '@deepcoder/trajectory';
import { advice } from './advice.ts';
import type { EditorProblem } from './configProblem.ts';
import { fixesOf } from './fixes.ts';
import { hazards } from './hazards.ts';
import { entriesAt, entriesOf, entryAtPath, parseYaml, type Entry } from './yamlPlaces.ts';

/** What is known of one version of a config document. */
export interface Analysis {
  path: string;
  text: string;
  entries: Entry[];
  /** Null where the text is too large or too deep to be a config. */
  loaded: LoadedConfig | null;
  /** The preset at the end of `extends`; null: none. */
  preset: string | null;
  problems: EditorProblem[];
}

export interface AnalyseOptions {
  path: string;
  text: string;
  readText: ReadText;
  env: Readonly<Record<string, string | undefined>>;
}

/** Far beyond any config; what is larger is not looked into. */
const MOST_CHARACTERS = 1 << 18;
const MOST_DEPTH = 100;
const DASHES = /(?:- ){100}/;

/** Everything that the texts alone tell of a config: its own, and those that it extends. */
export async function analyse(options: AnalyseOptions): Promise<Analysis> {
  const { path, text } = options;
  if (text.length > MOST_CHARACTERS) return refused(options, 'it is too long for a config');
  if (isTooDeep(text)) return refused(options, 'it is nested too deeply');
  try {
    const entries = entriesOf(parseYaml(text));
    const readText: ReadText = (file) => (file === path ? text : options.readText(file));
    const loaded = await loadConfig({ path, readText, env: options.env });
    const told = loaded.problems.map((problem) => placed(problem, { path, text, entries }));
    const all = [...told, ...hazards(text, entries), ...ownChecks(loaded, entries)];
    const preset = await presetOf(path, readText);
    return { path, text, entries, loaded, preset, problems: withoutRepetition(all) };
  } catch (error) {
    // Brackets without end: the parser calls itself for each.
    if (error instanceof RangeError) return refused(options, 'it is nested too deeply');
    if (error instanceof DeepCoderError) return refused(options, error.message);
    throw error;
  }
}

/** Brackets, or dashes on one line, that the parser would take seconds for. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MOST_DEPTH) return true;
  }
  return DASHES.test(text);
}

function refused({ path, text }: AnalyseOptions, message: string): Analysis {
  const place = { start: 0, end: Math.min(text.length, 1) };
  const problem = { code: 'yaml/too-large', message, severity: 'error' as const, ...place };
  return { path, text, entries: [], loaded: null, preset: null, problems: [problem] };
}

interface Here {
  path: string;
  text: string;
  entries: Entry[];
}

function placed(problem: ConfigProblem, here: Here): EditorProblem {
  const { code, message, file, line, column } = problem;
  // The editor need not have been started with the variables of the shell that trains.
  const severity = code === 'config/env-unset' ? 'warning' : problem.severity;
  if (file !== here.path) {
    const extending = entryAtPath(here.entries, ['extends']);
    const { start, end } = extending?.value ?? extending?.key ?? firstLine(here.text);
    const elsewhere = { file, line, column, message };
    return { code, message: `${file}: ${message}`, severity, start, end, elsewhere };
  }
  const place = visible(problem, here);
  const fixes = fixesOf(problem, { ...here, ...place });
  return { code, message, severity, ...place, ...(fixes.length > 0 && { fixes }) };
}

/** A place that can be seen: a missing key is told at the key above it, not over its whole section. */
function visible(
  { start, end, code }: ConfigProblem,
  { text, entries }: Here,
): { start: number; end: number } {
  const isWide = text.slice(start, end).includes('\n') || start === end;
  if (!isWide || code === 'config/yaml') return { start, end: Math.max(end, start + 1) };
  const holder = entriesAt(entries, start).findLast(({ key, value }) => {
    return key !== null && value?.start === start;
  });
  return holder?.key ?? firstLine(text);
}

function firstLine(text: string): { start: number; end: number } {
  const end = text.indexOf('\n');
  return { start: 0, end: Math.max(1, end < 0 ? text.length : end) };
}

function ownChecks({ yaml }: LoadedConfig, entries: readonly Entry[]): EditorProblem[] {
  if (yaml === null) return [];
  const isSet = (path: string): boolean => entryAtPath(entries, path.split('.')) !== undefined;
  const found = [...advice(yaml, isSet), ...formatNames(yaml.data)];
  return found.map(({ path, ...rest }) => ({ ...rest, ...placeOfPath(entries, path) }));
}

/** Where a path stands in the document; else where the nearest key above it does, or what it extends. */
export function placeOfPath(
  entries: readonly Entry[],
  path: readonly string[],
): { start: number; end: number } {
  const whole = entryAtPath(entries, path);
  const isOneLine = whole !== undefined && whole.children.length === 0;
  if (isOneLine && whole.value !== null) return whole.value;
  for (let length = path.length; length > 0; length--) {
    const key = entryAtPath(entries, path.slice(0, length))?.key;
    if (key) return key;
  }
  const extending = entryAtPath(entries, ['extends']);
  return extending?.value ?? entries[0]?.key ?? { start: 0, end: 1 };
}

function formatNames({ format, rules }: NonNullable<LoadedConfig['yaml']>['data']) {
  const known = ['auto', ...Object.keys(rules), ...FORMATS.map(({ id }) => id)];
  const named: [string[], string][] =
    typeof format === 'string'
      ? [[['data', 'format'], format]]
      : Object.entries(format).map(([glob, name]) => [['data', 'format', glob], name]);
  return named
    .filter(([, name]) => !known.includes(name))
    .map(([path, name]) => ({
      ...{ path, code: 'config/format', severity: 'error' as const },
      message: `"${name}" is no format; there are ${known.join(', ')}`,
    }));
}

/** The same words at the same place, once: a hazard and the reader may say one thing. */
function withoutRepetition(problems: readonly EditorProblem[]): EditorProblem[] {
  const seen = new Set<string>();
  const isMerge = new Set(
    problems.filter(({ code }) => code === 'yaml/merge-key').map(({ start }) => start),
  );
  return problems.filter(({ code, message, start, end }) => {
    if (code === 'config/unknown-key' && isMerge.has(start)) return false;
    const key = `${start}:${end}:${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

async function presetOf(path: string, readText: ReadText): Promise<string | null> {
  const seen = new Set<string>();
  for (let file = path; !seen.has(file);) {
    seen.add(file);
    const text = await textOrNothing(file, readText);
    const base = entryAtPath(entriesOf(parseYaml(text)), ['extends'])?.node;
    const name = (base as { value?: unknown } | undefined)?.value;
    if (typeof name !== 'string') return null;
    if (Object.hasOwn(PRESETS, name)) return name;
    file = join(dirname(file), name);
  }
  return null;
}

/** A base that cannot be read is told by who loads it. */
async function textOrNothing(file: string, readText: ReadText): Promise<string> {
  try {
    return await readText(file);
  } catch {
    return '';
  }
}
