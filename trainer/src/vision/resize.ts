/** 8-bit pixels, row by row, `channels` values each. */
export interface Pixels {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array;
}

export type ResizeFilter = 'lanczos' | 'bicubic' | 'bilinear';

/**
 * Resizes 8-bit pixels exactly as Pillow's `Image.resize` does (libImaging/Resample.c, 8 bits a channel): a window of
 * the filter around each output pixel, widened when shrinking; weights of 22 fractional bits; first along rows, then
 * along columns, rounded to 8 bits between the two. Other libraries differ by up to 120 of 255, sharp's own too.
 */
export function resize(
  pixels: Pixels,
  { width, height }: { width: number; height: number },
  filter: ResizeFilter,
): Pixels {
  return alongColumns(alongRows(pixels, width, filter), height, filter);
}

const FILTERS: Record<ResizeFilter, { support: number; weight: (x: number) => number }> = {
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** Keys (1981) with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const BITS = 22;
const HALF = 1 << (BITS - 1);

interface Windows {
  /** Of each output pixel: the first input pixel, and how many. */
  first: Int32Array;
  count: Int32Array;
  /** `size` weights for each output pixel, in units of 2^-22. */
  weights: Int32Array;
  size: number;
}

function windows(from: number, to: number, filter: ResizeFilter): Windows {
  const { support: radius, weight } = FILTERS[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = radius * stretch;
  const size = Math.ceil(support) * 2 + 1;
  const found = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Int32Array(to * size),
    size,
  };
  const raw = new Float64Array(size);
  for (let out = 0; out < to; out++) {
    const center = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - first;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      raw[i] = weight((i + first - center + 0.5) * (1 / stretch));
      sum += raw[i]!;
    }
    for (let i = 0; i < count; i++) {
      const share = sum === 0 ? raw[i]! : raw[i]! / sum;
      found.weights[out * size + i] = Math.trunc(share * (1 << BITS) + (share < 0 ? -0.5 : 0.5));
    }
    found.first[out] = first;
    found.count[out] = count;
  }
  return found;
}

function alongRows(pixels: Pixels, to: number, filter: ResizeFilter): Pixels {
  const { width, height, channels, data } = pixels;
  if (width === to) return pixels;
  const found = windows(width, to, filter);
  const { first, count, weights, size } = found;
  const out = new Uint8Array(to * height * channels);
  if (channels === 3) rgbRows(pixels, found, out);
  for (let y = 0; channels !== 3 && y < height; y++) {
    for (let x = 0; x < to; x++) {
      const [start, steps] = [(y * width + first[x]!) * channels, count[x]!];
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        let at = start + channel;
        for (let i = 0; i < steps; i++, at += channels) sum += data[at]! * weights[x * size + i]!;
        out[(y * to + x) * channels + channel] = clipped(sum >> BITS);
      }
    }
  }
  return { width: to, height, channels, data: out };
}

/** The same for three channels at a time, which takes half as long. */
function rgbRows({ width, height, data }: Pixels, windows: Windows, out: Uint8Array): void {
  const { first, count, weights, size } = windows;
  const to = first.length;
  let place = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      let at = (y * width + first[x]!) * 3;
      let [red, green, blue] = [HALF, HALF, HALF];
      const end = x * size + count[x]!;
      for (let i = x * size; i < end; i++, at += 3) {
        const share = weights[i]!;
        red += data[at]! * share;
        green += data[at + 1]! * share;
        blue += data[at + 2]! * share;
      }
      out[place++] = clipped(red >> BITS);
      out[place++] = clipped(green >> BITS);
      out[place++] = clipped(blue >> BITS);
    }
  }
}

function alongColumns(pixels: Pixels, to: number, filter: ResizeFilter): Pixels {
  const { width, height, channels, data } = pixels;
  if (height === to) return pixels;
  const { first, count, weights, size } = windows(height, to, filter);
  const row = width * channels;
  const out = new Uint8Array(row * to);
  const sums = new Int32Array(row);
  for (let y = 0; y < to; y++) {
    sums.fill(HALF);
    for (let i = 0; i < count[y]!; i++) {
      const share = weights[y * size + i]!;
      const start = (first[y]! + i) * row;
      for (let x = 0; x < row; x++) sums[x]! += data[start + x]! * share;
    }
    for (let x = 0; x < row; x++) out[y * row + x] = clipped(sums[x]! >> BITS);
  }
  return { width, height: to, channels, data: out };
}

function clipped(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
