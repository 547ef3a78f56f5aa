import { canonical, type Canonical } from './canonical.ts';
import {
  RECORD_CONTAINERS,
  SESSION_CONTAINERS,
  TEXT_CONTAINERS,
  type Written,
} from './containers.ts';
import type { Dialect } from './dialect.ts';
import { Random, seedOf } from './random.ts';
import { wantedSpans, type Wanted } from './wanted.ts';

/** One generated file, and what it says. */
export interface Generated extends Written {
  dialect: Dialect;
  container: string;
  seed: number;
  trajectories: Canonical[];
  wanted: (Wanted & { traj: number })[];
}

export function containersOf(dialect: Dialect): string[] {
  return rowsOf(dialect).map(({ name }) => name);
}

function rowsOf(dialect: Dialect): readonly { name: string; most: number; least?: number }[] {
  if (dialect.kind === 'record') return RECORD_CONTAINERS;
  if (dialect.kind === 'session') return SESSION_CONTAINERS;
  return TEXT_CONTAINERS.filter(({ least }) => !least || dialect.join !== null);
}

export function generate(dialect: Dialect, container: string, seed: number): Generated {
  const random = new Random(seedOf(dialect.name, container, seed));
  const { most, least = 1 } = rowsOf(dialect).find(({ name }) => name === container)!;
  const count = random.int(least, most);
  const trajectories = Array.from({ length: count }, (_, i) => canonical(random, dialect.can, i));
  const written = writeInto(dialect, container, { trajectories, random });
  const wanted = trajectories.flatMap((one, traj) =>
    wantedSpans(one, dialect.spans).map((span) => ({ ...span, traj })),
  );
  return { ...written, dialect, container, seed, trajectories, wanted };
}

function writeInto(
  dialect: Dialect,
  container: string,
  { trajectories, random }: { trajectories: Canonical[]; random: Random },
): Written {
  const named = (row: { name: string }): boolean => row.name === container;
  if (dialect.kind === 'record') {
    const parts = trajectories.map((one) => ({
      value: dialect.write(one, random),
      id: one.id,
      list: dialect.list ?? null,
    }));
    return RECORD_CONTAINERS.find(named)!.write(parts, random);
  }
  if (dialect.kind === 'session') {
    const parts = trajectories.map((one) => dialect.write(one, random));
    return SESSION_CONTAINERS.find(named)!.write(parts, random);
  }
  const { join } = dialect;
  const parts = trajectories.map((one) => ({ ...dialect.write(one, random), id: one.id, join }));
  return TEXT_CONTAINERS.find(named)!.write(parts, random);
}
