import { createHash } from 'node:crypto';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type { Batch } from '../data/types.ts';
import type { StoredPicture } from '../data/render/rendered.ts';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { keep, readKept } from '../disk/keptFile.ts';
import type { CompiledProgram, Executor, HostArray } from '../engine/program.ts';
import { uploaded } from '../engine/uploaded.ts';
import { apartShapes } from '../model/architectures.ts';
import { isIdefics3, type Idefics3Config } from '../model/families/idefics3.ts';
import { patchesOf, pictureProgram } from '../model/pictureFeatures.ts';
import type { Student } from '../student/openStudent.ts';
import { processPicture } from '../vision/pictureProcessor.ts';
import type { PictureSettings } from '../vision/pictureSettings.ts';
import { readPicture } from '../vision/readPicture.ts';

/** Features of pictures, for batches. */
export interface PictureSource {
  /** Rows that the features of a batch take, filled up to one of a few sizes; at least 1. */
  rowsFor(batch: Batch): number;
  /** Features of pictures one after the other, `[F, D]`, filled up to so many rows. */
  features(pictures: readonly StoredPicture[], rows?: number): Promise<Float32Array>;
  /** What a program reads of a batch's pictures. */
  inputs(batch: Batch): Promise<Record<string, HostArray>>;
}

type Seeing = Pick<Student, 'model' | 'vision' | 'parameters'>;

/**
 * What the frozen tower makes of pictures, kept on the disk by the hashes of picture, processor and weights: a picture
 * goes through the tower once, whatever the runs. Null for a student that does not see.
 */
export function pictureSource(
  executor: Executor,
  student: Seeing,
  cacheDir = path.join(cacheFolder(), 'features'),
): PictureSource | null {
  const { model, vision } = student;
  if (vision === null || !isIdefics3(model)) return null;
  const make = featureMaker(executor, student, { model, vision });
  let folder: string | null = null;
  const featuresOf = async (picture: StoredPicture): Promise<Float32Array> => {
    folder ??= path.join(cacheDir, towerHash(student, vision));
    const file = path.join(folder, `${picture.hash}.f32`);
    const known = await readKept(file);
    const bytes = 4 * picture.rows * model.hiddenSize;
    if (known?.byteLength === bytes) return new Float32Array(new Uint8Array(known).buffer);
    const features = await make(picture);
    await keep(file, new Uint8Array(features.buffer));
    return features;
  };
  const rowsFor = ({ pictures }: Batch): number => {
    const rows = rowCount(pictures?.shown ?? []);
    return 2 ** Math.ceil(Math.log2(Math.max(vision.marks.tileTokens, rows)));
  };
  const features: PictureSource['features'] = async (pictures, rows = rowCount(pictures)) => {
    const all = new Float32Array(rows * model.hiddenSize);
    let at = 0;
    for (const picture of pictures) {
      all.set(await featuresOf(picture), at);
      at += picture.rows * model.hiddenSize;
    }
    return all;
  };
  return {
    rowsFor,
    features,
    async inputs(batch) {
      const { shown, rows } = batch.pictures ?? { shown: [], rows: null };
      const all = await features(shown, rowsFor(batch));
      const none = (): Int32Array => new Int32Array(batch.rows * batch.length).fill(-1);
      return { pictureRows: rows ?? none(), pictureFeatures: all };
    },
  };
}

function rowCount(pictures: readonly StoredPicture[]): number {
  return pictures.reduce((sum, { rows }) => sum + rows, 0);
}

/** Makes the features of a picture, tile by tile: the scores of one tile's patches are all that there is at a time. */
function featureMaker(
  executor: Executor,
  { parameters }: Seeing,
  { model, vision }: { model: Idefics3Config; vision: PictureSettings },
): (picture: StoredPicture) => Promise<Float32Array> {
  let compiled: Promise<CompiledProgram> | null = null;
  return async ({ file, rows }) => {
    compiled ??= executor.compile(
      pictureProgram(model),
      uploaded(executor, apartOf(parameters, model)),
      { cacheKey: JSON.stringify([model, 'picture']) },
    );
    const program = await compiled;
    const bytes = await readKept(file);
    if (bytes === null) throw pictureGone(file);
    const { pixels, count } = processPicture(await readPicture(bytes), vision.processor);
    const { tileEdge: edge } = vision.processor;
    const size = 3 * edge * edge;
    const features = new Float32Array(rows * model.hiddenSize);
    for (let tile = 0; tile < count; tile++) {
      const patches = patchesOf(
        pixels.subarray(tile * size, (tile + 1) * size),
        edge,
        model.vision.patchSize,
      );
      const made = await program.run({}, { patches });
      features.set(made['features'] as Float32Array, (tile * features.length) / count);
    }
    return features;
  };
}

function apartOf(parameters: Seeing['parameters'], model: Idefics3Config): Seeing['parameters'] {
  return Object.fromEntries(
    Object.keys(apartShapes(model)).map((name) => [name, parameters[name]!]),
  );
}

/** Of all that features depend on beside the picture. */
function towerHash({ model, parameters }: Seeing, { processor }: PictureSettings): string {
  const hash = createHash('sha256').update(JSON.stringify([FORMAT, processor]));
  for (const name of Object.keys(apartShapes(model))) {
    const { data } = parameters[name]!;
    hash.update(`${name}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}

/** Changes when the way from a picture to its features does. */
const FORMAT = 1;

function pictureGone(file: string): DeepCoderError {
  return new DeepCoderError(
    'picture-unreadable',
    `${file} was there when the data was read, and cannot be read now; start the run again`,
    { exitCode: 3 },
  );
}
