import { beforeAll, describe, expect, test } from 'vitest';
import { type Executor, type HostTensor, zeros } from '../../../trainer/src/engine/program.ts';
import { cacheSpecs } from '../../../trainer/src/inference/decodeProgram.ts';
import { tokenLossProgram, underTeacher } from '../../../trainer/src/inference/tokenLossProgram.ts';
import type { LlamaConfig } from '../../../trainer/src/model/families/llama.ts';
import { decodeModel } from '../../../trainer/src/inference/players.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { openOnnx, openReference } from '../../support/executors.ts';
import { matMulT, plainHiddenStates, softmax } from '../../support/plainDecoder.ts';
import { plainWeights, TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';

let executors: Record<string, Executor>;
beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
}, 60_000);

const IDS = [7, 2, 2, 11, 0, 12, 5, 9, 3, 8, 1];
const CHUNK = 4;
const CONTEXT = 12;

const STUDENT = tinyParameters(TINY_DECODER, 1);
/** Another architecture, with two tokens of padding that the student does not have. */
const TEACHER_MODEL: LlamaConfig = {
  ...TINY_DECODER,
  ...{ vocabSize: 15, hiddenSize: 12, numHiddenLayers: 1, tieWordEmbeddings: false },
};
const TEACHER = tinyParameters(TEACHER_MODEL, 2);

/** Probabilities after each token, in f64, from the formulas. */
function probabilities(
  model: LlamaConfig,
  parameters: Record<string, HostTensor>,
  vocabSize: number,
): Float64Array[] {
  const weights = plainWeights(parameters);
  const positions = IDS.map((_, at) => at);
  const row = { ids: IDS, positions, starts: IDS.map(() => 0) };
  const head = model.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const logits = matMulT(plainHiddenStates(weights, model, row), weights[head]!);
  return logits.map((values) => softmax(values.slice(0, vocabSize)));
}

interface Measured {
  loss: number[];
  likeliest: number[];
  agreement: number[];
}

async function measured(
  executor: Executor,
  { teacher, head }: { teacher: boolean; head: number },
): Promise<Measured> {
  const own = { model: TINY_DECODER, lora: null, state: {}, frozen: uploaded(executor, STUDENT) };
  const frozen = uploaded(executor, TEACHER);
  const other = { model: TEACHER_MODEL, lora: null, state: {}, frozen };
  const shape = { rows: 1, context: CONTEXT };
  const program = await executor.compile(
    tokenLossProgram({
      student: decodeModel(own),
      teacher: teacher ? decodeModel(other) : null,
      ...{ chunk: CHUNK, context: CONTEXT, head },
    }),
    { ...own.frozen, ...(teacher && underTeacher(frozen)) },
  );
  const specs = {
    ...cacheSpecs(TINY_DECODER, shape),
    ...(teacher && underTeacher(cacheSpecs(TEACHER_MODEL, shape))),
  };
  const caches = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, executor.tensor(zeros(spec))]),
  );
  const all: Measured = { loss: [], likeliest: [], agreement: [] };
  for (let from = 0; from < IDS.length - 1; from += CHUNK) {
    const slots = [0, 1, 2, 3].map((slot) => from + slot);
    const isReal = (at: number): boolean => at < IDS.length - 1;
    const result = await program.run(caches, {
      ids: Int32Array.from(slots, (at) => (isReal(at) ? IDS[at]! : 0)),
      positions: Int32Array.from(slots, (at) => (isReal(at) ? at : CONTEXT)),
      labels: Int32Array.from(slots, (at) => (isReal(at) ? IDS[at + 1]! : 0)),
    });
    const count = slots.filter(isReal).length;
    all.loss.push(...result['loss']!.subarray(0, count));
    all.likeliest.push(...result['likeliest']!.subarray(0, count));
    all.agreement.push(...(result['agreement']?.subarray(0, count) ?? []));
  }
  return all;
}

describe.each(['onnx', 'reference'])('on %s, chunk by chunk', (name) => {
  test.each([4, 3])('equals the plain decoder, with %i positions a head', async (head) => {
    const { loss, likeliest, agreement } = await measured(executors[name]!, {
      ...{ teacher: true, head },
    });
    const q = probabilities(TINY_DECODER, STUDENT, 13);
    const p = probabilities(TEACHER_MODEL, TEACHER, 13);
    expect(loss).toHaveLength(IDS.length - 1);
    loss.forEach((nats, at) => expect(nats).toBeCloseTo(-Math.log(q[at]![IDS[at + 1]!]!), 4));
    likeliest.forEach((id, at) => expect(id).toBe(q[at]!.indexOf(Math.max(...q[at]!))));
    agreement.forEach((share, at) => {
      const distance = q[at]!.reduce((sum, one, v) => sum + Math.abs(one - p[at]![v]!), 0) / 2;
      expect(share).toBeCloseTo(1 - distance, 4);
      expect(share).toBeLessThan(0.999);
    });
  });

  test('without a teacher there is no agreement, and the losses are the same', async () => {
    const alone = await measured(executors[name]!, { teacher: false, head: 4 });
    const beside = await measured(executors[name]!, { teacher: true, head: 4 });
    expect(alone.agreement).toEqual([]);
    alone.loss.forEach((nats, at) => expect(nats).toBeCloseTo(beside.loss[at]!, 5));
  });
});
