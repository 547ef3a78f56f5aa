import { own } from '@deepcoder/vocabulary';
import type { ConfigYaml } from '@deepcoder/config';
import type { RunFile } from '@deepcoder/trainer-protocol';

/** Something that differs from what the run was started with. */
export interface RunChange {
  what: 'config' | 'data' | 'model' | 'code' | 'engine';
  /** A key, a file, a model, or a program. */
  name: string;
  before: string | null;
  after: string | null;
}

export type RunMakings = Pick<RunFile, 'versions' | 'gitCommit' | 'fingerprints'> & {
  config: ConfigYaml;
};

/** Keys that change what is written down, but none of the numbers. */
const HARMLESS =
  /^(log\.|checkpoints\.|launch\.|run\.(name|dir)$|teacher\.(url|concurrency|max_tokens_in_flight|timeout|retries)$)/;

/** What has changed since a run was started and could change its numbers; empty: it may go on. */
export function compareMakings(before: RunMakings, after: RunMakings): RunChange[] {
  const sums = ({ fingerprints }: RunMakings, of: 'data' | 'models') =>
    Object.fromEntries(fingerprints[of].map(({ path, sha256 }) => [path, sha256]));
  return [
    ...changes('config', leaves(before.config), leaves(after.config)).filter(
      ({ name }) => !HARMLESS.test(name),
    ),
    ...changes('data', sums(before, 'data'), sums(after, 'data')),
    ...changes('model', sums(before, 'models'), sums(after, 'models')),
    ...changes('code', codeOf(before), codeOf(after)),
  ];
}

/** One line a change: `config train.learning_rate: 0.001 -> 0.002`. */
export function formatChange({ what, name, before, after }: RunChange): string {
  if (before === null) return `${what} ${name}: is new (${short(after ?? '')})`;
  if (after === null) return `${what} ${name}: is gone`;
  return `${what} ${name}: ${short(before)} -> ${short(after)}`;
}

function codeOf({ versions, gitCommit }: RunMakings): Record<string, string> {
  return gitCommit === null ? versions : { ...versions, 'git commit': gitCommit };
}

function changes(
  what: RunChange['what'],
  before: Record<string, string>,
  after: Record<string, string>,
): RunChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => own(before, name) !== own(after, name))
    .map((name) => ({
      what,
      name,
      before: own(before, name) ?? null,
      after: own(after, name) ?? null,
    }));
}

/** The values of a config by dotted key, as JSON; a server's key is left out. */
export function leaves(value: unknown, path = ''): Record<string, string> {
  if (path.endsWith('api_key')) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { [path]: JSON.stringify(value) };
  }
  const inner = Object.entries(value).map(([key, child]) =>
    leaves(child, path === '' ? key : `${path}.${key}`),
  );
  return Object.assign({}, ...inner) as Record<string, string>;
}

/** Whole checksums tell a reader nothing. */
function short(text: string): string {
  return /^[0-9a-f]{32,}/.test(text)
    ? `${text.slice(0, 12)}${text.endsWith('-dirty') ? '-dirty' : ''}`
    : text;
}
