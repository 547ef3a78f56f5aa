import { diagnose, statistics, type Statistics } from '@deepcoder/trajectory';
import { Command } from 'commander';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import { dataConfigOption, rulesOption } from './readRules.ts';
import {
  noTrajectory,
  type ReadFile,
  readTrajectories,
  type ReadingOptions,
  readingOf,
  unreadable,
} from './readTrajectory.ts';
import { grouped, textTable } from './textTable.ts';

interface StatsOptions extends ReadingOptions {
  json?: boolean;
}

export function statsCommand(cli: Cli): Command {
  return new Command('stats')
    .summary('count what trajectory files hold')
    .description(
      'Counts trajectories, turns, spans and characters by kind, calls by tool (and how many of them\n' +
        'failed) and problems, and tells\n' +
        'which format was seen and why. With --json one line a file:\n' +
        '{"file", "format", "reason", "trajectories", "turns", "messages", "by_kind", "longest",\n' +
        ' "pictures", "calls_by_tool", "problems"}; "pictures" by the kind of their messages',
    )
    .argument('<file...>', 'trajectory files')
    .option('--format <name>', 'take this format instead of detecting it')
    .addOption(rulesOption())
    .addOption(dataConfigOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('stats trajectories/*.jsonl', 'stats --json log.eval'))
    .action(async (files: string[], { json = false, ...given }: StatsOptions) => {
      const reading = await readingOf(cli, given);
      const troubles: string[] = [];
      let isFirst = true;
      for (const file of files) {
        for await (const read of readTrajectories(cli, { file, reading, troubles })) {
          const counts = countAll(read);
          if (json) printJson(cli, jsonOf(read.file, counts));
          else print(cli, ...(isFirst ? [] : ['']), ...lines(read, counts));
          isFirst = false;
        }
      }
      if (troubles.length > 0) throw unreadable(troubles);
    });
}

/** With the problems that show only in the structure. */
function countAll({ text, parsed }: ReadFile): Statistics {
  return statistics({
    ...parsed,
    trajectories: parsed.trajectories,
    problems: diagnose(text, parsed),
  });
}

function jsonOf(file: string, counts: Statistics): object {
  const { format, reason, trajectories, turns, messages, longest, problems } = counts;
  return {
    ...{ file, format, reason, trajectories, turns, messages, longest, problems },
    by_kind: counts.byKind,
    pictures: counts.pictures,
    calls_by_tool: counts.callsByTool,
  };
}

function lines(read: ReadFile, counts: Statistics): string[] {
  const { trajectories, turns, messages, longest } = counts;
  if (trajectories === 0) return [noTrajectory(read)];
  const of = (count: number, name: string): string =>
    `${grouped(count)} ${count === 1 ? name.replace(/ies$/, 'y').replace(/s$/, '') : name}`;
  const name = longest?.id ?? (longest ? `number ${longest.index + 1}` : '');
  return [
    `${read.file}: ${counts.format} (${counts.reason})`,
    [of(trajectories, 'trajectories'), of(turns, 'turns'), of(messages, 'messages')].join(', '),
    ...(longest && trajectories > 1
      ? [`longest: ${name}, ${of(longest.characters, 'characters')}`]
      : []),
    '',
    kindTable(counts),
    ...section('pictures in', 'pictures', Object.entries(counts.pictures)),
    ...tools(counts),
    ...section('problem', 'times', Object.entries(counts.problems)),
  ];
}

function kindTable({ byKind }: Statistics): string {
  const all = SPAN_KINDS.reduce((sum, kind) => sum + byKind[kind].characters, 0);
  const rows = SPAN_KINDS.filter((kind) => byKind[kind].spans > 0).map((kind) => {
    const { spans, characters } = byKind[kind];
    const share = `${((100 * characters) / all).toFixed(1)} %`;
    return [kind, grouped(spans), grouped(characters), share];
  });
  return textTable([['kind', 'spans', 'characters', 'share'], ...rows]);
}

/** The column of failures only if there are any. */
function tools({ callsByTool }: Statistics): string[] {
  const hasFailed = callsByTool.some(({ failed }) => failed > 0);
  return section(
    'tool',
    hasFailed ? ['calls', 'failed'] : 'calls',
    callsByTool.map(({ name, calls, failed }) => [
      name,
      ...(hasFailed ? [calls, failed] : [calls]),
    ]),
  );
}

/** Of tools and problems; all are in the JSON. */
const MOST_ROWS = 20;

function section(
  title: string,
  units: string | string[],
  rows: [name: string, ...counts: number[]][],
): string[] {
  if (rows.length === 0) return [];
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(([name, ...counts]) => [name || '(none)', ...counts.map(grouped)]);
  const more = rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : [];
  return ['', textTable([[title, ...[units].flat()], ...shown]), ...more];
}
