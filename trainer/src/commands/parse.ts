import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError, nearest } from '@deepcoder/config';
import { FORMATS, parse, type Parsed, SPAN_KINDS } from '@deepcoder/trajectory';
import { Command } from 'commander';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import { textTable } from './textTable.ts';

interface ParseOptions {
  format?: string;
  json?: boolean;
}

interface ParsedFile {
  file: string;
  text: string;
  parsed: Parsed;
}

export function parseCommand(cli: Cli): Command {
  return new Command('parse')
    .summary('show the spans of trajectory files')
    .description(
      'Finds out the format of trajectory files and cuts them into spans. With --json one line a file:\n' +
        '{"file", "format", "reason", "spans": [{"start", "end", "kind", "step", "traj"}],\n' +
        ' "problems": [{"code", "message", "start", "end", "severity"}]}',
    )
    .argument('<file...>', 'trajectory files')
    .option('--format <name>', 'take this format instead of detecting it')
    .addOption(jsonOption())
    .addHelpText('after', examples('parse trajectories/*.jsonl', 'parse --json log.txt'))
    .action(async (files: string[], { format, json = false }: ParseOptions) => {
      refuseUnknownFormat(format);
      const read: ParsedFile[] = [];
      const troubles: string[] = [];
      for (const file of files) {
        const text = await readText(path.resolve(cli.cwd, file));
        if (text instanceof Error) {
          troubles.push(`${file}: cannot be read (${text.message}); check the path`);
          continue;
        }
        const options = {
          fileName: path.basename(file),
          ...(format === undefined ? {} : { format }),
        };
        const parsed = parse(text, options);
        if (json) printJson(cli, jsonOf(file, parsed));
        else read.push({ file, text, parsed });
      }
      if (read.length > 0) print(cli, table(read), ...read.flatMap(problemLines));
      if (troubles.length === 0) return;
      throw new DeepCoderError('file-unreadable', troubles.join('\n'), { exitCode: 3 });
    });
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

async function readText(file: string): Promise<string | Error> {
  return readFile(file, 'utf8').catch((error: unknown) => error as Error);
}

function jsonOf(file: string, { format, reason, spans, problems }: Parsed): object {
  return {
    file,
    format,
    reason,
    spans: spans.map(({ start, end, kind, step, traj }) => ({ start, end, kind, step, traj })),
    problems: problems.map(({ code, message, start, end, severity }) => ({
      ...{ code, message, start, end, severity },
    })),
  };
}

function table(read: readonly ParsedFile[]): string {
  const header = ['file', 'format', 'trajectories', ...SPAN_KINDS, 'problems'];
  const rows = read.map(({ file, parsed }) => {
    const { format, trajectories, spans, problems } = parsed;
    const counts = SPAN_KINDS.map((kind) => spans.filter((span) => span.kind === kind).length);
    return [file, format, ...[trajectories.length, ...counts, problems.length].map(String)];
  });
  return textTable([header, ...rows]);
}

/** Of one file; more are in the JSON. */
const TOLD = 10;

function problemLines({ file, text, parsed }: ParsedFile): string[] {
  const { problems, format, reason, trajectories } = parsed;
  if (trajectories.length === 0) {
    const why =
      text.trim() === '' ? 'the file is empty' : `${format.replaceAll('_', ' ')}: ${reason}`;
    return [`${file}: ${why}; name its format with --format, or leave it out`];
  }
  const lines = problems.slice(0, TOLD).map(({ severity, message, start }) => {
    const before = text.slice(0, start).split('\n');
    return `${file}:${before.length}:${before.at(-1)!.length + 1}: ${severity}: ${message}`;
  });
  const rest = problems.length - lines.length;
  return rest > 0 ? [...lines, `${file}: ${rest} more problems`] : lines;
}
