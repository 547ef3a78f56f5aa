import { DeepCoderError } from '@deepcoder/config';
import type { AdapterConfig } from '../checkpoint/adapterConfig.ts';
import { peftName } from '../checkpoint/adapterNames.ts';
import { allFinite } from '../checkpoint/floatFormats.ts';
import { writeChecksums } from '../checkpoint/checksums.ts';
import { openAdapter } from '../checkpoint/openAdapter.ts';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { writeAdapterFiles } from '../checkpoint/saveAdapter.ts';
import { writeCheckpointFiles } from '../checkpoint/saveCheckpoint.ts';
import type { TensorSource } from '../checkpoint/tensorSource.ts';
import { type Json, readTrainerState, writeTrainerState } from '../checkpoint/trainerState.ts';
import { bestFolder } from '../run/checkpointFolders.ts';
import { writeTrainingConfig } from '../run/trainingConfig.ts';
import type { DeviceTensors, HostTensor } from '../engine/program.ts';
import { loraTargets } from '../lora/lora.ts';
import { apartShapes, parameterSpecs } from '../model/architectures.ts';
import { isIdefics3, textModules } from '../model/families/idefics3.ts';
import { momentSource, readFitting, restoreMoments } from './optimizerState.ts';
import { readParameters, type Student } from '../student/openStudent.ts';
import type { LoopState } from './loopState.ts';
import type { Stepper } from './stepper.ts';

/** Fills a folder with the student (or its adapter) as other programs read it, and with what resuming needs. */
export function fillRunCheckpoint(
  parts: { student: Student; stepper: Stepper; configText: string },
  state: LoopState,
): (folder: string) => Promise<void> {
  return async (folder) => {
    const { student, stepper, configText } = parts;
    await fillWeights(folder, student, stepper.trained);
    await writeTrainingConfig(folder, configText);
    await writeTrainerState(folder, {
      tensors: momentSource(stepper.groups, deviceSource(stepper.moments)),
      json: state as unknown as { readonly [key: string]: Json },
    });
    await writeChecksums(folder);
  };
}

async function fillWeights(
  folder: string,
  student: Student,
  trained: DeviceTensors,
): Promise<void> {
  const { model, lora, tokenizerFolder } = student;
  if (lora === null) {
    const tensors = withApart(deviceSource(trained), student);
    await writeCheckpointFiles(folder, { config: model, tensors, dtype: 'F32', tokenizerFolder });
    return;
  }
  const tensors = renamed(deviceSource(trained));
  await writeAdapterFiles(folder, { config: adapterConfig(student), tensors, tokenizerFolder });
}

/** Also what no step reads, such as a frozen tower, as it was. */
function withApart(source: TensorSource, { model, parameters }: Student): TensorSource {
  const apart = Object.keys(apartShapes(model));
  if (apart.length === 0) return source;
  const isApart = new Set(apart);
  return {
    names: [...source.names, ...apart],
    shape: (name) => (isApart.has(name) ? parameters[name]!.shape : source.shape(name)),
    read: (name) =>
      isApart.has(name)
        ? Promise.resolve(parameters[name]!.data as Float32Array)
        : source.read(name),
  };
}

/** Modules that can be trained whole beside an adapter: embedding and head of every family. */
const WHOLE_MODULES = ['embed_tokens', 'wte', 'lm_head'];

function adapterConfig({ model, lora, baseModel, isTrained }: Student): AdapterConfig {
  const { r, alpha, targetModules, useRslora } = lora!;
  const whole = WHOLE_MODULES.filter((module) => isTrained(`${module}.weight`));
  const specs = parameterSpecs(model);
  const layouts = loraTargets(model, lora!).map((target) => specs[`${target}.weight`]!.layout);
  return {
    baseModelNameOrPath: baseModel,
    loraRank: r,
    loraAlpha: alpha,
    loraDropout: 0,
    targetModules: [...targetModules],
    // A tower has modules of the same names, on which PEFT would put adapters as well.
    targetPattern: isIdefics3(model) ? textModules(targetModules) : null,
    useRslora,
    modulesToSave: whole,
    ensureWeightTying: model.tieWordEmbeddings && whole.length > 0,
    fanInFanOut: layouts.includes('in-out'),
    rankPattern: {},
    alphaPattern: {},
  };
}

/** Tensors of the executor, read one by one as they are written; refuses weights that are not finite. */
function deviceSource(tensors: DeviceTensors): TensorSource {
  return {
    names: Object.keys(tensors),
    shape: (name) => tensors[name]!.shape,
    read: async (name) => {
      const data = (await tensors[name]!.read()) as Float32Array;
      if (allFinite(data)) return data;
      throw new DeepCoderError(
        'diverged',
        `${name} is not finite, so no checkpoint is written; the last one is intact: resume it with a lower train.learning_rate`,
        { exitCode: 4 },
      );
    },
  };
}

/** Under PEFT's names. */
function renamed(source: TensorSource): TensorSource {
  const own = new Map(source.names.map((name) => [peftName(name), name]));
  return {
    names: [...own.keys()],
    shape: (name) => source.shape(own.get(name)!),
    read: (name) => source.read(own.get(name)!),
  };
}

/** The trained weights that a checkpoint folder holds, by the names they have in training. */
export async function readTrained(
  folder: string,
  student: Pick<Student, 'lora'>,
): Promise<Record<string, HostTensor>> {
  if (student.lora === null) return readParameters(await openCheckpoint(folder));
  const { tensors } = await openAdapter(folder);
  const prefix = peftName('');
  const read: Record<string, HostTensor> = {};
  for (const name of tensors.names) {
    const data = await tensors.read(name);
    read[name.slice(prefix.length)] = { shape: tensors.shape(name), dtype: 'float32', data };
  }
  return read;
}

/** The step that `best/` holds; null where there is none that can be read. */
export async function bestStep(runFolder: string): Promise<number | null> {
  const read = readTrainerState(bestFolder(runFolder));
  return read.then(
    ({ json }) => (json as unknown as LoopState).step,
    (error: unknown) => {
      if (error instanceof DeepCoderError) return null;
      throw error;
    },
  );
}

/** Puts a checkpoint's weights and moments into the stepper and gives the state that the loop goes on from. */
export async function restoreRun(
  folder: string,
  { student, stepper }: { student: Student; stepper: Stepper },
): Promise<LoopState> {
  const weights = await readTrained(folder, student);
  const source = {
    names: Object.keys(weights),
    shape: (name: string) => weights[name]!.shape,
    read: (name: string) => weights[name]!.data as Float32Array,
  };
  for (const [name, tensor] of Object.entries(stepper.trained))
    tensor.write(await readFitting(source, { name, shape: tensor.shape, folder }));
  const { tensors, json } = await readTrainerState(folder);
  await restoreMoments(stepper, tensors, folder);
  return json as unknown as LoopState;
}
