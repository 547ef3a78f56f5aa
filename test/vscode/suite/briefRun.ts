import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Uri } from 'vscode';
import { eventually } from './support.ts';

/** Learns nothing in three steps: what is tested is the way there. */
export const BRIEF_CONFIG = `extends: quickstart
run: {name: brief}
data: {train: ['env:household?games=10&seed=1']}
student:
  architecture: {hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, intermediate_size: 64}
train: {steps: 3, micro_batch_size: 1}
eval: {every: 100000, games: 1}
checkpoints: {every: 50000}
`;

/** Waits until a run of that config has finished in a workspace folder. */
export async function finishedRun(folder: Uri): Promise<void> {
  const runs = path.join(folder.fsPath, 'runs');
  const stateOf = (name: string): unknown =>
    (JSON.parse(readFileSync(path.join(runs, name, 'run.json'), 'utf8')) as { state: unknown })
      .state;
  const states = () =>
    existsSync(runs)
      ? readdirSync(runs)
          .filter((name) => name.startsWith('brief'))
          .map(stateOf)
      : [];
  await eventually(states, ([state]) => state === 'finished', 200_000);
}
