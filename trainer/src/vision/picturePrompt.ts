import type { TileGrid } from './pictureProcessor.ts';

/** The texts that stand for a picture in a prompt, as the checkpoint's processor names them. */
export interface PictureMarks {
  /** Around each tile. */
  fake: string;
  /** One of each tile's tokens. */
  image: string;
  /** Before the tile of the whole picture. */
  global: string;
  /** Tokens of a tile. */
  tileTokens: number;
}

/**
 * The text that `SmolVLMProcessor` and `Idefics3Processor` put for an `<image>` of a rendered chat: each tile with its
 * row and column, a line for each row, and the whole picture last.
 */
export function picturePrompt({ rows, columns }: TileGrid, marks: PictureMarks): string {
  const { fake, image, global, tileTokens } = marks;
  const tokens = image.repeat(tileTokens);
  const whole = `${fake}${global}${tokens}${fake}`;
  if (rows === 0) return whole;
  let text = '';
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++)
      text += `${fake}<row_${row}_col_${column}>${tokens}`;
    text += '\n';
  }
  return `${text}\n${whole}`;
}
