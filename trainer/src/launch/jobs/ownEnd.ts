import type { PartState } from './jobTarget.ts';

/** How a part has ended by its own account (`end-0`); null where that says nothing. */
export function ownEnd(end: string): Pick<PartState, 'state' | 'reason'> | null {
  if (end === 'finished') return { state: 'finished', reason: '' };
  if (end === 'stopped' || end === 'interrupted') return { state: 'stopped', reason: '' };
  if (end.startsWith('ended')) return { state: 'stopped', reason: 'ended at once' };
  const code = /^failed (\d+)$/.exec(end)?.[1];
  return code === undefined ? null : { state: 'failed', reason: `exit code ${code}` };
}
