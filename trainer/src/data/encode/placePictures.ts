import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pictureBase64, type Parsed } from '@deepcoder/trajectory';
import { keep } from '../../disk/keptFile.ts';
import { picturePrompt } from '../../vision/picturePrompt.ts';
import { tileCount, tileGrid, type TileGrid } from '../../vision/pictureProcessor.ts';
import type { PictureSettings } from '../../vision/pictureSettings.ts';
import { PictureRefusal, pictureSize } from '../../vision/readPicture.ts';
import { cutAtPictures } from '../render/pictureMarks.ts';
import type { PlacedTiles, Rendered, StoredPicture } from '../render/rendered.ts';

/** The file that pictures are of. */
export interface PictureFile {
  text: string;
  parsed: Parsed;
  /** The folder that paths count from; null where the text is in no file of its own. */
  folder: string | null;
}

type Found = StoredPicture & { grid: TileGrid };

/**
 * The text with the tokens of each picture in the place of its mark. A literal text that the tokenizer would take for
 * a picture's token gets a blank, so that none stands for a picture that is not there.
 *
 * @throws PictureRefusal of a picture that cannot be read
 */
export async function placePictures(
  rendered: Rendered,
  file: PictureFile,
  settings: PictureSettings,
): Promise<Rendered> {
  const { marks } = settings;
  const parts = cutAtPictures(rendered.text);
  const edits: { at: number; length: number; text: string; found: Found | null }[] = [];
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'number') {
      const found = await storedPicture(part, file, settings);
      const length = `${part}`.length + 2;
      edits.push({ at, length, text: picturePrompt(found.grid, marks), found });
      at += length;
    } else {
      for (
        let from = part.indexOf(marks.image);
        from >= 0;
        from = part.indexOf(marks.image, from + 1)
      )
        edits.push({ at: at + from + 1, length: 0, text: ' ', found: null });
      at += part.length;
    }
  }
  if (edits.length === 0) return rendered;
  const moved = (offset: number): number =>
    edits.reduce(
      (sum, edit) => (edit.at < offset ? sum + edit.text.length - edit.length : sum),
      offset,
    );
  let text = '';
  let cursor = 0;
  const pictures: PlacedTiles[] = [];
  for (const edit of edits) {
    text += rendered.text.slice(cursor, edit.at);
    cursor = edit.at + edit.length;
    const start = text.length;
    text += edit.text;
    if (edit.found) {
      const { hash, file: place, rows } = edit.found;
      pictures.push({ start, end: text.length, picture: { hash, file: place, rows } });
    }
  }
  const range = <R extends { start: number; end: number }>(one: R): R => ({
    ...one,
    start: moved(one.start),
    end: moved(one.end),
  });
  return {
    ...rendered,
    text: text + rendered.text.slice(cursor),
    segments: rendered.segments.map(range),
    placed: rendered.placed.map(range),
    pictures,
  };
}

async function storedPicture(
  index: number,
  file: PictureFile,
  settings: PictureSettings,
): Promise<Found> {
  const { bytes, place } = await bytesOf(index, file);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const grid = tileGrid(await pictureSize(bytes), settings.processor);
  const stored = place ?? path.join(settings.store, hash);
  if (place === null) await keep(stored, bytes);
  return { hash, file: stored, rows: tileCount(grid) * settings.marks.tileTokens, grid };
}

async function bytesOf(
  index: number,
  { text, parsed, folder }: PictureFile,
): Promise<{ bytes: Uint8Array; place: string | null }> {
  const { picture } = parsed.pictures[index]!;
  const { source } = picture;
  const data = pictureBase64(text, picture);
  if (data !== null) return { bytes: Buffer.from(data, 'base64'), place: null };
  if ('url' in source)
    throw new PictureRefusal(
      `${source.url} is elsewhere, and addresses are not fetched; save it beside the file`,
    );
  if (!('path' in source)) throw new PictureRefusal('the file does not hold the data of a picture');
  if (folder === null)
    throw new PictureRefusal(
      `${source.path} cannot be found, since the text is in no file of its own`,
    );
  const place = path.resolve(folder, source.path);
  try {
    return { bytes: await readFile(place), place };
  } catch (cause) {
    throw new PictureRefusal(`${place} cannot be read; put the picture there`, { cause });
  }
}
