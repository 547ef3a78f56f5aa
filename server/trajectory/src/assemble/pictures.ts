import type { PictureSource, PictureSpan } from '../types.ts';

/** The same picture in a text that has so much more before it. */
export function movePicture(span: PictureSpan, by: number): PictureSpan {
  const { picture, start, end } = span;
  const source = moved(picture.source, by);
  return { ...span, start: start + by, end: end + by, picture: { ...picture, source } };
}

function moved(source: PictureSource, by: number): PictureSource {
  if (!('range' in source) || !source.range) return source;
  const { start, end } = source.range;
  return { ...source, range: { start: start + by, end: end + by } };
}

interface Ordered {
  sorted: readonly PictureSpan[];
  rank: readonly number[];
}

const NONE: Ordered = { sorted: [], rank: [] };

/** The pictures in the order of the text; `rank[i]` is the place there of the one written as number i. */
export function orderPictures(pictures: readonly PictureSpan[]): Ordered {
  if (pictures.length === 0) return NONE;
  const order = pictures.map((_, i) => i);
  order.sort((a, b) => pictures[a]!.start - pictures[b]!.start || a - b);
  const rank = new Array<number>(pictures.length);
  order.forEach((picture, place) => (rank[picture] = place));
  return { sorted: order.map((i) => pictures[i]!), rank };
}
