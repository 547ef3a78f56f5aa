import type { Abilities, Canonical } from './canonical.ts';
import type { Json, JsonObject } from './json.ts';
import type { Random } from './random.ts';
import type { SpanRules } from './wanted.ts';

interface Row {
  /** Unique; what the failures name. */
  name: string;
  /** The format's id that detection should give; null where several would do. */
  format: string | null;
  can: Abilities;
  spans?: SpanRules;
  /** What of `Trajectory.messages` the dialect cannot say. */
  messages?:
    'none' | { outline?: false; calls?: false; names?: false; values?: false; ids?: false };
}

/** A trajectory is one JSON value. */
export interface RecordDialect extends Row {
  kind: 'record';
  write: (trajectory: Canonical, random: Random) => Json;
  /** The member that can be a JSON string as well, as in tables with text columns. */
  list?: string;
}

/** A trajectory is a file of one JSON value a line. */
interface SessionDialect extends Row {
  kind: 'session';
  write: (trajectory: Canonical, random: Random) => JsonObject[];
}

/** A trajectory is text. `cut`: where the agent's part begins. */
interface TextDialect extends Row {
  kind: 'text';
  write: (trajectory: Canonical, random: Random) => { text: string; cut: number };
  /** What stands between two trajectories of a file; null where a file holds one. */
  join: string | null;
  /** The id where its text stands in JSON strings. */
  inJson?: string;
}

export type Dialect = RecordDialect | SessionDialect | TextDialect;
