import path from 'node:path';
import { camelKeys } from '@deepcoder/config';
import { makeFolder } from '../../disk/makeFolder.ts';
import { type Job, jobPath } from '../jobs/job.ts';
import { STOPPING } from '../jobs/jobFiles.ts';
import { isOver, type PartState, type SubmittedJob } from '../jobs/jobTarget.ts';
import { ownEnd } from '../jobs/ownEnd.ts';
import type { Environment, ToolPlace } from '../runTool.ts';
import { copyFrom, onHost, SSH_CURE } from './remote.ts';
import { enter, type SshLaunch } from './sshTarget.ts';

/** A run that was started on a host. */
export function sshJob({ id, cwd, record }: Job, env: Environment): SubmittedJob {
  const launch = camelKeys(record.launch) as unknown as SshLaunch;
  const at = record.handle.lastIndexOf(':');
  const [host, pid] = [record.handle.slice(0, at), record.handle.slice(at + 1)];
  const place: ToolPlace = { cwd, env, what: 'ssh', cure: SSH_CURE };
  const folder = jobPath(id);
  const look = async (): Promise<PartState & { there: string | null }> => {
    // A process number may be another's by now.
    const script = `${enter(launch)}
cat ${folder}/end-0 2>/dev/null || { [ -e ${folder}/${STOPPING} ] && echo ended; } || echo none
if ps -o args= -p ${pid} 2>/dev/null | grep -qF ${folder}/job.sh; then echo alive; else echo gone; fi
cat ${folder}/run-0 2>/dev/null || true`;
    const said = (await onHost(host, script, place)).stdout.toString();
    const [, end = '', alive, run = ''] = /^(.*)\n(alive|gone)\n([\s\S]*)$/.exec(said) ?? [];
    const there = run === '' ? null : run.replace(/\n$/, '');
    const own = there === null ? null : path.resolve(cwd, record.dir, path.posix.basename(there));
    return { part: 0, run: own, there, ...stateOf(end, alive === 'alive') };
  };
  return {
    states: async () => {
      const { part, run, state, reason } = await look();
      return [{ part, run, state, reason }];
    },
    readLog: async (_, from) => {
      const script = `${enter(launch)} && tail -c +${from + 1} ${folder}/log-0.txt | head -c ${1 << 20}`;
      return (await onHost(host, script, place)).stdout;
    },
    stop: async ({ now }) => {
      // In words that every shell's own kill takes.
      const send = (signal: string): string => `kill -s ${signal} -- -${pid}`;
      const hard = [send('TERM'), 'sleep 1', send('TERM'), 'sleep 2', send('KILL')].join('; ');
      const script = `${enter(launch)} && : >${folder}/${STOPPING} || exit 1
${send('0')} 2>/dev/null || exit 0
${now ? `{ ${hard}; } 2>/dev/null; exit 0` : send('TERM')}`;
      await onHost(host, script, place);
    },
    fetch: async () => {
      const { run, there, ...state } = await look();
      if (run === null || there === null) return;
      await makeFolder(run);
      // Checkpoints are large, and of use once it has ended.
      const exclude = isOver(state) ? [] : ['/checkpoints', '/best'];
      await copyFrom(host, { from: there, to: run, exclude }, place);
    },
  };
}

function stateOf(end: string, isAlive: boolean): Pick<PartState, 'state' | 'reason'> {
  if (isAlive) return { state: 'running', reason: '' };
  return ownEnd(end) ?? { state: 'failed', reason: 'its process is gone' };
}
