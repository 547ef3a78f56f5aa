import { diagnose } from '@deepcoder/trajectory';
import { Command } from 'commander';
import { type Problem, SPAN_KINDS } from '@deepcoder/vocabulary';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import {
  noTrajectory,
  problemLines,
  type ReadFile,
  readTrajectories,
  type ReadingOptions,
  readingOf,
  unreadable,
} from './readTrajectory.ts';
import { dataConfigOption, rulesOption } from './readRules.ts';
import { textTable } from './textTable.ts';

interface ParseOptions extends ReadingOptions {
  json?: boolean;
}

/** With the problems that show only in the structure. */
interface DiagnosedFile extends ReadFile {
  problems: Problem[];
}

export function parseCommand(cli: Cli): Command {
  return new Command('parse')
    .summary('show the spans of trajectory files')
    .description(
      'Finds out the format of trajectory files and cuts them into spans. With --json one line a file:\n' +
        '{"file", "format", "reason", "spans": [{"start", "end", "kind", "step", "traj"}],\n' +
        ' "problems": [{"code", "message", "start", "end", "severity"}]}\n' +
        'Where there are pictures also "pictures": spans with "picture": {"source", "mediaType", "alt"}; a\n' +
        'source is the "range" of base64 in the file, a "path", an "attachment" or a "url".',
    )
    .argument('<file...>', 'trajectory files')
    .option('--format <name>', 'take this format instead of detecting it')
    .addOption(rulesOption())
    .addOption(dataConfigOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'parse trajectories/*.jsonl',
        'parse --json log.txt',
        'parse log.txt --rules rules.yaml',
      ),
    )
    .action(async (files: string[], { json = false, ...given }: ParseOptions) => {
      const reading = await readingOf(cli, given);
      const read: DiagnosedFile[] = [];
      const troubles: string[] = [];
      for (const file of files) {
        for await (const one of readTrajectories(cli, { file, reading, troubles })) {
          const diagnosed = { ...one, problems: diagnose(one.text, one.parsed) };
          if (json) printJson(cli, jsonOf(diagnosed));
          else read.push(diagnosed);
        }
      }
      if (read.length > 0) print(cli, table(read), ...read.flatMap(told));
      if (troubles.length > 0) throw unreadable(troubles);
    });
}

function jsonOf({ file, parsed, problems }: DiagnosedFile): object {
  const { format, reason, spans, pictures } = parsed;
  return {
    file,
    format,
    reason,
    spans: spans.map(({ start, end, kind, step, traj }) => ({ start, end, kind, step, traj })),
    ...(pictures.length > 0 && { pictures }),
    problems: problems.map(({ code, message, start, end, severity }) => ({
      ...{ code, message, start, end, severity },
    })),
  };
}

function table(read: readonly DiagnosedFile[]): string {
  const seen = read.some(({ parsed }) => parsed.pictures.length > 0) ? ['pictures'] : [];
  const header = ['file', 'format', 'trajectories', ...SPAN_KINDS, ...seen, 'problems'];
  const rows = read.map(({ file, parsed, problems }) => {
    const { format, trajectories, spans, pictures } = parsed;
    const counts = SPAN_KINDS.map((kind) => spans.filter((span) => span.kind === kind).length);
    const shown = seen.map(() => pictures.length);
    return [
      file,
      format,
      ...[trajectories.length, ...counts, ...shown, problems.length].map(String),
    ];
  });
  return textTable([header, ...rows]);
}

function told(one: DiagnosedFile): string[] {
  const { trajectories } = one.parsed;
  return trajectories.length === 0 ? [noTrajectory(one)] : problemLines(one, one.problems);
}
