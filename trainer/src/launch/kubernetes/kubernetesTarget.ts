import path from 'node:path';
import { camelKeys, yamlDocuments } from '@deepcoder/config';
import type { Job } from '../jobs/job.ts';
import { noteStopping, readPart, STOPPING } from '../jobs/jobFiles.ts';
import type { JobTarget, NewJob, SubmittedJob } from '../jobs/jobTarget.ts';
import { type Environment, runTool, type ToolPlace } from '../runTool.ts';
import { jobState } from './jobState.ts';
import { type KubernetesLaunch, manifests } from './manifests.ts';
import { isThere } from '../../disk/isThere.ts';

const CURE =
  'install it and give it your cluster (kubectl config), or choose another place with --on';

/** A job of Kubeflow's operators. Data and models have to lie on its volume. */
export function kubernetesTarget(
  { id, cwd }: NewJob,
  launch: KubernetesLaunch,
  { env, configText }: { env: Environment; configText: string },
): JobTarget {
  const text = yamlDocuments(manifests({ id, launch, configText }));
  return {
    text: () => text,
    submit: async () => {
      const kubectl = kubectlOf(launch, placeOf(cwd, env));
      await kubectl(['apply', '--filename', '-'], { input: text });
      return `${launch.namespace}/${id}`;
    },
  };
}

export function kubernetesJob({ id, cwd, folder, record }: Job, env: Environment): SubmittedJob {
  const launch = camelKeys(record.launch) as unknown as KubernetesLaunch;
  const kubectl = kubectlOf(launch, placeOf(cwd, env));
  const resource = `${RESOURCES[launch.kind]}/${id}`;
  return {
    states: async () => {
      // Where the volume is mounted here too, its own account is at hand.
      const { run } = await readPart(folder, 0);
      const { stdout } = await kubectl(['get', resource, '--ignore-not-found', '--output=json']);
      const text = stdout.toString();
      const isStopped = await isThere(path.join(folder, STOPPING));
      const gone = isStopped
        ? ({ state: 'stopped', reason: '' } as const)
        : ({ state: 'unknown', reason: 'the cluster has no such job any more' } as const);
      return [{ part: 0, run, ...(text.trim() === '' ? gone : jobState(JSON.parse(text))) }];
    },
    readLog: async (_, from) => {
      const args = ['logs', ...LOGS[launch.kind](id), '--tail=-1'];
      // There is no log before there is a pod.
      const { code, stdout } = await kubectl(args, { allowed: [0, 1] });
      return code === 0 ? stdout.subarray(from) : Buffer.alloc(0);
    },
    stop: async ({ now }) => {
      await noteStopping(folder);
      const hard = now ? ['--grace-period=0', '--force'] : [];
      const both = [resource, `configmap/${id}`];
      await kubectl(['delete', ...both, '--ignore-not-found', '--wait=false', ...hard]);
    },
    // What runs write is on the volume.
    fetch: () => Promise.resolve(),
  };
}

const RESOURCES = {
  MPIJob: 'mpijobs.kubeflow.org',
  TrainJob: 'trainjobs.trainer.kubeflow.org',
} as const;

/** The launcher's pod, as either operator labels it. */
const LOGS: Readonly<Record<KubernetesLaunch['kind'], (id: string) => string[]>> = {
  MPIJob: (id) => [
    `--selector=training.kubeflow.org/job-name=${id},training.kubeflow.org/job-role=launcher`,
  ],
  TrainJob: (id) => [
    `--selector=jobset.sigs.k8s.io/jobset-name=${id},jobset.sigs.k8s.io/replicatedjob-name=launcher`,
  ],
};

function kubectlOf({ context, namespace }: KubernetesLaunch, place: ToolPlace) {
  const where = [...(context === null ? [] : [`--context=${context}`]), `--namespace=${namespace}`];
  return (args: readonly string[], options: Parameters<typeof runTool>[2] = {}) =>
    runTool(['kubectl', ...where, ...args], place, options);
}

function placeOf(cwd: string, env: Environment): ToolPlace {
  return { cwd, env, what: 'kubernetes', cure: CURE };
}
