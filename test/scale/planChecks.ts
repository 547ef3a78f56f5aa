import { findMpi } from '../../trainer/src/engine/collective/findMpi.ts';
import { type Deepcoder, deepcoderIn } from '../support/deepcoderProgram.ts';
import { metricsOf, runFolders, writeConfig } from '../support/workshop.ts';

export interface PlanCheck {
  ranks: number;
  /** Milliseconds of a step, of the quickest one. */
  predicted: number;
  seen: number;
}

const STUDENT = `
student: {architecture: {hidden_size: 256, num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 704}}
train: {steps: 12, micro_batch_size: 1, gradient_accumulation_steps: 8}
eval: {every: 0}
checkpoints: {every: 0}
log: {every: 1}
`;

/** What `deepcoder plan` predicts for 1, 2 and 4 ranks on this machine, and what they take. */
export async function checkPlan(
  folder: string,
  mpi: ReturnType<typeof findMpi>[number],
): Promise<PlanCheck[]> {
  const deepcoder = deepcoderIn(folder, { DEEPCODER_MPIRUN: mpi.mpirun });
  const config = writeConfig(folder, 'planned.yaml', `run: {name: planned}${STUDENT}`);
  const { code, stdout, stderr } = await deepcoder.run('plan', config, '--ranks', '4', '--json');
  if (code !== 0) throw new Error(stderr);
  const { layouts } = JSON.parse(stdout) as {
    layouts: { ranks: number; stepSeconds: number }[];
  };
  const checks: PlanCheck[] = [];
  for (const { ranks, stepSeconds } of layouts) {
    const seen = await quickestStep(deepcoder, { folder, config, ranks });
    checks.push({ ranks, predicted: 1000 * stepSeconds, seen: 1000 * seen });
  }
  return checks;
}

async function quickestStep(
  deepcoder: Deepcoder,
  { folder, config, ranks }: { folder: string; config: string; ranks: number },
): Promise<number> {
  const { code, stderr } = await deepcoder.run('train', config, '--ranks', String(ranks));
  if (code !== 0) throw new Error(stderr);
  const times = metricsOf(runFolders(folder, 'planned').at(-1)!)
    .filter(({ values }) => 'train/loss' in values)
    .map(({ time }) => time);
  return Math.min(...times.slice(3).map((time, i) => time - times[i + 2]!));
}
