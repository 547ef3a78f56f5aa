import { DeepCoderError } from '@deepcoder/config';
import { runTool, type ToolPlace } from '../runTool.ts';
import type { PartState } from '../jobs/jobTarget.ts';
import { ownEnd } from '../jobs/ownEnd.ts';

type Stands = Pick<PartState, 'state' | 'reason'>;

const PENDING = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD']);

/** The parts of a job that are in SLURM's queue, by their number. */
export async function queueStates(handle: string, place: ToolPlace): Promise<Map<number, Stands>> {
  const format = '%K|%T|%r';
  const { code, stdout, stderr } = await runTool(
    ['squeue', '--noheader', '--array', '--jobs', handle, '--format', format],
    place,
    { allowed: [0, 1] },
  );
  if (code === 0) return parseQueue(stdout.toString());
  // So it says of a job that has been gone for a while.
  if (stderr.includes('Invalid job id')) return new Map();
  throw new DeepCoderError('launch/tool', `slurm: squeue: ${stderr.trim()}`, { exitCode: 2 });
}

/** Reads `squeue --format '%K|%T|%r'`: number in the array, state, reason. */
export function parseQueue(text: string): Map<number, Stands> {
  const found = new Map<number, Stands>();
  for (const line of text.split('\n')) {
    const [part = '', state = '', reason = ''] = line.split('|');
    if (state === '') continue;
    const isQueued = PENDING.has(state);
    const shown = isQueued ? plainReason(reason) : state === 'RUNNING' ? '' : state.toLowerCase();
    found.set(Number(part) || 0, { state: isQueued ? 'queued' : 'running', reason: shown });
  }
  return found;
}

function plainReason(reason: string): string {
  return reason === 'None' ? '' : reason;
}

/** How a part that is no longer in the queue has ended: as its script says, else as SLURM's records do. */
export async function ended(
  { handle, part, end }: { handle: string; part: number | null; end: string | null },
  place: ToolPlace,
): Promise<Stands> {
  const own = end === null ? null : ownEnd(end);
  if (own !== null) return own;
  const name = part === null ? handle : `${handle}_${part}`;
  const accounted = await runTool(
    ['sacct', '--noheader', '--allocations', '--parsable2', '--jobs', name, '--format=State'],
    place,
    { allowed: [0, 1] },
  );
  const state = accounted.stdout.toString().trim().split('\n').at(-1) ?? '';
  if (state !== '') return fromState(state);
  // Where no accounts are kept, the controller knows it for some minutes.
  const { code, stdout } = await runTool(['scontrol', 'show', 'job', '--oneliner', name], place, {
    allowed: [0, 1],
  });
  const told = code === 0 ? /JobState=(\S+)/.exec(stdout.toString())?.[1] : undefined;
  if (told !== undefined) return fromState(told);
  return { state: 'unknown', reason: 'SLURM knows nothing of it any more' };
}

/** SLURM's word, as `CANCELLED by 0` or `NODE_FAIL`. */
function fromState(text: string): Stands {
  const [word = ''] = text.split(/[ +]/);
  if (word === 'COMPLETED') return { state: 'finished', reason: '' };
  if (word === 'CANCELLED') return { state: 'stopped', reason: 'cancelled' };
  return { state: 'failed', reason: word.toLowerCase().replaceAll('_', ' ') };
}
