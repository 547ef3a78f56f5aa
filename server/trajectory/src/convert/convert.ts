import type { Problem } from '@deepcoder/vocabulary';
import { pictureAddress } from '../pictureData.ts';
import type { Parsed } from '../types.ts';
import type { Writer } from './conversion.ts';
import { toAdp } from './toAdp.ts';
import { toAtif } from './toAtif.ts';
import { toChat } from './toChat.ts';
import { toReact } from './toReact.ts';
import { toShareGpt } from './toShareGpt.ts';

export const CONVERT_TARGETS = ['chat', 'react', 'sharegpt', 'adp', 'atif'] as const;

export type ConvertTarget = (typeof CONVERT_TARGETS)[number];

const WRITERS: Record<ConvertTarget, { write: Writer; join: string }> = {
  chat: { write: toChat, join: '\n' },
  react: { write: toReact, join: '---\n' },
  sharegpt: { write: toShareGpt, join: '\n' },
  adp: { write: toAdp, join: '\n' },
  atif: { write: toAtif, join: '\n' },
};

/**
 * Writes the trajectories of a text in another format, keeping kinds. Problems have their place in the source:
 * what the target cannot hold is named there.
 */
export function convert(
  parsed: Parsed,
  target: ConvertTarget,
  text: string,
): { text: string; problems: Problem[] } {
  const problems: Problem[] = [];
  const { write } = WRITERS[target];
  const records = parsed.trajectories.map((trajectory) =>
    write({
      trajectory,
      kindOf: (piece) => parsed.spans[piece.span]!.kind,
      isMasked: (piece) => parsed.masked.has(piece.span),
      pictureOf({ picture }) {
        const found = parsed.pictures[picture]!.picture;
        return { mediaType: found.mediaType, url: pictureAddress(text, found) };
      },
      lost(code, message, piece) {
        const { start, end } = piece ? parsed.spans[piece.span]! : trajectory;
        problems.push({ code, message, start, end, severity: 'warning' });
      },
    }),
  );
  return { text: joinConverted(records, target), problems };
}

/** Texts in one of the target formats as one. */
export function joinConverted(texts: readonly string[], target: ConvertTarget): string {
  const { join } = WRITERS[target];
  return texts
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
    .join(join === '\n' ? '' : join);
}
