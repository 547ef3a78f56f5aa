import { z } from 'zod';

/** A text that fits on one line: of a script's head, of a manifest. */
const word = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}]+$/u)
  .meta({ title: 'a text of one line' });
const lines = z.array(z.string()).default([]);

const on = <Kind extends string>(kind: Kind) =>
  z.enum([kind]).meta({
    description:
      'Where the run is started: on this machine, on hosts by ssh, by SLURM, or in Kubernetes.',
  });

const ranks = z.int().min(1).max(65_536);

const nodes = z.int().min(1).max(65_536).default(1).meta({
  description: 'Machines that work together.',
  unit: 'machines',
});
const ranksPerNode = ranks.default(1).meta({
  description: 'Ranks of each machine; on machines with GPUs one for each of them.',
  unit: 'ranks',
});
const gpusPerRank = z.int().min(0).max(1).default(0).meta({
  description: 'Whether each rank has a GPU of its own.',
  unit: 'GPUs',
});
const cpusPerRank = z.int().min(1).max(4096).nullable().default(null).meta({
  description: 'Cores of each rank; null: as the cluster gives them.',
  unit: 'cores',
});
const program = z.array(word).min(1).nullable().default(null).meta({
  description:
    'The program there with its first arguments, for example [deepcoder]; null: this one, under the same path.',
});
const setup = lines.meta({
  description: 'Lines of shell that come before it, for example module load mpich.',
});

const local = z.strictObject({
  on: on('local'),
  ranks: ranks.default(1).meta({
    description: 'Processes that share each step, connected by MPI; --ranks overrules it.',
    unit: 'ranks',
  }),
  hosts: z.array(word).default([]).meta({
    description: 'Where mpirun starts them, host or host:ranks; empty: all on this machine.',
  }),
  max_restarts: z.int().min(0).default(0).meta({
    description: 'How often to go on from the newest checkpoint after a rank was lost.',
  }),
});

const ssh = z.strictObject({
  on: on('ssh'),
  hosts: z.array(word).min(1).meta({
    description:
      'Hosts as your ssh knows them, each with its number of ranks: [gpu1:2, gpu2:2]. The run is started on the first one.',
  }),
  folder: word.default('deepcoder').meta({
    description: "Folder there, from the user's home; what the config names is copied into it.",
  }),
  files: z.array(word).default([]).meta({
    description:
      'Further files, folders and globs to copy, such as pictures that trajectories show and programs of environments.',
  }),
  node: word.default('node').meta({ description: 'The Node there that runs the program.' }),
  program: program.meta({
    description:
      'The program there with its first arguments, for example [deepcoder]; null: this one is copied.',
  }),
  setup,
});

const slurm = z.strictObject({
  on: on('slurm'),
  partition: word.nullable().default(null).meta({ description: "SLURM's --partition." }),
  account: word.nullable().default(null).meta({ description: "SLURM's --account." }),
  nodes,
  ranks_per_node: ranksPerNode,
  gpus_per_rank: gpusPerRank,
  cpus_per_rank: cpusPerRank,
  memory: z
    .string()
    .regex(/^\d+[KMGT]?$/)
    .nullable()
    .default(null)
    .meta({ title: 'a size such as 32G', description: 'Memory of each machine.' }),
  time: z
    .string()
    .regex(/^(\d+-)?\d+(:\d+){0,2}$/)
    .nullable()
    .default(null)
    .meta({
      title: 'a time such as 12:00:00 or 2-00:00:00, in quotes',
      description: 'After which SLURM ends the job.',
    }),
  options: z.array(word).default([]).meta({
    description: 'Further options of sbatch, for example --constraint=a100.',
  }),
  mpi: z.enum(['pmi2', 'pmix']).nullable().default(null).meta({
    description:
      'How srun connects the ranks: pmi2 for MPICH, pmix for Open MPI; null: as the MPI that is found here wants it.',
  }),
  container: word.nullable().default(null).meta({
    description: 'Image that Apptainer runs each rank in; null: none.',
  }),
  checkpoint_before: z.int().min(30).default(120).meta({
    description: 'How long before the end of the time the ranks are told to write a checkpoint.',
    unit: 'seconds',
  }),
  requeue: z.boolean().default(true).meta({
    description: 'Whether the job is queued again when its time is over, and goes on.',
  }),
  seeds: z.array(z.int().min(0).max(4_294_967_295)).default([]).meta({
    description: 'Values of run.seed, each a run of a job array; empty: one run.',
  }),
  program,
  setup,
});

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/)
  .meta({ title: 'a name of lower-case letters, digits and hyphens' });

const kubernetes = z.strictObject({
  on: on('kubernetes'),
  kind: z.enum(['MPIJob', 'TrainJob']).default('MPIJob').meta({
    description:
      'The resource that is made: of the MPI operator (v2beta1), or of Kubeflow Trainer.',
  }),
  image: word.meta({ description: 'Image of trainer/Dockerfile in a registry of yours.' }),
  context: word.nullable().default(null).meta({
    description: "Context of kubectl's configuration; null: the current one.",
  }),
  namespace: dnsName.default('default').meta({ description: 'Namespace of the job.' }),
  nodes,
  ranks_per_node: ranksPerNode,
  gpus_per_rank: gpusPerRank,
  cpus_per_rank: cpusPerRank,
  memory: z
    .string()
    .regex(/^\d+(Ki|Mi|Gi|Ti)$/)
    .nullable()
    .default(null)
    .meta({ title: 'a size such as 32Gi', description: 'Memory of each pod.' }),
  gpu_resource: word.default('nvidia.com/gpu').meta({ description: 'What GPUs are called there.' }),
  volume: dnsName.meta({
    description: 'A volume claim that all pods can write: data and models lie in it, and the runs.',
  }),
  folder: word.default('/work').meta({
    description: "Where the volume is mounted; the config's paths start from there.",
  }),
  queue: dnsName.nullable().default(null).meta({
    description: "Kueue's queue (label kueue.x-k8s.io/queue-name); null: none.",
  }),
  runtime: dnsName.default('deepcoder').meta({
    description: 'For kind: TrainJob. The cluster training runtime, which has the MPI policy.',
  }),
});

/** Where a run is started; also what a named target is. */
export const launchSchema = z.discriminatedUnion('on', [local, ssh, slurm, kubernetes]);

export type LaunchYaml = z.output<typeof launchSchema>;
