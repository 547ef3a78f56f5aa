import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorSource } from '../../trainer/src/checkpoint/tensorSource.ts';
import type { Executor, HostArray, HostTensor, Tensors } from '../../trainer/src/engine/program.ts';
import { type LoraOptions, withAdapters } from '../../trainer/src/lora/lora.ts';
import { distillationLoss } from '../../trainer/src/losses/distillationLoss.ts';
import { forwardKl } from '../../trainer/src/losses/forwardKl.ts';
import { hiddenStates, plainDecoder } from '../../trainer/src/model/decoder.ts';
import type { ModelConfig } from '../../trainer/src/model/modelConfig.ts';
import { headName } from '../../trainer/src/model/architectures.ts';
import { runOnce } from './executors.ts';

export interface DecoderRun {
  config: ModelConfig;
  /** By Hugging Face name; with `lora` also its factors. */
  parameters: Record<string, HostTensor>;
  lora: LoraOptions | null;
  /** `[B, T]`, each row a record of its own. */
  ids: HostTensor;
  /** Features `[F, D]` of pictures, and the tokens `[B, T]` that they stand for. */
  pictures?: { features: HostTensor; rows: HostTensor };
}

export interface DecoderResult {
  /** float32 `[B, T, V]` */
  logits: HostArray;
  /** Mean cross-entropy of every next token. */
  loss: number;
  gradients: Record<string, HostArray>;
}

/** Logits of a decoder, and its loss with the gradients of all parameters. */
export async function runDecoder(executor: Executor, run: DecoderRun): Promise<DecoderResult> {
  const names = Object.keys(run.parameters);
  const inputs = { ...run.parameters, '#ids': run.ids };
  const { logits, loss, ...gradients } = await runOnce(executor, inputs, (tensors) => {
    const hidden = lastHidden(run, tensors);
    const head = tensors[headName(run.config)]!;
    const { value, grads } = tf.valueAndGrads((...values: Tensor[]) =>
      meanCrossEntropy(run, {
        ...tensors,
        ...Object.fromEntries(names.map((name, i) => [name, values[i]!])),
      }),
    )(names.map((name) => tensors[name]!));
    return {
      logits: tf.matMul(hidden, head, false, true),
      loss: value,
      ...Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
    };
  });
  return { logits: logits!, loss: loss![0]!, gradients };
}

/** Logits alone, float32 `[B, T, V]`. */
export async function decoderLogits(executor: Executor, run: DecoderRun): Promise<HostArray> {
  const { features, rows } = run.pictures ?? {};
  const inputs = {
    ...run.parameters,
    '#ids': run.ids,
    ...(features && rows && { '#features': features, '#rows': rows }),
  };
  const { logits } = await runOnce(executor, inputs, (tensors) => ({
    logits: tf.matMul(lastHidden(run, tensors), tensors[headName(run.config)]!, false, true),
  }));
  return logits!;
}

/** All tensors of a source, for the engine. */
export async function hostTensors(
  source: TensorSource,
  rename: (name: string) => string = (name) => name,
): Promise<Record<string, HostTensor>> {
  const tensors: Record<string, HostTensor> = {};
  for (const name of source.names) {
    const data = await source.read(name);
    tensors[rename(name)] = { shape: source.shape(name), dtype: 'float32', data };
  }
  return tensors;
}

function lastHidden({ config, lora, ids }: DecoderRun, tensors: Tensors): Tensor {
  const [batch, length] = ids.shape as [number, number];
  const row = Int32Array.from({ length: batch * length }, (_, i) => i % length);
  const decoder = plainDecoder(config, tensors);
  return hiddenStates(lora === null ? decoder : withAdapters(decoder, tensors, lora), {
    idsBT: tensors['#ids']!,
    positionsBT: tf.tensor(row, [batch, length], 'int32'),
    startsBT: tf.zeros([batch, length], 'int32'),
    ...(tensors['#features'] && {
      pictures: { featuresFD: tensors['#features'], rowsBT: tensors['#rows']! },
    }),
  });
}

function meanCrossEntropy(run: DecoderRun, tensors: Tensors): tf.Scalar {
  const [batch, length] = run.ids.shape as [number, number];
  const predicting = Int32Array.from({ length: batch * length }, (_, i) => i).filter(
    (i) => (i + 1) % length !== 0,
  );
  const index = tf.tensor1d(predicting, 'int32');
  const labels = predicting.map((i) => run.ids.data[i + 1]!);
  const columns = distillationLoss(
    {
      hiddenND: tf.gather(lastHidden(run, tensors), index),
      headVD: tensors[headName(run.config)]!,
      labelsN: tf.tensor1d(labels, 'int32'),
      weightsN: tf.fill([labels.length], 1 / labels.length),
      teacher: null,
    },
    {
      kd: 0,
      temperature: 1,
      divergence: forwardKl,
      trainHead: true,
      precision: 'fp32',
      chunk: labels.length,
    },
  );
  return tf.sum(tf.slice(columns, [0, 0], [-1, 1]));
}
