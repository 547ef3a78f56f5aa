import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError, nearest } from '@deepcoder/config';
import {
  FORMATS,
  missingPictures,
  parse,
  type Parsed,
  type ParseOptions,
} from '@deepcoder/trajectory';
import type { Problem } from '@deepcoder/vocabulary';
import { formatChooser } from '../data/sources/findSources.ts';
import { textName, textsOf } from '../data/sources/readTexts.ts';
import type { DataSettings } from '../data/types.ts';
import type { Cli } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { chosenRules, readRules } from './readRules.ts';

export interface ReadFile {
  file: string;
  text: string;
  parsed: Parsed;
}

/** How somebody wants files to be read. */
export interface ReadingOptions {
  format?: string;
  rules?: string;
  config?: string;
}

export type ParseOptionsOf = (file: string) => ParseOptions;

/**
 * How each file is read: as `--format` says, else by the label rules of `--rules`, else as a config's
 * `data.format` and `data.rules` have training read it, else by detection. Refuses what cannot be.
 */
export async function readingOf(cli: Cli, options: ReadingOptions): Promise<ParseOptionsOf> {
  const { format, rules: file, config } = options;
  const settings = await settingsOf(cli, config);
  const rules = file === undefined ? settings.rules : await readRules(file, cli.cwd);
  const named = file === undefined ? format : chosenRules(rules, format, file);
  refuseUnknownFormat(named, Object.keys(rules));
  const choose = formatChooser({ format: named ?? settings.format, rules }, cli.cwd);
  return (name) => {
    const chosen = choose(path.resolve(cli.cwd, name));
    return {
      fileName: path.basename(name),
      ...(chosen.format !== null && { format: chosen.format }),
      ...(chosen.rules !== null && { rules: chosen.rules }),
    };
  };
}

async function settingsOf(
  cli: Cli,
  config: string | undefined,
): Promise<Pick<DataSettings, 'format' | 'rules'>> {
  if (config === undefined) return { format: 'auto', rules: {} };
  return (await loadForRun(cli, { path: config, env: cli.env })).config.data;
}

/**
 * Reads a file; of an archive each file in it. `troubles` tells what cannot be read.
 */
export async function* readTrajectories(
  cli: Cli,
  { file, reading, troubles }: { file: string; reading: ParseOptionsOf; troubles: string[] },
): AsyncGenerator<ReadFile> {
  for await (const read of textsOf(path.resolve(cli.cwd, file))) {
    const name = textName(file, read);
    if ('refused' in read) {
      const advice = read.name === null ? '; check the path' : '';
      troubles.push(`${name}: cannot be read (${read.refused})${advice}`);
      continue;
    }
    const { text, fileName, problems } = read;
    const parsed = parse(text, { ...reading(file), fileName });
    const folder = path.dirname(path.resolve(cli.cwd, file));
    const missing = await missingPictures(parsed, (named) => isFile(path.resolve(folder, named)));
    yield { file: name, text, parsed: withProblems(parsed, [...problems, ...missing]) };
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function withProblems(parsed: Parsed, problems: readonly Problem[]): Parsed {
  for (const one of problems) parsed.problems.push(one);
  parsed.problems.sort((a, b) => a.start - b.start);
  return parsed;
}

export function unreadable(troubles: readonly string[]): DeepCoderError {
  return new DeepCoderError('file-unreadable', troubles.join('\n'), { exitCode: 3 });
}

/** Refuses a name that is no format, with the near one. */
export function refuseUnknownFormat(
  format: string | undefined,
  rules: readonly string[] = [],
): void {
  const names = [...rules, ...FORMATS.map(({ id }) => id)];
  if (format === undefined || names.includes(format)) return;
  const near = nearest(format, names);
  const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new DeepCoderError('format-unknown', `--format ${format}: is no format; ${hint}`, {
    exitCode: 2,
  });
}

/** Why a file has no trajectories, and what to do. */
export function noTrajectory({ file, text, parsed: { format, reason } }: ReadFile): string {
  const why =
    text.trim() === '' ? 'the file is empty' : `${format.replaceAll('_', ' ')}: ${reason}`;
  return `${file}: ${why}; name its format with --format, or say with --rules (data.rules in a config) what its labels mean, or leave it out`;
}

/** Of one file; more are in the JSON. */
const TOLD = 10;

/** The first problems, with their places. */
export function problemLines(
  { file, text }: Pick<ReadFile, 'file' | 'text'>,
  problems: readonly Problem[],
): string[] {
  let line = 1;
  let lineStart = 0;
  const lines = problems.slice(0, TOLD).map(({ severity, message, start }) => {
    for (let feed = text.indexOf('\n', lineStart); feed >= 0 && feed < start;) {
      line += 1;
      lineStart = feed + 1;
      feed = text.indexOf('\n', lineStart);
    }
    return `${file}:${line}:${start - lineStart + 1}: ${severity}: ${message}`;
  });
  const rest = problems.length - lines.length;
  return rest > 0 ? [...lines, `${file}: ${rest} more problems`] : lines;
}
