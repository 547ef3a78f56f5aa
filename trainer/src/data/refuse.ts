import { DeepCoderError } from '@deepcoder/config';
import type { Rejected } from './types.ts';
import type { Sample } from './sample.ts';

/** How many are named in a message. */
const NAMED = 5;

/** With `truncate: error`, samples that are too long stop the run, all named at once. */
export function refuseLong(rejected: readonly Rejected[]): void {
  const long = rejected.filter(({ code }) => code === 'too-long');
  if (long.length === 0) return;
  throw new DeepCoderError(
    'samples-too-long',
    `${long.length} ${long.length === 1 ? 'sample is' : 'samples are'} too long:\n${listed(long)}\n` +
      'Raise data.max_length, or set data.truncate to drop, left or right',
    { exitCode: 3 },
  );
}

/**
 * With `unlearnable: error`, records of which no token is learnt although the agent says something stop the
 * run, all listed at once. Records that have another sample with learnt tokens are not counted.
 */
export function refuseUnlearnable(samples: readonly Sample[], rejected: readonly Rejected[]): void {
  const teaching = new Set(samples.map(({ record }) => record));
  const idle = new Map<string, Rejected>();
  for (const one of rejected) {
    const { code, record, source } = one;
    if (code !== 'nothing-supervised' || teaching.has(record)) continue;
    const place = `${source.replace(/@\d+$/, '')}\0${record}`;
    if (!idle.has(place)) idle.set(place, one);
  }
  if (idle.size === 0) return;
  throw new DeepCoderError(
    'records-unlearnable',
    `${idle.size} ${idle.size === 1 ? 'record teaches' : 'records teach'} nothing:\n${listed([...idle.values()])}\n` +
      'Change what leaves them out, or set data.unlearnable: drop to train without them',
    { exitCode: 3 },
  );
}

/** A run in which nothing would be learnt does not begin. `warnings` say where files are broken. */
export function refuseNothing(
  train: readonly Sample[],
  rejected: readonly Rejected[],
  warnings: readonly string[] = [],
): void {
  if (train.length > 0) return;
  const broken = warnings.slice(0, NAMED).map((warning) => `\n  ${warning}`);
  throw new DeepCoderError(
    'no-training-data',
    rejected.length === 0
      ? 'there is no record to train on; add data to data.train, or make data.eval smaller'
      : `no record is left to train on; ${rejected.length} ${rejected.length === 1 ? 'was' : 'were'} rejected:\n${listed(rejected)}${broken.join('')}\nCorrect these files, or name others in data.train`,
    { exitCode: 3 },
  );
}

function listed(rejected: readonly Rejected[]): string {
  const lines = rejected.slice(0, NAMED).map(({ source, message }) => `  ${source}: ${message}`);
  const rest = rejected.length - NAMED;
  return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}
