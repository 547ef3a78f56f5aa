import type { Format } from '../formats/format.ts';
import { isBlankCode } from '../text/trim.ts';
import { cutElements } from './cutElements.ts';
import type { Cutting, Part, RecordCut } from './part.ts';

/** Cuts a part into pieces; one that may go on is not taken. */
export function cutPart(
  format: Format,
  cut: RecordCut,
  part: Part,
): { pieces: Cutting[]; taken: number } {
  if (cut === 'elements') return cutElements(part, part.atStart);
  const { text, bytes } = part;
  const pieces: Cutting[] = [];
  const byLine = cut === 'lines';
  const ascii = text.length === bytes.length;
  let byte = 0;
  let open: Cutting | null = null;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const begins = byLine ? !isBlank(text, start, next) : format.blocks?.begins(text, start);
    if (begins || !open) {
      if (open) pieces.push(open);
      open = byLine && !begins ? null : { start, end: next, byte };
    } else {
      open.end = next;
    }
    if (ascii) byte = next;
    else byte = feed < 0 ? bytes.length : bytes.indexOf(10, byte) + 1;
    start = next;
  }
  if (!open) return { pieces, taken: bytes.length };
  const whole = byLine || part.atEnd;
  if (whole) pieces.push(open);
  return { pieces, taken: whole ? bytes.length : open.byte };
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isBlankCode(text.charCodeAt(at))) return false;
  return true;
}
