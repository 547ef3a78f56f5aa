import type { Launch } from '../jobs/job.ts';
import { jobPath } from '../jobs/job.ts';
import { workLines } from '../jobs/workScript.ts';

export type KubernetesLaunch = Extract<Launch, { on: 'kubernetes' }>;

export interface Manifests {
  id: string;
  launch: KubernetesLaunch;
  /** Resolved, as the job trains with it. */
  configText: string;
}

/** Where config and script are mounted; they come with the job, not with the volume. */
const MOUNT = '/etc/deepcoder';
/** For a checkpoint, after a pod was told to end. */
const GRACE_SECONDS = 300;

/** What is applied: the config with the script that trains by it, and the job. */
export function manifests(job: Manifests): object[] {
  const { id, launch, configText } = job;
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(job, { isQueued: false }),
    data: { 'config.yaml': configText, 'job.sh': jobScript(id, launch) },
  };
  return [config, launch.kind === 'MPIJob' ? mpiJob(job) : trainJob(job)];
}

/** Runs in the launcher, from the volume. */
function jobScript(id: string, { nodes, ranksPerNode }: KubernetesLaunch): string {
  const ranks = nodes * ranksPerNode;
  const folder = jobPath(id);
  return [
    `mkdir -p ${folder} && cp ${MOUNT}/config.yaml ${folder}/config.yaml || exit 1`,
    ...workLines({
      id,
      part: '0',
      command: ['deepcoder'],
      args: ranks > 1 ? ['--ranks', String(ranks)] : [],
      setup: [],
      passesTerm: true,
    }),
    'exit "$code"',
    '',
  ].join('\n');
}

/** The operator makes one pod of each machine, and a launcher beside the first one's ranks. */
function mpiJob(job: Manifests): object {
  const { launch } = job;
  const { nodes, ranksPerNode } = launch;
  const launcher = {
    ...container('launcher', launch),
    command: ['sh', `${MOUNT}/job.sh`],
    resources: resources(launch),
  };
  const worker = { ...container('worker', launch), resources: resources(launch) };
  return {
    apiVersion: 'kubeflow.org/v2beta1',
    kind: 'MPIJob',
    metadata: metadata(job, { isQueued: true }),
    spec: {
      slotsPerWorker: ranksPerNode,
      mpiImplementation: 'MPICH',
      runLauncherAsWorker: true,
      launcherCreationPolicy: 'WaitForWorkersReady',
      runPolicy: { cleanPodPolicy: 'Running', backoffLimit: 3 },
      mpiReplicaSpecs: {
        Launcher: {
          replicas: 1,
          restartPolicy: 'OnFailure',
          template: { spec: pod(job, launcher) },
        },
        ...(nodes === 1
          ? {}
          : {
              Worker: {
                replicas: nodes - 1,
                restartPolicy: 'OnFailure',
                template: { spec: pod(job, worker) },
              },
            }),
      },
    },
  };
}

/** The runtime's launcher and nodes are its own; they get the volume, and the launcher what it runs. */
function trainJob(job: Manifests): object {
  const { launch } = job;
  const patch = (name: string): object => ({
    name,
    template: {
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: GRACE_SECONDS,
            volumes: volumes(job),
            containers: [{ name: 'node', volumeMounts: mounts(launch) }],
          },
        },
      },
    },
  });
  return {
    apiVersion: 'trainer.kubeflow.org/v1alpha1',
    kind: 'TrainJob',
    metadata: metadata(job, { isQueued: true }),
    spec: {
      runtimeRef: { name: launch.runtime },
      trainer: {
        image: launch.image,
        command: ['sh', '-c', `cd "$0" && exec sh ${MOUNT}/job.sh`, launch.folder],
        numNodes: launch.nodes,
        numProcPerNode: launch.ranksPerNode,
        resourcesPerNode: resources(launch),
      },
      runtimePatches: [
        {
          manager: 'deepcoder.dev/cli',
          trainingRuntimeSpec: {
            template: { spec: { replicatedJobs: ['launcher', 'node'].map(patch) } },
          },
        },
      ],
    },
  };
}

function metadata({ id, launch }: Manifests, { isQueued }: { isQueued: boolean }): object {
  const queue = isQueued && launch.queue !== null ? launch.queue : null;
  return {
    name: id,
    namespace: launch.namespace,
    labels: {
      'app.kubernetes.io/name': 'deepcoder',
      ...(queue === null ? {} : { 'kueue.x-k8s.io/queue-name': queue }),
    },
  };
}

function pod(job: Manifests, one: object): object {
  return {
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [one],
    volumes: volumes(job),
  };
}

function container(name: string, launch: KubernetesLaunch): object {
  const { image, folder } = launch;
  return { name, image, workingDir: folder, volumeMounts: mounts(launch) };
}

function volumes({ id, launch }: Manifests): object[] {
  return [
    { name: 'work', persistentVolumeClaim: { claimName: launch.volume } },
    { name: 'job', configMap: { name: id } },
  ];
}

function mounts({ folder }: KubernetesLaunch): object[] {
  return [
    { name: 'work', mountPath: folder },
    { name: 'job', mountPath: MOUNT, readOnly: true },
  ];
}

/** Of one machine's pod. */
function resources(launch: KubernetesLaunch): object {
  const { ranksPerNode, gpusPerRank, cpusPerRank, memory, gpuResource } = launch;
  const limits = {
    ...(cpusPerRank === null ? {} : { cpu: String(ranksPerNode * cpusPerRank) }),
    ...(memory === null ? {} : { memory }),
    ...(gpusPerRank === 0 ? {} : { [gpuResource]: String(ranksPerNode * gpusPerRank) }),
  };
  return { limits };
}
