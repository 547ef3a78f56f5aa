import type { Format } from '../formats/format.ts';
import { Lines } from '../text/lines.ts';
import type { Cut } from './block.ts';

/** The text cut: at each line, or at the lines where the format says that a block begins. */
export function* pieces(format: Format, cut: Cut, text: string): Iterable<string> {
  const lines = new Lines(text);
  let from = 0;
  while (lines.advance()) {
    const begins = cut === 'lines' || format.blocks?.begins(text, lines.start) === true;
    if (!begins || lines.start === from) continue;
    yield text.slice(from, lines.start);
    from = lines.start;
  }
  if (from < text.length) yield text.slice(from);
}
