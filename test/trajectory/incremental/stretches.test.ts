import {
  applyEdits,
  continuesTrajectory,
  editFile,
  lineCount,
  markStretch,
  offsetAt,
  parsedOf,
  parsedStretch,
  positionAt,
  stepBefore,
  stretchAt,
  stretches,
  stretchText,
  trackFile,
  type Boundary,
  type TrackedFile,
} from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SPAN_KINDS, type Range } from '@deepcoder/vocabulary';
import { fixtureFiles } from '../fixtureFiles.ts';

const SNIPPETS = ['', '\n', '\r', '\r\n', '"', 'Thought: x\n', 'Question: q\n', '😀', '{}\n'];

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.constantFrom(0, 0, 1, 5, 80),
    newText: fc.constantFrom(...SNIPPETS),
  }),
  { maxLength: 4 },
);

/** Each file after some edits, three times over so that it has several trajectories. */
function forEdited(
  { name, text }: { name: string; text: string },
  check: (file: TrackedFile, text: string) => void,
): void {
  const more = text.endsWith('\n') && !text.startsWith('[') ? text.repeat(3) : text;
  fc.assert(
    fc.property(edits, (list) => {
      let now = more;
      let file = trackFile(now, { fileName: name });
      for (const { at, length, newText } of list) {
        const start = Math.floor(at * now.length);
        const change = { start, end: Math.min(now.length, start + length), newText };
        now = applyEdits(now, [change]);
        file = editFile(file, [change]);
      }
      check(file, now);
    }),
    { seed: 7, numRuns: 8 },
  );
}

function moved({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}

describe('stretches', () => {
  test.each(fixtureFiles)('$format/$name: by turns, the kinds of the whole', (fixture) => {
    forEdited(fixture, (file) => {
      const kinds: unknown[] = [];
      const labels: unknown[] = [];
      for (const stretch of stretches(file, 'turn')) {
        const parsed = parsedStretch(file, stretch);
        for (const span of parsed.spans) {
          kinds.push({ ...moved(span, stretch.start), kind: span.kind });
        }
        for (const label of parsed.labels) labels.push(moved(label, stretch.start));
      }
      const whole = parsedOf(file);
      expect(kinds).toEqual(whole.spans.map(({ start, end, kind }) => ({ start, end, kind })));
      expect(labels).toEqual(whole.labels);
    });
  });

  test.each(fixtureFiles)('$format/$name: by turns, steps and marks of the whole', (fixture) => {
    forEdited(fixture, (file) => {
      const spans: unknown[] = [];
      for (const stretch of stretches(file, 'turn')) {
        const parsed = parsedStretch(file, stretch, stepBefore(file, stretch));
        const traj = stretch.traj - (continuesTrajectory(stretch) ? 1 : 0);
        for (const span of parsed.spans) {
          spans.push({ ...span, ...moved(span, stretch.start), traj: span.traj + traj });
        }
        const marking = markStretch(file, stretch);
        expect(marking.spans).toEqual(
          parsed.spans.flatMap(({ start, end, kind }) => [start, end, SPAN_KINDS.indexOf(kind)]),
        );
        expect(marking.labels).toEqual(parsed.labels.flatMap(({ start, end }) => [start, end]));
      }
      expect(spans).toEqual(parsedOf(file).spans);
    });
  });

  test.each(fixtureFiles)('$format/$name: by trajectories, all of the whole', (fixture) => {
    forEdited(fixture, (file) => {
      const spans: unknown[] = [];
      const ids: unknown[] = [];
      const messages: unknown[] = [];
      for (const stretch of stretches(file, 'trajectory')) {
        const parsed = parsedStretch(file, stretch);
        for (const span of parsed.spans) {
          spans.push({ ...span, ...moved(span, stretch.start), traj: span.traj + stretch.traj });
        }
        for (const one of parsed.trajectories) {
          ids.push([one.index + stretch.traj, one.id, one.start + stretch.start]);
          messages.push(one.messages.map(({ role, pieces }) => [role, pieces.map((p) => p.text)]));
        }
      }
      const whole = parsedOf(file);
      expect(spans).toEqual(whole.spans);
      expect(ids).toEqual(whole.trajectories.map(({ index, id, start }) => [index, id, start]));
      expect(messages).toEqual(
        whole.trajectories.map((one) =>
          one.messages.map(({ role, pieces }) => [role, pieces.map((p) => p.text)]),
        ),
      );
    });
  });

  test.each<Boundary>(['turn', 'trajectory'])('%s: they lie side by side', (boundary) => {
    for (const fixture of fixtureFiles) {
      forEdited(fixture, (file, text) => {
        const list = [...stretches(file, boundary)];
        expect(list.map(stretchText).join('')).toBe(text);
        let line = 0;
        for (const stretch of list) {
          expect(stretch.line).toBe(line);
          expect(positionAt(file, stretch.start)).toEqual({ line, character: 0 });
          line += stretchText(stretch).split(/\r\n|\r|\n/).length - 1;
          const last = stretch.start + stretchText(stretch).length - 1;
          expect(stretchAt(file, boundary, last)).toEqual(stretch);
        }
      });
    }
  });

  test('a record of JSON lines is one by itself, a session of events is not', () => {
    const records = '{"messages":[{"role":"user","content":"q"}]}\n'.repeat(5);
    expect([...stretches(trackFile(records), 'trajectory')]).toHaveLength(5);
    const session = fixtureFiles.find(({ format }) => format === 'claude_code')!;
    expect([...stretches(trackFile(session.text), 'trajectory')].length).toBeLessThan(
      session.text.trim().split('\n').length,
    );
  });
});

describe('positions', () => {
  test.each(fixtureFiles)('$format/$name: as a text document', (fixture) => {
    forEdited(fixture, (file, text) => {
      const document = TextDocument.create('file:///a', 'x', 1, text);
      expect(lineCount(file)).toBe(document.lineCount);
      const step = Math.max(1, Math.floor(text.length / 60));
      for (let offset = 0; offset <= text.length + step; offset += step) {
        const position = positionAt(file, offset);
        // Between the two characters of a line end the other goes back to the line's end.
        if (text[offset - 1] !== '\r') expect(position).toEqual(document.positionAt(offset));
        expect(offsetAt(file, position)).toBe(document.offsetAt(position));
      }
      for (let line = -1; line <= document.lineCount + 1; line += 7) {
        for (const character of [0, 3, 1e6]) {
          const position = { line, character };
          expect(offsetAt(file, position)).toBe(document.offsetAt(position));
        }
      }
    });
  });
});
