import path from 'node:path';
import { DeepCoderError, nearest } from '@deepcoder/config';
import { FORMATS, parse, type Parsed, type Problem } from '@deepcoder/trajectory';
import { readText } from '../data/sources/readText.ts';
import type { Cli } from './cli.ts';

export interface ReadFile {
  file: string;
  text: string;
  parsed: Parsed;
}

/** Reads a file by detection or as that format; null where it cannot be read, which `troubles` tells. */
export async function readTrajectory(
  cli: Cli,
  { file, format, troubles }: { file: string; format: string | undefined; troubles: string[] },
): Promise<ReadFile | null> {
  const read = await readText(path.resolve(cli.cwd, file));
  if ('problem' in read) {
    troubles.push(`${file}: cannot be read (${read.problem}); check the path`);
    return null;
  }
  const { text } = read;
  const options = { fileName: path.basename(file), ...(format === undefined ? {} : { format }) };
  return { file, text, parsed: parse(text, options) };
}

export function unreadable(troubles: readonly string[]): DeepCoderError {
  return new DeepCoderError('file-unreadable', troubles.join('\n'), { exitCode: 3 });
}

/** Refuses a name that is no format, with the near one. */
export function refuseUnknownFormat(format: string | undefined): void {
  const names = FORMATS.map(({ id }) => id);
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
  return `${file}: ${why}; name its format with --format, or leave it out`;
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
