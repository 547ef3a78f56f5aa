import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { checkpointError } from './checkpointError.ts';
import { openSafetensors } from './openSafetensors.ts';
import { readJsonObject } from './readModelConfig.ts';
import type { TensorSource } from './tensorSource.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';
import { writeSafetensors } from './writeSafetensors.ts';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a run needs beside the weights to go on with the very same numbers: `tensors` are the optimizer's
 * (f32, by name), `json` everything else (scheduler step, loss scale, sampler position, RNG, weighting,
 * metrics). Numbers come back bit by bit, NaN and infinities included.
 */
export interface TrainerState {
  tensors: TensorSource;
  json: { readonly [key: string]: Json };
}

/** Into a folder that is being written, so that state and weights appear together. */
export async function writeTrainerState(folder: string, state: TrainerState): Promise<void> {
  await writeSafetensors(path.join(folder, TENSORS), state.tensors, { dtype: 'F32' });
  const content = { version: VERSION, state: markSpecialNumbers(state.json) };
  await writeFile(path.join(folder, STATE), JSON.stringify(content, null, 2) + '\n');
}

export async function readTrainerState(named: string): Promise<TrainerState> {
  const folder = await standingFolder(named);
  const content = await readJsonObject(path.join(folder, STATE));
  if (content === null) {
    throw checkpointError(
      'checkpoint-missing',
      `checkpoint ${folder}: there is no ${STATE}, so a run cannot go on from it; resume from another checkpoint`,
    );
  }
  if (content.version !== VERSION) {
    throw checkpointError(
      'checkpoint-version',
      `checkpoint ${folder}/${STATE}: version ${JSON.stringify(content.version)} is not ${VERSION}; ` +
        'resume with the version of the program that wrote it',
    );
  }
  const tensors = await openSafetensors(path.join(folder, TENSORS));
  return { tensors, json: restoreSpecialNumbers(content.state as Json) as TrainerState['json'] };
}

const TENSORS = 'optimizer.safetensors';
const STATE = 'trainer_state.json';
const VERSION = 1;

/** JSON turns these into null or 0, and a best loss that starts at infinity is then the best for ever. */
const SPECIAL = '$number';
const SPECIAL_NUMBERS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

function markSpecialNumbers(value: Json): Json {
  if (typeof value === 'number') {
    const name = [...SPECIAL_NUMBERS].find(([, special]) => Object.is(special, value));
    return name === undefined ? value : { [SPECIAL]: name[0] };
  }
  return mapJson(value, markSpecialNumbers);
}

function restoreSpecialNumbers(value: Json): Json {
  if (typeof value === 'object' && value !== null && SPECIAL in value) {
    return SPECIAL_NUMBERS.get(value[SPECIAL] as string) ?? null;
  }
  return mapJson(value, restoreSpecialNumbers);
}

function mapJson(value: Json, change: (inner: Json) => Json): Json {
  if (isList(value)) return value.map(change);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
