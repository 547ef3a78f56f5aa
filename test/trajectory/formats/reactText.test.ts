import { diagnose, parse, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { checkInvariants } from '../invariants.ts';

function spansOf(text: string, format = 'react_text'): string[] {
  const parsed = parse(text);
  checkInvariants(text, parsed);
  expect(parsed.format).toBe(format);
  return parsed.spans.map(
    (span, i) => `${span.traj}.${span.step} ${span.kind} ${spanText(text, parsed, i)}`,
  );
}

const RUN: [label: string, content: string][] = [
  ['Question', 'Is it late?'],
  ['Thought', 'I look.'],
  ['Action', 'clock'],
  ['Action Input', '{"zone": "CET"}'],
  ['Observation', '23:00'],
  ['Final Answer', 'Yes.'],
];
const READ = [
  '0.0 task Is it late?',
  '0.1 reasoning I look.',
  '0.1 action clock',
  '0.1 action {"zone": "CET"}',
  '0.1 observation 23:00',
  '0.2 answer Yes.',
];
const CHINESE = new Map([
  ['Question', '问题'],
  ['Thought', '思考'],
  ['Action', '行动'],
  ['Action Input', '行动输入'],
  ['Observation', '观察'],
  ['Final Answer', '最终答案'],
]);

type Spell = (label: string) => string;
const SPELLINGS: [name: string, spell: Spell][] = [
  ['plain', (label) => `${label}: `],
  ['bold with its colon', (label) => `**${label}:** `],
  ['bold', (label) => `**${label}**: `],
  ['with underscores', (label) => `__${label}__: `],
  ['a heading', (label) => `### ${label}:\n`],
  ['a list', (label) => `- ${label}: `],
  ['a numbered list', (label) => `1. ${label}: `],
  ['a bold list', (label) => `* **${label}:** `],
  ['a blank before the colon', (label) => `${label} : `],
  ['a wide colon', (label) => `${label}：`],
  ['Chinese', (label) => `${CHINESE.get(label)!}：`],
];

function write(spell: Spell, eol = '\n'): string {
  return RUN.map(([label, content]) => `${spell(label)}${content}\n`)
    .join('')
    .replaceAll('\n', eol);
}

describe('labels', () => {
  test.each(SPELLINGS)('%s', (_, spell) => {
    expect(spansOf(write(spell))).toEqual(READ);
    expect(spansOf(write(spell, '\r\n'))).toEqual(READ);
  });

  test.each(SPELLINGS)('%s: two records', (_, spell) => {
    const again = READ.map((line) => line.replace(/^0/, '1'));
    expect(spansOf(`${write(spell)}\n${write(spell)}`)).toEqual([...READ, ...again]);
  });

  test.each(SPELLINGS)('%s, in a JSON string', (_, spell) => {
    const text = JSON.stringify([{ id: 1, log: write(spell) }]);
    const parsed = parse(text);
    const decoded = parsed.spans.map(
      (span, i) => `${span.traj}.${span.step} ${span.kind} ${spanText(text, parsed, i)}`,
    );
    expect(decoded.map((line) => line.replaceAll('\\"', '"'))).toEqual(READ);
  });

  test.each(SPELLINGS)('%s: all of it in a fence', (_, spell) => {
    expect(spansOf(`\`\`\`\n${write(spell)}\`\`\`\n`).slice(0, 5)).toEqual(READ.slice(0, 5));
  });
});

test('Markdown in an observation is no label where labels are plain', () => {
  const text =
    'Question: q\nThought: t\nAction: read[a]\nObservation: # Notes\n- Action: none\n**Thought:** hm\nThought: u\nAction: finish[a]\n';
  expect(spansOf(text)).toEqual([
    '0.0 task q',
    '0.1 reasoning t',
    '0.1 action read[a]',
    '0.1 observation # Notes\n- Action: none\n**Thought:** hm',
    '0.2 reasoning u',
    '0.2 action finish[a]',
  ]);
});

test.each(['```', '~~~', '```text'])('labels inside a fence %s are text', (fence) => {
  const close = fence.slice(0, 3);
  const input = `notes\n${fence}\nThought: a\nAction: b\nObservation: c\n${close}`;
  expect(
    spansOf(`Question: q\nThought: t\nAction: write\nAction Input: ${input}\nObservation: ok\n`),
  ).toEqual([
    '0.0 task q',
    '0.1 reasoning t',
    '0.1 action write',
    `0.1 action ${input}`,
    '0.1 observation ok',
  ]);
});

test('a fence that is cut off does not swallow the observation', () => {
  const text =
    'Question: q\nThought: t\nAction: run\nAction Input:\n```\nls\nObservation: a\nThought: u\nAction: run\nAction Input: ```\nls b\n```\nObservation: b\n';
  expect(spansOf(text)).toEqual([
    '0.0 task q',
    '0.1 reasoning t',
    '0.1 action run',
    '0.1 action ```\nls',
    '0.1 observation a',
    '0.2 reasoning u',
    '0.2 action run',
    '0.2 action ```\nls b\n```',
    '0.2 observation b',
  ]);
});

test('thinking in tags belongs to the turn of the labels after it', () => {
  const text =
    'Question: q\n<think>\nHm.\nAction: maybe\n</think>\nThought: t\nAction: look[a]\nObservation: o\n<think>Now.</think>\nFinal Answer: a\n';
  expect(spansOf(text)).toEqual([
    '0.0 task q',
    '0.1 reasoning Hm.\nAction: maybe',
    '0.1 reasoning t',
    '0.1 action look[a]',
    '0.1 observation o',
    '0.2 reasoning Now.',
    '0.2 answer a',
  ]);
});

test('an observation on the line of its action', () => {
  const text =
    'Question: q\nThought 1: t\nAction 1: Search[a b]Observation 1: o [x]\nThought 2: u\nAction 2: Say[Observation 2: none]\nObservation 2: p\n';
  expect(spansOf(text)).toEqual([
    '0.0 task q',
    '0.1 reasoning t',
    '0.1 action Search[a b]',
    '0.1 observation o [x]',
    '0.2 reasoning u',
    '0.2 action Say[Observation 2: none]',
    '0.2 observation p',
  ]);
});

test('a question without a label opens a record after the last one has ended', () => {
  const text =
    'Answer in steps.\n\nWho?\nThought: t\nAction: look[a]\nObservation: one\n\ntwo\nThought: u\nAction: Finish[b]\nObservation: done\n\n\nWhere?\nThought: v\nAction: look[c]\n';
  expect(spansOf(text)).toEqual([
    '0.0 system Answer in steps.',
    '0.0 task Who?',
    '0.1 reasoning t',
    '0.1 action look[a]',
    '0.1 observation one\n\ntwo',
    '0.2 reasoning u',
    '0.2 action Finish[b]',
    '0.2 observation done',
    '1.0 task Where?',
    '1.1 reasoning v',
    '1.1 action look[c]',
  ]);
});

test('a path of actions is the agent’s, in the turn of the thought after it', () => {
  const text =
    'Question: q\nActionPath 1: Start\nThought 1: t\nAction 1: Search[a]\nObservation 1: o\nActionPath 2: Start->Search\nThought 2: u\nAction 2: Finish[b]\n';
  expect(spansOf(text)).toEqual([
    '0.0 task q',
    '0.1 reasoning Start',
    '0.1 reasoning t',
    '0.1 action Search[a]',
    '0.1 observation o',
    '0.2 reasoning Start->Search',
    '0.2 reasoning u',
    '0.2 action Finish[b]',
  ]);
});

test('a claim counts its steps anew', () => {
  const record =
    'Claim: c\nThought 1: t\nAction 1: a[b]\nObservation 1: o\nThought 2: u\nAction 2: Finish[x]\n';
  const text = `${record}\n${record}`;
  const codes = diagnose(text, parse(text)).map(({ code }) => code);
  expect(codes).not.toContain('step-jump');
});

test('the examples of a prompt are no trajectories', () => {
  const rows = ['Who?', 'Where?'].map((task) => ({
    prompt: `Do it.\n\nQuestion: When?\nThought: t\nAction: Finish[now]\n\nQuestion: ${task}\n`,
    completion: 'Thought: u\nAction: Finish[x]',
  }));
  expect(spansOf(JSON.stringify(rows), 'react_json').slice(0, 5)).toEqual([
    '0.0 system Do it.',
    '0.0 other Question: When?\nThought: t\nAction: Finish[now]',
    '0.0 task Who?',
    '0.1 reasoning u',
    '0.1 action Finish[x]',
  ]);
});

describe("CrewAI's console", () => {
  const heading = (mark: string, label: string, text: string): string =>
    `\u001b[95m${mark} ${label}:\u001b[00m \u001b[92m${text}\u001b[00m\n`;
  const agent = `\n\n${heading('#', 'Agent', 'Watchman')}`;

  test('labels are headings, also of what a tool is given and gives', () => {
    const text = [
      heading('#', 'Agent', 'Watchman'),
      heading('##', 'Task', 'Is it late?'),
      agent,
      heading('##', 'Thought', 'I look.'),
      heading('##', 'Using tool', 'clock'),
      heading('##', 'Tool Input', '\n{"zone": "CET"}'),
      heading('##', 'Tool Output', '\n23:00'),
      agent,
      heading('##', 'Final Answer', '\nYes.'),
    ].join('');
    expect(spansOf(text)).toEqual(READ);
  });

  test('in plain lines the same words are text', () => {
    const text = 'Thought: I look.\nUsing tool: clock\nAction: wait\nObservation: a\nAgent: b\n';
    expect(spansOf(text)).toEqual([
      '0.1 reasoning I look.\nUsing tool: clock',
      '0.1 action wait',
      '0.1 observation a\nAgent: b',
    ]);
  });
});
