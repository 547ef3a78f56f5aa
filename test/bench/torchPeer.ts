import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StepSize } from './openStep.ts';

export interface TorchPeer {
  /** `PyTorch 2.15.0` */
  name: string;
  /** Milliseconds of each of so many steps. */
  steps(count: number): Promise<number[]>;
  close(): void;
}

/** `script` does the same work in eager PyTorch, as many steps as it is asked for, when it is asked. */
export async function openTorchPeer(
  python: string,
  script: string,
  { model, rows, length }: StepSize,
): Promise<TorchPeer> {
  const size = {
    vocab_size: model.vocabSize,
    hidden_size: model.hiddenSize,
    intermediate_size: model.intermediateSize,
    num_hidden_layers: model.numHiddenLayers,
    num_attention_heads: model.numAttentionHeads,
    tie_word_embeddings: model.tieWordEmbeddings,
    rows,
    length,
  };
  const child = spawn(python, [script, JSON.stringify(size)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code ?? 'a signal'}`)));
  });
  // It also ends when it is closed, and then nobody waits.
  failed.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = await Promise.race([lines.next(), failed]);
    return JSON.parse(line.value as string);
  };
  const name = (await answer()) as string;
  return {
    name,
    async steps(count) {
      child.stdin.write(`${count}\n`);
      return (await answer()) as number[];
    },
    close: () => child.stdin.end(),
  };
}
