import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { jobPath, type Launch, writeJobFile } from '../jobs/job.ts';
import type { JobTarget, NewJob } from '../jobs/jobTarget.ts';
import { workLines } from '../jobs/workScript.ts';
import type { Environment, ToolPlace } from '../runTool.ts';
import { shellWord } from '../shellWord.ts';
import { splitHost } from '../splitHost.ts';
import { namedFiles } from './namedFiles.ts';
import { programFiles } from './programFiles.ts';
import { copyTo, onHost, SSH_CURE } from './remote.ts';

export type SshLaunch = Extract<Launch, { on: 'ssh' }>;

interface SshWorld {
  env: Environment;
  programFolder: string;
  config: Config;
}

/** Where this program is copied to, from the folder there. */
const PROGRAM = '.deepcoder/program';

/** Copies what a config names to hosts, and starts it on the first of them. */
export function sshTarget(job: NewJob, launch: SshLaunch, world: SshWorld): JobTarget {
  const { id, folder, cwd } = job;
  const text = sshScript(id, launch);
  const place: ToolPlace = { cwd, env: world.env, what: 'ssh', cure: SSH_CURE };
  const hosts = [...new Set(launch.hosts.map((one) => splitHost(one).host))];
  return {
    text: () => text,
    submit: async (say) => {
      const { env, config } = world;
      const { inside, elsewhere } = await namedFiles(config, { cwd, env, more: launch.files });
      await writeJobFile(folder, 'job.sh', text);
      for (const host of hosts) {
        say(`${host}: copying what ${jobPath(id)}/config.yaml names`);
        const home = await look(host, { launch, elsewhere }, place);
        await copyTo(host, { from: cwd, files: [...inside, jobPath(id)], to: home }, place);
        if (launch.program === null) await copyProgram(host, { home, world }, place);
      }
      return start(hosts[0]!, { id, launch }, place);
    },
  };
}

/** The script that runs there, in the background. */
function sshScript(id: string, { hosts, setup, node, program }: SshLaunch): string {
  const ranks = hosts.reduce((sum, host) => sum + splitHost(host).ranks, 0);
  const names = new Set(hosts.map((one) => splitHost(one).host));
  const several = names.size > 1 ? ['--hosts', hosts.join(',')] : [];
  return [
    '#!/bin/sh',
    // A stop is for the training, which ends with a checkpoint; this waits for it.
    'trap : TERM',
    ...workLines({
      id,
      part: '0',
      command: program ?? [node, `${PROGRAM}/trainer/dist/deepcoder.mjs`],
      args: ranks > 1 ? ['--ranks', String(ranks), ...several] : [],
      setup,
    }),
    'exit "$code"',
    '',
  ].join('\n');
}

/** Shell that goes into the folder there. */
export function enter({ folder }: Pick<SshLaunch, 'folder'>): string {
  return `cd && cd -- ${shellWord(folder)}`;
}

/**
 * Makes the folder on a host, and gives its absolute path.
 *
 * @throws DeepCoderError where the host lacks something
 */
async function look(
  host: string,
  { launch, elsewhere }: { launch: SshLaunch; elsewhere: readonly string[] },
  place: ToolPlace,
): Promise<string> {
  const { folder, node, program } = launch;
  const script = [
    `cd && mkdir -p -- ${shellWord(folder)} && ${enter(launch)} || exit 1`,
    'command -v rsync >/dev/null || echo "lacks rsync"',
    ...(program === null
      ? [
          `${shellWord(node)} -e 'console.log("is " + process.platform + "-" + process.arch)' 2>/dev/null || echo "lacks node"`,
        ]
      : []),
    ...elsewhere.map(
      (file) => `[ -e ${shellWord(file)} ] || printf 'absent %s\\0' ${shellWord(file)}`,
    ),
    // Last, since a path may have lines.
    'printf "at %s" "$PWD"',
  ].join('\n');
  const said = (await onHost(host, script, place)).stdout.toString();
  const at = said.lastIndexOf('at /');
  const told = said.slice(0, at);
  const own = `${process.platform}-${process.arch}`;
  const [, there] = /^is (\S+)$/m.exec(told) ?? [];
  const absent = [...told.matchAll(/absent ([^\0]*)\0/g)].map(([, file]) => file);
  const problem =
    at === -1
      ? `answers something else than a shell: ${said.slice(0, 200)}`
      : told.includes('lacks rsync')
        ? 'there is no rsync; install it there'
        : told.includes('lacks node')
          ? `${node} does not run; install Node 20.19 or newer there, or set launch.node`
          : there !== undefined && there !== own
            ? `is ${there}, this machine ${own}, so this program would not run there; install DeepCoder on it and set launch.program, for example [deepcoder]`
            : absent.length > 0
              ? `has no ${absent.join(', no ')}, which the config names`
              : null;
  if (problem === null) return said.slice(at + 'at '.length);
  throw new DeepCoderError('launch/host', `ssh: ${host}: ${problem}`, { exitCode: 2 });
}

async function copyProgram(
  host: string,
  { home, world }: { home: string; world: SshWorld },
  place: ToolPlace,
): Promise<void> {
  const { packages, own } = programFiles(world.programFolder);
  const to = `${home}/${PROGRAM}`;
  await onHost(
    host,
    `mkdir -p -- ${shellWord(`${to}/trainer`)} ${shellWord(`${to}/node_modules`)}`,
    place,
  );
  await copyTo(host, { from: world.programFolder, files: own, to: `${to}/trainer` }, place);
  const { folder, files } = packages;
  await copyTo(host, { from: path.resolve(folder), files, to: `${to}/node_modules` }, place);
}

/** Gives the number of the process, which leads a group of its own and outlives the connection. */
async function start(
  host: string,
  { id, launch }: { id: string; launch: SshLaunch },
  place: ToolPlace,
): Promise<string> {
  const script = `${jobPath(id)}/job.sh`;
  const log = `${jobPath(id)}/log-0.txt`;
  const line = `${enter(launch)} && { setsid sh ${script} >>${log} 2>&1 </dev/null & echo $!; }`;
  const { stdout } = await onHost(host, line, place);
  return `${host}:${stdout.toString().trim()}`;
}
