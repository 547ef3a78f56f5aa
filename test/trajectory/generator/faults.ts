import { parse } from '@deepcoder/trajectory';
import { containersOf, generate } from './combine.ts';
import { canonicalJson, jsonValue, spanFaults } from './compare.ts';
import { messageFaults } from './compareMessages.ts';
import { pictureFaults } from './comparePictures.ts';
import type { Generated } from './combine.ts';
import type { Dialect } from './dialect.ts';
import { KNOWN } from './known.ts';
import type { Parsed } from '@deepcoder/trajectory';

export const ASPECTS = ['format', 'spans', 'messages', 'tools', 'pictures', 'incremental'] as const;

type Aspect = (typeof ASPECTS)[number];

export interface Fault {
  aspect: Aspect;
  seed: number;
  lines: string[];
}

/** What is wrong with a generated file, seed by seed. */
export function faultsOf(dialect: Dialect, container: string, seeds: readonly number[]): Fault[] {
  return seeds.flatMap((seed) => {
    const file = generate(dialect, container, seed);
    const parsed = parse(file.text);
    const found: [Aspect, string[]][] = [
      ['format', formatFaults(file, parsed)],
      ['spans', spanFaults(file, parsed)],
      ['messages', messageFaults(file, parsed)],
      ['tools', toolFaults(file, parsed)],
      ['pictures', pictureFaults(file, parsed)],
    ];
    return found
      .filter(([, lines]) => lines.length > 0)
      .map(([aspect, lines]) => ({ aspect, seed, lines }));
  });
}

function formatFaults({ dialect }: Generated, { format, reason }: Parsed): string[] {
  const wanted = dialect.kind === 'text' ? [dialect.format, dialect.inJson] : [dialect.format];
  if (dialect.format === null || wanted.includes(format)) return [];
  return [`${format} (${reason}) instead of ${dialect.format}`];
}

function toolFaults(file: Generated, parsed: Parsed): string[] {
  const { from = 0 } = file;
  const wanted = file.trajectories.slice(from === 0 ? 0 : 1);
  const read = parsed.trajectories.slice(-wanted.length);
  return wanted.flatMap(({ tools }, i) => {
    if (tools.length === 0) return [];
    const value = jsonValue(read[i]?.tools ?? '');
    const isSame = value !== undefined && canonicalJson(value) === canonicalJson(tools);
    return isSame ? [] : [`tools ${(read[i]?.tools ?? 'none').slice(0, 120)}`];
  });
}

/** The known faults of a dialect, as `container / aspect`. */
export function knownFaults(dialect: Dialect): ReadonlySet<string> {
  return new Set(
    ASPECTS.flatMap((aspect) => {
      const which = KNOWN[`${dialect.name} / ${aspect}`];
      if (which === undefined) return [];
      const containers = which === 'all' ? containersOf(dialect) : which.split(' | ');
      return containers.map((container) => `${container} / ${aspect}`);
    }),
  );
}
