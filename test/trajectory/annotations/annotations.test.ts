import {
  annotate,
  applyAnnotations,
  parse,
  readAnnotations,
  spanText,
  writeAnnotations,
} from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

const TEXT = 'Question: q\nThought: I think it over.\nAction: go\nObservation: there\n';
const at = (part: string): { start: number; end: number } => {
  const start = TEXT.indexOf(part);
  return { start, end: start + part.length };
};

describe('applyAnnotations', () => {
  test('changes a span\u2019s kind, in spans and messages', () => {
    const parsed = parse(TEXT);
    const { parsed: changed, problems } = applyAnnotations(TEXT, parsed, [
      annotate(TEXT, at('there'), 'other'),
    ]);
    expect(problems).toEqual([]);
    expect(changed.spans.map((span) => span.kind)).toEqual([
      'task',
      'reasoning',
      'action',
      'other',
    ]);
    expect(changed.trajectories[0]!.messages).toEqual(parsed.trajectories[0]!.messages);
  });

  test('cuts the span that it lies in', () => {
    const { parsed } = applyAnnotations(TEXT, parse(TEXT), [annotate(TEXT, at(' it '), 'action')]);
    expect(parsed.spans.map((span, i) => [span.kind, spanText(TEXT, parsed, i)])).toEqual([
      ['task', 'q'],
      ['reasoning', 'I think'],
      ['action', ' it '],
      ['reasoning', 'over.'],
      ['action', 'go'],
      ['observation', 'there'],
    ]);
    const turn = parsed.trajectories[0]!.messages[1]!;
    expect(turn.pieces.map((piece) => piece.text)).toEqual(['I think', ' it ', 'over.', 'go']);
  });

  test('takes the place of what it covers, across spans', () => {
    const range = { start: at('over.').start, end: at('go').end };
    const { parsed } = applyAnnotations(TEXT, parse(TEXT), [annotate(TEXT, range, 'answer')]);
    expect(parsed.spans.map((span) => span.kind)).toEqual([
      'task',
      'reasoning',
      'answer',
      'observation',
    ]);
    expect(parsed.trajectories[0]!.messages[1]!.pieces).toHaveLength(2);
  });

  test('reports what no longer matches, and overlaps', () => {
    const stale = { ...annotate(TEXT, at('there'), 'other'), hash: 'x' };
    const twice = [annotate(TEXT, at('think it'), 'other'), annotate(TEXT, at('it over'), 'other')];
    const { problems } = applyAnnotations(TEXT, parse(TEXT), [stale, ...twice]);
    expect(problems.map((problem) => problem.code)).toEqual([
      'overlapping-annotation',
      'stale-annotation',
    ]);
  });
});

describe('the sidecar', () => {
  test('is written sorted and read back', () => {
    const annotations = [
      annotate(TEXT, at('there'), 'other'),
      annotate(TEXT, at('go'), 'reasoning'),
    ];
    const read = readAnnotations(writeAnnotations(annotations));
    expect(read).toEqual({ annotations: [annotations[1], annotations[0]], problems: [] });
    expect(readAnnotations(writeAnnotations([]))).toEqual({ annotations: [], problems: [] });
  });

  test('tells what is no annotation', () => {
    const { annotations, problems } = readAnnotations(
      '[{"start": 1, "end": 0, "kind": "other", "hash": ""}, 3, {"start": 1',
    );
    expect(annotations).toEqual([]);
    expect(problems.map((problem) => problem.code)).toEqual([
      'sidecar-syntax',
      'bad-annotation',
      'bad-annotation',
      'bad-annotation',
    ]);
  });
});
