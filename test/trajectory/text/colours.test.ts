import { parse, parsedOf, spanText, trackFile } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';
import { checkInvariants } from '../invariants.ts';

const ESC = '\u001b';

function read(text: string, fileName: string): unknown[] {
  const parsed = parse(text, { fileName });
  return [
    parsed.format,
    parsed.spans.map(({ kind, step, traj }, i) => [kind, step, traj, spanText(text, parsed, i)]),
    parsed.trajectories.map(({ id, messages }) => [id, messages]),
  ];
}

/** Each line in a colour, and some words in another. */
function coloured(text: string): string {
  return text
    .split('\n')
    .map((line, i) => {
      if (line.trim() === '') return line;
      const end = line.endsWith('\r') ? '\r' : '';
      const own = line.slice(0, line.length - end.length);
      return `${ESC}[1;3${1 + (i % 7)}m${own.replace(/ (?=\w)/, ` ${ESC}[38;5;200m`)}${ESC}[0m${end}`;
    })
    .join('\n');
}

const texts = fixtureFiles.filter(
  ({ format, text }) =>
    !/^\s*[[{]/.test(text) && format !== 'langchain_text' && !text.includes(ESC),
);

describe('a text in colours is read as without them', () => {
  test.each(texts)('$format/$name', ({ name, text }) => {
    const shown = coloured(text);
    expect(read(shown, name)).toEqual(read(text, name));
    checkInvariants(shown, parse(shown, { fileName: name }));
    expect(parsedOf(trackFile(shown, { fileName: name })).spans).toEqual(
      parse(shown, { fileName: name }).spans,
    );
  });

  test('codes at the ends of a span are outside of it', () => {
    const text = `${ESC}[36mThought:${ESC}[0m ${ESC}[1mGo.${ESC}[0m\n${ESC}[32mAction:${ESC}[0m up\nObservation: a ${ESC}[31mred${ESC}[0m door\n`;
    const parsed = parse(text);
    const raw = parsed.spans.map(({ start, end }) => text.slice(start, end));
    expect(raw).toEqual(['Go.', 'up', `a ${ESC}[31mred${ESC}[0m door`]);
    expect(parsed.spans.map((_, i) => spanText(text, parsed, i))).toEqual([
      'Go.',
      'up',
      'a red door',
    ]);
  });

  test('in a JSON string they are what was said', () => {
    const content = `${ESC}[31mred${ESC}[0m`;
    const text = JSON.stringify([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: `b ${content} c` },
    ]);
    const parsed = parse(text);
    expect(spanText(text, parsed, 1)).toBe(`b ${content} c`);
  });
});
