/**
 * The messages on their way: what happened, in the order of generation, as numbers. Strings (ids and
 * names) stand in a list beside; mark numbers and string numbers are -1 where there is none.
 */
export const OP = {
  /** start, end, id */
  trajectory: 0,
  /** role: 0 system, 1 user, 2 other, 3 a user without words */
  outer: 1,
  /** step */
  turn: 2,
  /** goes on with the last turn */
  resume: 3,
  /** call id, name, 1 where the call failed */
  result: 4,
  /** mark */
  piece: 5,
  /** id, mark of the name, mark of the arguments, string of the arguments as JSON */
  call: 6,
  /** string of the tool definitions */
  tools: 7,
  /** number of the picture */
  picture: 8,
} as const;

/** Long ones are made when they are asked for. */
export type ScriptString = string | (() => string);

export function stringAt(strings: readonly ScriptString[], i: number): string | null {
  const found = strings[i];
  return typeof found === 'function' ? found() : (found ?? null);
}

export const OP_LENGTH: readonly number[] = [4, 2, 2, 1, 4, 2, 5, 2, 2];

export const OUTER_ROLES = ['system', 'user', 'other', 'user'] as const;
export const WORDLESS_USER = 3;
