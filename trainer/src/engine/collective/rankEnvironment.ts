type Environment = Readonly<Record<string, string | undefined>>;

/** What a launcher says in the environment of each rank that it starts. */
export interface RankEnvironment {
  /** How many ranks it started. */
  ranks: number;
  launcher: 'mpirun of Open MPI' | 'mpirun of MPICH' | 'srun' | 'deepcoder';
}

const SIZES = [
  ['DEEPCODER_RANKS', 'deepcoder'],
  ['OMPI_COMM_WORLD_SIZE', 'mpirun of Open MPI'],
  ['PMI_SIZE', 'mpirun of MPICH'],
] as const;

/** Null where this process was started by itself. A batch script's own shell is no rank, so SLURM counts in steps. */
export function rankEnvironment(env: Environment): RankEnvironment | null {
  for (const [name, launcher] of SIZES) {
    const ranks = Number(env[name] ?? '');
    if (ranks > 1) return { ranks, launcher };
  }
  const ranks = Number(env['SLURM_STEP_NUM_TASKS'] ?? '');
  return env['SLURM_STEP_ID'] === undefined || ranks < 2 ? null : { ranks, launcher: 'srun' };
}
