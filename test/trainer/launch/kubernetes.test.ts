import { camelKeys, launchSchema } from '@deepcoder/config';
import { describe, expect, test } from 'vitest';
import { jobState } from '../../../trainer/src/launch/kubernetes/jobState.ts';
import {
  type KubernetesLaunch,
  manifests,
} from '../../../trainer/src/launch/kubernetes/manifests.ts';
import { crdProblems } from '../../support/kubernetes/crdSchema.mjs';

const CRDS = process.env['DEEPCODER_CRDS'];

function objects(keys: object): Record<string, unknown>[] {
  const given = { on: 'kubernetes', image: 'reg/deepcoder:1', volume: 'work', ...keys };
  const launch = camelKeys(launchSchema.parse(given)) as unknown as KubernetesLaunch;
  const made = manifests({ id: 'run-1', launch, configText: 'a: "b\'\\n"\n' });
  return JSON.parse(JSON.stringify(made)) as Record<string, unknown>[];
}

/** What stands where in the job, by a path of keys. */
function at(keys: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], objects(keys)[1]);
}

const LAUNCHER = 'spec.mpiReplicaSpecs.Launcher.template.spec';
const WORKER = 'spec.mpiReplicaSpecs.Worker.template.spec';

test.each<[object, string, unknown]>([
  [{}, 'metadata.namespace', 'default'],
  [{ namespace: 'lab' }, 'metadata.namespace', 'lab'],
  [
    { queue: 'gpu' },
    'metadata.labels',
    { 'app.kubernetes.io/name': 'deepcoder', 'kueue.x-k8s.io/queue-name': 'gpu' },
  ],
  [{ nodes: 4 }, 'spec.mpiReplicaSpecs.Worker.replicas', 3],
  [{}, 'spec.mpiReplicaSpecs.Worker', undefined],
  [{ ranks_per_node: 2 }, 'spec.slotsPerWorker', 2],
  [{}, `${LAUNCHER}.containers.0.image`, 'reg/deepcoder:1'],
  [{ folder: '/data' }, `${LAUNCHER}.containers.0.workingDir`, '/data'],
  [{}, `${LAUNCHER}.volumes.0.persistentVolumeClaim.claimName`, 'work'],
  [
    {
      nodes: 2,
      ranks_per_node: 2,
      gpus_per_rank: 1,
      cpus_per_rank: 4,
      memory: '64Gi',
      gpu_resource: 'amd.com/gpu',
    },
    `${WORKER}.containers.0.resources.limits`,
    { cpu: '8', memory: '64Gi', 'amd.com/gpu': '2' },
  ],
  [{ kind: 'TrainJob', runtime: 'mpi' }, 'spec.runtimeRef.name', 'mpi'],
  [{ kind: 'TrainJob', nodes: 3, ranks_per_node: 2 }, 'spec.trainer.numNodes', 3],
])('%j makes %s %j', (keys, path, value) => expect(at(keys, path)).toEqual(value));

test('the config travels in the job, as it is', () => {
  const [config] = objects({ nodes: 2 });
  expect((config!['data'] as Record<string, string>)['config.yaml']).toBe('a: "b\'\\n"\n');
  expect((config!['data'] as Record<string, string>)['job.sh']).toContain('--on local --ranks 2');
});

describe.skipIf(CRDS === undefined)('by the resource definitions of DEEPCODER_CRDS', () => {
  const KEYS = [
    {},
    { nodes: 8, ranks_per_node: 2, gpus_per_rank: 1, cpus_per_rank: 4, memory: '64Gi', queue: 'q' },
  ];
  test.each(KEYS.flatMap((keys) => [keys, { ...keys, kind: 'TrainJob' }]))(
    '%j is sound',
    (keys) => {
      const job = objects(keys)[1] as { apiVersion: string; kind: string };
      expect(crdProblems(CRDS!, job)).toEqual([]);
    },
  );

  test('and they find what is not', () => {
    const job = objects({})[1] as { apiVersion: string; kind: string; spec: object };
    const bad = { ...job, spec: { ...job.spec, mpiImplementation: 'LAM', slots: 1 } };
    expect(crdProblems(CRDS!, bad)).toEqual([
      '.spec.mpiImplementation: none of OpenMPI,Intel,MPICH',
      '.spec.slots: there is no such field',
    ]);
  });
});

describe('how a job stands', () => {
  const is = (type: string, more: object = {}): object => ({ type, status: 'True', ...more });
  test.each([
    [[], 'queued', ''],
    [[is('Created', { message: 'created' })], 'queued', 'created'],
    [[is('Created'), is('Suspended', { message: 'no quota' })], 'queued', 'no quota'],
    [[is('Created'), { type: 'Suspended', status: 'False' }, is('Running')], 'running', ''],
    [[is('Running'), is('Restarting', { reason: 'Evicted' })], 'requeued', 'Evicted'],
    [[is('Running'), is('Succeeded')], 'finished', ''],
    [[is('Complete')], 'finished', ''],
    [[is('Failed', { reason: 'BackoffLimitExceeded' })], 'failed', 'BackoffLimitExceeded'],
  ])('%j is %s (%s)', (conditions, state, reason) => {
    expect(jobState({ status: { conditions } })).toEqual({ state, reason });
  });
  test('a TrainJob runs when pods of it do', () => {
    const status = { conditions: [], jobsStatus: [{ name: 'launcher', active: 1 }] };
    expect(jobState({ status })).toEqual({ state: 'running', reason: '' });
  });
});
