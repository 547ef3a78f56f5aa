import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './freePort.ts';

const run = promisify(execFile);

/** SLURM's own daemons with two nodes that are both this machine. */
export interface SlurmCluster {
  /** For programs that speak to it. */
  env: Record<string, string>;
  /** Runs one of its programs. */
  tool: (program: string, ...args: string[]) => Promise<string>;
  stop: () => Promise<void>;
}

/** @throws Error where a daemon does not come up */
export async function startSlurm(root: string): Promise<SlurmCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slurm-'));
  const libraries = path.join(root, 'usr/lib/x86_64-linux-gnu');
  const env = {
    PATH: `${root}/usr/bin:${root}/usr/sbin:${process.env['PATH'] ?? ''}`,
    LD_LIBRARY_PATH: `${libraries}:${path.join(libraries, 'slurm-wlm')}`,
    SLURM_CONF: path.join(folder, 'slurm.conf'),
  };
  const options = { env: { ...process.env, ...env }, timeout: 30_000 };
  const tool = async (program: string, ...args: string[]): Promise<string> =>
    (await run(program, args, options)).stdout;
  for (const name of ['munge', 'ctld', 'n1', 'n2', 'tmp.n1', 'tmp.n2'])
    mkdirSync(path.join(folder, name), { mode: 0o755 });
  const inMunge = (name: string): string => path.join(folder, 'munge', name);
  writeFileSync(inMunge('key'), randomBytes(1024), { mode: 0o600 });
  const files = { socket: 'socket', 'key-file': 'key', 'pid-file': 'pid' };
  const places = Object.entries({ ...files, 'log-file': 'log', 'seed-file': 'seed' });
  await tool('munged', '--force', ...places.map(([name, file]) => `--${name}=${inMunge(file)}`));
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  writeFileSync(env.SLURM_CONF, configText({ folder, libraries, ports }));
  const stepd = path.join(root, 'usr/sbin/slurmstepd');
  // In the foreground, as children of this process: it ends what it started, by itself.
  const daemons = [
    ['slurmctld-wlm', '-D', '-c'],
    ['slurmd-wlm', '-D', '-d', stepd, '-N', 'n1'],
    ['slurmd-wlm', '-D', '-d', stepd, '-N', 'n2'],
  ].map(([program, ...args]) => spawn(program!, args, { env: options.env, stdio: 'ignore' }));
  const stop = async (): Promise<void> => {
    for (const child of daemons) child.kill('SIGTERM');
    const munge = Number(readFileSync(inMunge('pid'), 'utf8'));
    if (munge > 0) process.kill(munge);
    await setTimeout(500);
    for (const child of daemons) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const idle = await tool('sinfo', '-h', '-N', '-o', '%T').catch(() => '');
    if ((idle.match(/idle/g) ?? []).length === 2) return { env, tool, stop };
    await setTimeout(200);
  }
  await stop();
  throw new Error("SLURM's daemons did not come up within 30 s");
}

function configText({
  folder,
  libraries,
  ports: [controller, first, second],
}: {
  folder: string;
  libraries: string;
  ports: readonly [number, number, number];
}): string {
  const host = hostname().split('.')[0]!;
  const node = (name: string, port: number): string =>
    `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=2 RealMemory=4000 State=UNKNOWN`;
  const { username } = userInfo();
  return `ClusterName=deepcoder
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket
CredType=cred/munge
PluginDir=${libraries}/slurm-wlm
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmctldPort=${controller}
SlurmctldPidFile=${folder}/ctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmdSpoolDir=${folder}/%n
StateSaveLocation=${folder}/ctld
SlurmctldLogFile=${folder}/ctld.log
SlurmdLogFile=${folder}/%n.log
KillWait=10
MinJobAge=300
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
TmpFS=${folder}/tmp.%n
${node('n1', first)}
${node('n2', second)}
PartitionName=train Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
`;
}
