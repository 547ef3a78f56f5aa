import type { Config } from '@deepcoder/config';
import type { FloatDtype } from '../checkpoint/floatFormats.ts';
import { verifyChecksums } from '../checkpoint/checksums.ts';
import { mergeAdapter } from '../checkpoint/mergeAdapter.ts';
import { openAdapter } from '../checkpoint/openAdapter.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import type { TensorSource } from '../checkpoint/tensorSource.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { openStudent, type Student } from '../student/openStudent.ts';

export interface MergeRequest {
  /** The run's config. */
  config: Config;
  cwd: string;
  checkpoint: string;
  /** The folder to write; it must be empty or absent. */
  out: string;
  dtype: FloatDtype;
}

/** Writes a run's student as a plain checkpoint, an adapter added in. */
export async function mergeRun(request: MergeRequest): Promise<void> {
  const { checkpoint, out, dtype } = request;
  await verifyChecksums(checkpoint);
  const { config, tensors } = await plainStudent(request);
  await saveCheckpoint(out, { config, tensors, dtype, tokenizerFolder: checkpoint });
}

/** The student of a run without adapters, as a plain model. */
export async function plainStudent({
  config,
  cwd,
  checkpoint,
}: Pick<MergeRequest, 'config' | 'cwd' | 'checkpoint'>): Promise<{
  config: ModelConfig;
  tensors: TensorSource;
}> {
  if (config.student.lora === null) {
    const plain = await openCheckpoint(checkpoint);
    return { config: plain.config, tensors: plain };
  }
  const adapter = await openAdapter(checkpoint);
  const base = await openBase({ config, cwd, checkpoint });
  // In our runs a tied head has always followed its embedding, whether or not the adapter says so.
  const tied = { ...adapter, config: { ...adapter.config, ensureWeightTying: true } };
  return { config: base.config, tensors: mergeAdapter(base.tensors, tied) };
}

/** A new student's base is nowhere on disk, but follows from the seed. */
async function openBase({
  config,
  cwd,
  checkpoint,
}: Pick<MergeRequest, 'config' | 'cwd' | 'checkpoint'>): Promise<{
  config: ModelConfig;
  tensors: TensorSource;
}> {
  if (config.student.model !== null) {
    const base = await openCheckpoint(await modelPlace(config.student.model, { cwd }));
    return { config: base.config, tensors: base };
  }
  const student = { ...config.student, lora: null };
  const made = await openStudent({ ...config, tokenizer: checkpoint, student }, cwd);
  return { config: made.model, tensors: hostSource(made.parameters) };
}

function hostSource(parameters: Student['parameters']): TensorSource {
  return {
    names: Object.keys(parameters),
    shape: (name) => parameters[name]!.shape,
    read: (name) => Promise.resolve(parameters[name]!.data as Float32Array),
  };
}
