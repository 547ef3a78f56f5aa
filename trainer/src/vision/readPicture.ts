import type { Metadata, default as Sharp } from 'sharp';
import { DeepCoderError } from '@deepcoder/config';
import type { Pixels } from './resize.ts';

/** A picture as a model is shown it: RGB, upright, without transparency. */
export interface Picture extends Pixels {
  channels: 3;
  /** Parts that are not opaque were laid on white. */
  hadAlpha: boolean;
}

/** A larger one is refused before its pixels are decoded. */
const MOST_PIXELS = 50_000_000;

/** Why a picture cannot be used; what becomes of its record is the caller's concern. */
export class PictureRefusal extends Error {}

/**
 * Decodes PNG, JPEG, WebP and GIF (its first frame) to 8-bit RGB: turned upright by EXIF, the values as they are
 * stored whatever the colour profile, palettes resolved, transparency laid on white by Pillow's `alpha_composite`.
 * The values are those of Pillow. CMYK, more than 8 bits a channel and over 50 megapixels are refused.
 */
export async function readPicture(bytes: Uint8Array): Promise<Picture> {
  const sharp = await openSharp();
  const options = { limitInputPixels: MOST_PIXELS, ignoreIcc: true };
  try {
    const image = sharp(bytes, options);
    refuseUnread(await image.metadata());
    const { data, info } = await image
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return toRgb({ width, height, channels, data });
  } catch (cause) {
    if (cause instanceof PictureRefusal) throw cause;
    throw new PictureRefusal(refusalOf(cause), { cause });
  }
}

/** Width and height of a picture as it is shown, from its header. */
export async function pictureSize(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  const sharp = await openSharp();
  try {
    const found = await sharp(bytes, { limitInputPixels: MOST_PIXELS }).metadata();
    refuseUnread(found);
    const { width, height } = found.autoOrient;
    return { width, height };
  } catch (cause) {
    if (cause instanceof PictureRefusal) throw cause;
    throw new PictureRefusal(refusalOf(cause), { cause });
  }
}

function refuseUnread({ width, height, space, depth, format }: Metadata): void {
  if (!['png', 'jpeg', 'webp', 'gif'].includes(format))
    throw new PictureRefusal(`a picture in ${format} cannot be read; save it as PNG or JPEG`);
  if (width * height > MOST_PIXELS) throw new PictureRefusal(tooLarge(width, height));
  if (space === 'cmyk')
    throw new PictureRefusal('a picture in CMYK has no exact RGB; save it as RGB');
  if (depth !== 'uchar')
    throw new PictureRefusal('a picture of more than 8 bits a channel; save it with 8 bits');
}

function refusalOf(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/pixel limit/i.test(said)) return `${tooLarge()}; make it smaller`;
  return `the picture cannot be decoded (${said.split('\n', 1)[0]!})`;
}

function tooLarge(width?: number, height?: number): string {
  const size = width === undefined ? '' : ` of ${width} x ${height} pixels`;
  return `a picture${size} is over ${MOST_PIXELS / 1e6} megapixels`;
}

function toRgb({ width, height, channels, data }: Pixels): Picture {
  if (channels === 3)
    return { width, height, channels: 3, data: new Uint8Array(data), hadAlpha: false };
  let hadAlpha = false;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const alpha = channels === 4 ? data[from + 3]! : 255;
    hadAlpha ||= alpha < 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[from + (channels < 3 ? 0 : channel)]!;
      rgb[pixel * 3 + channel] = onWhite(value, alpha);
    }
  }
  return { width, height, channels: 3, data: rgb, hadAlpha };
}

/** Pillow's `alpha_composite` (libImaging/AlphaComposite.c) over opaque white, with its 7 extra bits. */
function onWhite(value: number, alpha: number): number {
  if (alpha === 0) return 255;
  const sum = (value * alpha + 255 * (255 - alpha)) * 128 + (0x80 << 7);
  return (((sum >> 8) + sum) >> 8) >> 7;
}

let known: typeof Sharp | null = null;

async function openSharp(): Promise<typeof Sharp> {
  if (known) return known;
  try {
    known = (await import('sharp')).default;
    return known;
  } catch (cause) {
    throw new DeepCoderError(
      'picture-decoder',
      'pictures are read by the optional package sharp, which has no binary here; install it beside the program (npm install sharp), or leave the pictures out (student.vision.max_pictures: 0)',
      { exitCode: 3, cause },
    );
  }
}
