import { parse, statistics } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { labelPattern, type LabelRules } from '@deepcoder/vocabulary';
import { outline } from './outline.ts';

const RULES: LabelRules = {
  rules: [
    { kind: 'task', pattern: 'RUN \\d+:', trajectory: true },
    { kind: 'reasoning', prefix: 'brain> ' },
    { kind: 'action', prefix: 'hand> ' },
    { kind: 'observation', prefix: 'eye> ' },
    { kind: 'ignore', pattern: '\\[debug\\]' },
  ],
};

const TEXT = `banner
RUN 1: find the cup
brain> In the kitchen?
hand> go kitchen
[debug] 12 ms
eye> A kitchen.
With a cup.
RUN 2: rest
brain> Rest.
`;

test('home-made logs read by the user\u2019s rules', () => {
  expect(outline(TEXT, parse(TEXT, { rules: RULES }))).toMatchInlineSnapshot(`
    "label_rules: line that the rule \`RUN \\d+:\` matches
    0.0 task "find the cup"
    0.1 reasoning "In the kitchen?"
    0.1 action "go kitchen"
    0.1 observation "A kitchen.\\nWith a cup."
    1.0 task "rest"
    1.1 reasoning "Rest."
    "
  `);
  expect(parse(TEXT).format).toBe('not_a_trajectory');
});

test('a rule that is no regular expression is reported', () => {
  const parsed = parse(TEXT, {
    format: 'label_rules',
    rules: { rules: [{ kind: 'task', pattern: '(' }] },
  });
  expect(parsed.problems.map((problem) => problem.code)).toEqual(['bad-label-rule']);
});

test.each([
  ['nested repetition', '(a+)+$', 'a'.repeat(1500) + '!'],
  ['alternatives of the same', '(a|aa)+$', 'a'.repeat(1500) + '!'],
  ['many stars', `${'a*'.repeat(30)}b`, 'a'.repeat(1500)],
])('a pattern cannot hold up who reads: %s', (_, pattern, line) => {
  const began = performance.now();
  const rules = { rules: [{ kind: 'action' as const, pattern }] };
  parse(`${line}\n`.repeat(20), { format: 'label_rules', rules });
  expect(performance.now() - began).toBeLessThan(3000);
});

test.each([
  ['Step \\d+:', 'Step 12: go', 8],
  ['\\u601d\\u8003[:：]', '思考：', 3],
  ['(?<name>\\p{Lu}+)>', 'OBS> x', 4],
  ['plan$', 'plan', 4],
  ['plan$', 'plan b', 0],
  ['b', 'ab', 0],
  ['x*', 'ab', 0],
])('%s on "%s"', (pattern, line, length) => {
  expect(labelPattern(pattern).lengthAt(line)).toBe(length);
});

test('an override wins over detection', () => {
  const parsed = parse('Thought: a\nAction: b\n', { format: 'template_tags' });
  expect(parsed).toMatchObject({ format: 'template_tags', reason: 'chosen by the user' });
});

test('statistics count by kind, tool and length', () => {
  const text =
    '{"id":"a","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"well","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}\n{"id":"b","messages":[{"role":"user","content":"a longer one"}]}\n';
  expect(statistics(parse(text))).toMatchObject({
    trajectories: 2,
    turns: 1,
    messages: 3,
    byKind: { task: { spans: 2, characters: 14 }, action: { spans: 2, characters: 3 } },
    longest: { index: 1, id: 'b', characters: 12 },
    callsByTool: [{ name: 'f', calls: 1, failed: 0 }],
  });
});
