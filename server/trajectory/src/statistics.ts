import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';
import { callOutcomes } from './learnt/maskedSteps.ts';
import type { Parsed } from './types.ts';

export interface KindStatistics {
  spans: number;
  /** UTF-16 units of the raw text. */
  characters: number;
}

/** `failed`: calls whose result says that they failed, or that the environment rejected. */
interface ToolCalls {
  name: string;
  calls: number;
  failed: number;
}

export interface Statistics {
  format: string;
  reason: string;
  trajectories: number;
  turns: number;
  messages: number;
  byKind: Record<SpanKind, KindStatistics>;
  /** Pictures by the kind of what they stand in; kinds without one are left out. */
  pictures: Partial<Record<SpanKind, number>>;
  /** The trajectory with the most characters, null where there is none. */
  longest: { index: number; id: string | null; characters: number } | null;
  /** Calls by the tool's name, most frequent first; a call without a name counts under the empty name. */
  callsByTool: ToolCalls[];
  problems: Record<string, number>;
}

export function statistics(parsed: Parsed): Statistics {
  const tools = new ToolTally();
  let turns = 0;
  let messages = 0;
  for (const trajectory of parsed.trajectories) {
    messages += trajectory.messages.length;
    turns += trajectory.messages.filter(({ role }) => role === 'assistant').length;
    for (const { tool, isFailed } of callOutcomes(parsed, trajectory))
      tools.add({ name: tool, calls: 1, failed: isFailed ? 1 : 0 });
  }
  return {
    format: parsed.format,
    reason: parsed.reason,
    trajectories: parsed.trajectories.length,
    turns,
    messages,
    byKind: byKind(parsed),
    pictures: countBy(parsed.pictures.map(({ kind }) => kind)),
    longest: longest(parsed),
    callsByTool: tools.byCalls(),
    problems: countBy(parsed.problems.map((problem) => problem.code)),
  };
}

/** Of several texts together, such as the files of an archive; there is at least one. */
export function sumStatistics(all: readonly Statistics[]): Statistics {
  const tools = new ToolTally();
  const problems = new Map<string, number>();
  const kinds = byKind({ spans: [] });
  for (const one of all) {
    for (const tool of one.callsByTool) tools.add(tool);
    for (const [code, count] of Object.entries(one.problems))
      problems.set(code, (problems.get(code) ?? 0) + count);
    for (const kind of SPAN_KINDS) {
      kinds[kind].spans += one.byKind[kind].spans;
      kinds[kind].characters += one.byKind[kind].characters;
    }
  }
  const sum = (of: (one: Statistics) => number): number => all.reduce((n, one) => n + of(one), 0);
  const names = [...new Set(all.map((one) => one.format))].join(', ');
  const longestOnes = all.flatMap((one) => (one.longest ? [one.longest] : []));
  return {
    format: names,
    reason: all[0]!.reason,
    trajectories: sum((one) => one.trajectories),
    turns: sum((one) => one.turns),
    messages: sum((one) => one.messages),
    byKind: kinds,
    pictures: countBy(
      all.flatMap((one) => SPAN_KINDS.flatMap((kind) => times(kind, one.pictures[kind]))),
    ),
    longest: longestOnes.sort((a, b) => b.characters - a.characters)[0] ?? null,
    callsByTool: tools.byCalls(),
    problems: Object.fromEntries(problems),
  };
}

function times<T>(one: T, count = 0): T[] {
  return new Array<T>(count).fill(one);
}

class ToolTally {
  private readonly byName = new Map<string, ToolCalls>();

  add({ name, calls, failed }: ToolCalls): void {
    const known = this.byName.get(name);
    if (known) {
      known.calls += calls;
      known.failed += failed;
    } else this.byName.set(name, { name, calls, failed });
  }

  byCalls(): ToolCalls[] {
    return [...this.byName.values()].sort(
      (a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1),
    );
  }
}

function byKind(parsed: Pick<Parsed, 'spans'>): Record<SpanKind, KindStatistics> {
  const empty = SPAN_KINDS.map((kind) => [kind, { spans: 0, characters: 0 }] as const);
  const counts = Object.fromEntries(empty) as Record<SpanKind, KindStatistics>;
  for (const { kind, start, end } of parsed.spans) {
    counts[kind].spans += 1;
    counts[kind].characters += end - start;
  }
  return counts;
}

function longest(parsed: Parsed): Statistics['longest'] {
  const sizes = new Array<number>(parsed.trajectories.length).fill(0);
  for (const { traj, start, end } of parsed.spans) sizes[traj] = (sizes[traj] ?? 0) + end - start;
  let best = -1;
  sizes.forEach((size, i) => {
    if (best < 0 || size > sizes[best]!) best = i;
  });
  const trajectory = parsed.trajectories[best];
  return trajectory ? { index: best, id: trajectory.id, characters: sizes[best]! } : null;
}

function countBy(keys: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries(counts);
}
