import { resize, type Pixels, type ResizeFilter } from './resize.ts';

/** How a checkpoint of SmolVLM or Idefics3 wants pictures: its `preprocessor_config.json`. */
export interface ProcessorSettings {
  /** The longest edge that a picture is first resized to, also upwards; null where it is not. */
  longestEdge: number | null;
  /** Edge of a tile, in pixels. */
  tileEdge: number;
  /** Whether pictures are cut into tiles, with one of the whole picture behind them. */
  split: boolean;
  filter: ResizeFilter;
  /** By channel, of values from 0 to 1. */
  mean: readonly number[];
  std: readonly number[];
}

/** Rows and columns of tiles; 0 of both where there is only the whole picture. */
export interface TileGrid {
  rows: number;
  columns: number;
}

/** A picture as the tower takes it. */
export interface Tiles extends TileGrid {
  /** The tiles row by row, the whole picture last: float32 `[tiles, 3, edge, edge]`. */
  pixels: Float32Array;
  count: number;
}

/** No edge is larger after the first resizing, whatever the settings say. */
const MOST_EDGE = 4096;

interface Size {
  width: number;
  height: number;
}

/** The number of tiles in a grid, the whole picture's included. */
export function tileCount({ rows, columns }: TileGrid): number {
  return rows * columns + 1;
}

/** How a picture of that size is cut. */
export function tileGrid(size: Size, settings: ProcessorSettings): TileGrid {
  if (!settings.split) return { rows: 0, columns: 0 };
  const { width, height } = splitSize(firstSize(size, settings), settings);
  const { tileEdge: edge } = settings;
  if (width <= edge && height <= edge) return { rows: 0, columns: 0 };
  return { rows: height / edge, columns: width / edge };
}

/**
 * What `SmolVLMImageProcessorPil` and `Idefics3ImageProcessorPil` of transformers make of an RGB picture, number for
 * number: resized to the longest edge, then to multiples of the tile's edge, cut, and the result resized to one more
 * tile; without splitting, resized to the longest edge and then to one tile. Values are `(v / 255 - mean) / std`.
 */
export function processPicture(picture: Pixels, settings: ProcessorSettings): Tiles {
  const { tileEdge: edge, filter, split } = settings;
  const one = { width: edge, height: edge };
  const first = resize(picture, firstSize(picture, settings), filter);
  const grid = tileGrid(picture, settings);
  const whole = split ? resize(first, splitSize(first, settings), filter) : first;
  const count = tileCount(grid);
  const pixels = new Float32Array(count * 3 * edge * edge);
  const write = normalizer(settings);
  for (let tile = 0; tile < count - 1; tile++) {
    const [row, column] = [Math.floor(tile / grid.columns), tile % grid.columns];
    write(whole, { x: column * edge, y: row * edge }, pixels.subarray(tile * 3 * edge * edge));
  }
  const last = resize(whole, one, filter);
  write(last, { x: 0, y: 0 }, pixels.subarray((count - 1) * 3 * edge * edge));
  return { ...grid, pixels, count };
}

/** The longest edge as set, the other in proportion and made even, as transformers rounds it. */
function firstSize({ width, height }: Size, { longestEdge }: ProcessorSettings): Size {
  if (longestEdge === null) return { width, height };
  const ratio = width / height;
  const even = (edge: number): number => Math.max(1, edge + (edge % 2));
  const size =
    width >= height
      ? { width: longestEdge, height: even(Math.trunc(longestEdge / ratio)) }
      : { width: even(Math.trunc(longestEdge * ratio)), height: longestEdge };
  return below(size);
}

function below({ width, height }: Size): Size {
  const ratio = width / height;
  if (width >= height && width > MOST_EDGE)
    return { width: MOST_EDGE, height: Math.max(1, Math.trunc(MOST_EDGE / ratio)) };
  if (height > width && height > MOST_EDGE)
    return { width: Math.max(1, Math.trunc(MOST_EDGE * ratio)), height: MOST_EDGE };
  return { width, height };
}

/** Both edges multiples of a tile's. */
function splitSize({ width, height }: Size, { tileEdge }: ProcessorSettings): Size {
  const up = (edge: number): number => Math.ceil(edge / tileEdge) * tileEdge;
  const ratio = width / height;
  if (width >= height) return { width: up(width), height: up(Math.trunc(up(width) / ratio)) };
  return { width: up(Math.trunc(up(height) * ratio)), height: up(height) };
}

/** Writes a tile of 8-bit pixels as float32 `[3, edge, edge]`, rounding where transformers does. */
function normalizer({ tileEdge: edge, mean, std }: ProcessorSettings) {
  const values = mean.map((center, channel) => {
    const [from, by] = [Math.fround(center), Math.fround(std[channel]!)];
    return Float32Array.from({ length: 256 }, (_, value) =>
      Math.fround(Math.fround(Math.fround(value * (1 / 255)) - from) / by),
    );
  });
  return ({ width, data }: Pixels, at: { x: number; y: number }, out: Float32Array): void => {
    for (let y = 0; y < edge; y++) {
      for (let x = 0; x < edge; x++) {
        const from = ((at.y + y) * width + at.x + x) * 3;
        for (let channel = 0; channel < 3; channel++)
          out[(channel * edge + y) * edge + x] = values[channel]![data[from + channel]!]!;
      }
    }
  };
}
