import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSafetensors } from '../../../trainer/src/checkpoint/openSafetensors.ts';
import { picturePrompt } from '../../../trainer/src/vision/picturePrompt.ts';
import { processPicture, tileGrid } from '../../../trainer/src/vision/pictureProcessor.ts';
import { PictureRefusal, readPicture } from '../../../trainer/src/vision/readPicture.ts';
import { resize, type Pixels, type ResizeFilter } from '../../../trainer/src/vision/resize.ts';
import { GOLDENS } from '../../reference/goldens.ts';

// Goldens of test/reference/vision_golden.py: what Pillow and transformers make of these pictures.
const FOLDER = path.join(GOLDENS, 'vision');
const golden = await openSafetensors(path.join(FOLDER, 'golden.safetensors'));
const named = (prefix: string): string[] =>
  golden.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

async function pixels(name: string): Promise<Pixels> {
  const [height, width, channels] = golden.shape(name) as [number, number, number];
  return { width, height, channels, data: Uint8Array.from(await golden.read(name)) };
}

describe('reading', () => {
  test.each(named('read.'))('%s has the values that Pillow reads', async (file) => {
    const wanted = await pixels(`read.${file}`);
    const { width, height, data, hadAlpha } = await readPicture(
      readFileSync(path.join(FOLDER, file)),
    );
    expect([width, height]).toEqual([wanted.width, wanted.height]);
    expect(data).toEqual(wanted.data);
    expect(hadAlpha).toBe(/alpha|clear/.test(file));
  });

  test.each([
    ['cmyk.jpg', 'CMYK'],
    ['deep.png', '8 bits'],
    ['picture.tiff', 'tiff'],
  ])('%s is refused', async (file, why) => {
    const reading = readPicture(readFileSync(path.join(FOLDER, 'refused', file)));
    await expect(reading).rejects.toThrow(PictureRefusal);
    await expect(reading).rejects.toThrow(why);
  });

  test('what is none, and what is cut short', async () => {
    await expect(readPicture(Buffer.from('hello'))).rejects.toThrow(PictureRefusal);
    const whole = readFileSync(path.join(FOLDER, 'picture-rgb.png'));
    await expect(readPicture(whole.subarray(0, 200))).rejects.toThrow(PictureRefusal);
  });

  test('a bomb is refused by its header', async () => {
    // A PNG that says that it is 30,000 x 30,000; its pixels are never looked at.
    const bomb = readFileSync(path.join(FOLDER, 'picture-rgb.png'));
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(readPicture(bomb)).rejects.toThrow('50 megapixels');
  });
});

test.each(named('resize.'))('%s is what Pillow makes of it', async (name) => {
  const wanted = await pixels(`resize.${name}`);
  const [filter] = name.split('.');
  const made = resize(await pixels('source'), wanted, filter as ResizeFilter);
  expect(made.data).toEqual(wanted.data);
});

const BASE = {
  tileEdge: 16,
  split: true,
  filter: 'lanczos' as const,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};
const CASES = {
  wide: { ...BASE, longestEdge: 40 },
  high: { ...BASE, longestEdge: 40 },
  square: { ...BASE, longestEdge: 32 },
  fits: { ...BASE, longestEdge: 16 },
  whole: { ...BASE, longestEdge: 40, split: false },
  bicubic: {
    ...BASE,
    longestEdge: 40,
    filter: 'bicubic' as const,
    mean: [0.48, 0.46, 0.41],
    std: [0.27, 0.26, 0.28],
  },
};

test.each(named('tiles.'))('%s: the tiles of transformers, number for number', async (name) => {
  const settings = CASES[name.split('.')[1] as keyof typeof CASES];
  const picture = await pixels(`picture.${name.split('.')[1]!}`);
  const { pixels: made, count, rows, columns } = processPicture(picture, settings);
  expect(count).toBe(golden.shape(`tiles.${name}`)[0]);
  expect(tileGrid(picture, settings)).toEqual({ rows, columns });
  expect(made).toEqual(Float32Array.from(await golden.read(`tiles.${name}`)));
});

test('prompts are those of the processor', () => {
  const marks = { fake: '<fake>', image: '<image>', global: '<global-img>', tileTokens: 2 };
  const prompts = JSON.parse(readFileSync(path.join(FOLDER, 'prompts.json'), 'utf8')) as {
    rows: number;
    columns: number;
    text: string;
  }[];
  for (const { text, ...grid } of prompts) expect(picturePrompt(grid, marks)).toBe(text);
});

test('all files of the goldens are read', () => {
  const files = readdirSync(FOLDER).filter((file) => file.startsWith('picture-'));
  expect(named('read.').sort()).toEqual(files.sort());
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
