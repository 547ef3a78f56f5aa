import { camelKeys, launchSchema } from '@deepcoder/config';
import { describe, expect, test } from 'vitest';
import type { Launch } from '../../../trainer/src/launch/jobs/job.ts';
import {
  refuseFolder,
  type SlurmLaunch,
  slurmScript,
} from '../../../trainer/src/launch/slurm/slurmScript.ts';
import { parseQueue } from '../../../trainer/src/launch/slurm/slurmStates.ts';

function launchOf(keys: object): SlurmLaunch {
  const parsed = launchSchema.parse({ on: 'slurm', ...keys });
  return camelKeys(parsed) as unknown as Launch as SlurmLaunch;
}

function scriptOf(keys: object): string[] {
  const launch = launchOf(keys);
  const isOne = launch.nodes * launch.ranksPerNode === 1;
  const mpi = isOne ? null : ({ plugin: 'pmi2', library: "/opt/it's/libmpi.so" } as const);
  const program = ['/opt/no de/node', '/opt/deepcoder.mjs'];
  return slurmScript({ id: 'run-1', name: 'run', launch, program, mpi }).split('\n');
}

const PLAIN = scriptOf({});

/** What a script has more than one without any key. */
function added(keys: object): string[] {
  return scriptOf(keys).filter((line) => !PLAIN.includes(line));
}

describe('the batch script', () => {
  test('of one rank', () => {
    expect(PLAIN.join('\n')).toMatchInlineSnapshot(`
      "#!/bin/bash
      #SBATCH --job-name=run-1
      #SBATCH --output=.deepcoder/jobs/run-1/log-0.txt
      #SBATCH --open-mode=append
      #SBATCH --nodes=1
      #SBATCH --ntasks=1
      #SBATCH --ntasks-per-node=1
      #SBATCH --signal=USR1@120
      #SBATCH --requeue

      export DEEPCODER_JOB=.deepcoder/jobs/run-1 DEEPCODER_JOB_PART=\${SLURM_ARRAY_TASK_ID:-0}
      files() { echo "$DEEPCODER_JOB/$1-$DEEPCODER_JOB_PART"; }
      run=$(cat "$(files run)" 2>/dev/null)
      if [ -n "$run" ] && ls -d "$run"/checkpoints/step-* >/dev/null 2>&1; then
        set -- resume "$run"
      else
        set -- train "$DEEPCODER_JOB/config.yaml" --on local
      fi
      echo started >>"$(files starts)"
      rm -f "$(files end)"
      srun --kill-on-bad-exit=1 '/opt/no de/node' /opt/deepcoder.mjs "$@"
      code=$?
      end=$(cat "$(files end)" 2>/dev/null)
      if [ -e "$DEEPCODER_JOB/stopping" ]; then why=ended; else why=failed; fi
      if [ -z "$end" ]; then echo "$why $code" >"$(files end)"; fi
      if [ "$end" = interrupted ] && [ ! -e "$DEEPCODER_JOB/stopping" ]; then exec scontrol requeue "$SLURM_JOB_ID"; fi
      exit "$code"
      "
    `);
  });

  test.each<[object, string[]]>([
    [{ partition: 'gpu' }, ['#SBATCH --partition=gpu']],
    [{ account: 'a "b" \\c' }, ['#SBATCH --account="a \\"b\\" \\\\c"']],
    [{ memory: '32G' }, ['#SBATCH --mem=32G']],
    [{ time: '1-02:00:00' }, ['#SBATCH --time=1-02:00:00']],
    [{ gpus_per_rank: 1 }, ['#SBATCH --gpus-per-task=1']],
    [
      { cpus_per_rank: 8 },
      [
        '#SBATCH --cpus-per-task=8',
        'srun --kill-on-bad-exit=1 --cpus-per-task=8 \'/opt/no de/node\' /opt/deepcoder.mjs "$@"',
      ],
    ],
    [{ options: ['--constraint=[a|b]'] }, ['#SBATCH "--constraint=[a|b]"']],
    [{ checkpoint_before: 300 }, ['#SBATCH --signal=USR1@300']],
    [{ requeue: false }, ['#SBATCH --no-requeue']],
    [{ setup: ['module load x', '. ./env'] }, ['module load x', '. ./env']],
    [{ program: ['deep coder'] }, ['srun --kill-on-bad-exit=1 \'deep coder\' "$@"']],
    [
      { container: 'a b.sif', gpus_per_rank: 1 },
      [
        '#SBATCH --gpus-per-task=1',
        'srun --kill-on-bad-exit=1 apptainer exec --nv \'a b.sif\' deepcoder "$@"',
      ],
    ],
    [
      { nodes: 2, ranks_per_node: 3 },
      [
        '#SBATCH --nodes=2',
        '#SBATCH --ntasks=6',
        '#SBATCH --ntasks-per-node=3',
        'export UV_THREADPOOL_SIZE=12',
        "export DEEPCODER_MPI_LIBRARY='/opt/it'\\''s/libmpi.so'",
        'srun --kill-on-bad-exit=1 --mpi=pmi2 \'/opt/no de/node\' /opt/deepcoder.mjs "$@"',
      ],
    ],
    [
      { seeds: [7, 8] },
      [
        '#SBATCH --output=.deepcoder/jobs/run-1/log-%a.txt',
        '#SBATCH --array=0-1',
        '  case $DEEPCODER_JOB_PART in',
        '    0) set -- "$@" --set run.seed=7 run.name=run-7 ;;',
        '    1) set -- "$@" --set run.seed=8 run.name=run-8 ;;',
        '  esac',
      ],
    ],
  ])('%j adds %j', (keys, lines) => expect(added(keys)).toEqual(lines));

  test('does not requeue itself where it may not', () => {
    expect(scriptOf({ requeue: false }).join('\n')).not.toContain('scontrol');
  });

  test.each(['/a%b', '/a\\b'])('is refused in %s, where SLURM cannot write its log', (cwd) => {
    expect(() => refuseFolder(cwd)).toThrow(/SLURM cannot write into/);
  });

  test.each(['/a b', "/a'b", '/a\nb', '/a"$b'])('can be in %j', (cwd) => {
    expect(() => refuseFolder(cwd)).not.toThrow();
  });

  test.each(['partition', 'account', 'container'])('%s holds no line break', (key) => {
    expect(() => launchOf({ [key]: 'a\nb' })).toThrow();
  });
});

test('the queue as squeue tells it', () => {
  const text = 'N/A|PENDING|Resources\n1|RUNNING|None\n2|COMPLETING|None\n3|PENDING|None\n';
  expect([...parseQueue(text)]).toEqual([
    [0, { state: 'queued', reason: 'Resources' }],
    [1, { state: 'running', reason: '' }],
    [2, { state: 'running', reason: 'completing' }],
    [3, { state: 'queued', reason: '' }],
  ]);
});
