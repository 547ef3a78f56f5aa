import { KIND } from '@deepcoder/vocabulary';
import { expect, test } from 'vitest';
import type { Sample } from '../../../../trainer/src/data/sample.ts';
import type { Tokenizer } from '../../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizer } from '../../tokenizer/byteTokenizer.ts';
import { HEADERS, PLAIN, REWRITING } from '../chatTemplates.ts';
import { folderWith, prepare } from '../prepareSupport.ts';

/** Letters and some words of its own. */
const MERGES = ['t h', 'th e', 'Ġ the', 'i n', 'Ġ l', 'a n', 'Ġl an', 'e r', 'l o', 'o n'];

const ends = ['<|im_start|>', '<|im_end|>', '<|endoftext|>'];
const llamaEnds = [
  '<|bos|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|eot_id|>',
  '<|eom_id|>',
];

function chatml(template: string, merges: string[] = []): Promise<Tokenizer> {
  return byteTokenizer({
    special: ends,
    merges,
    config: { eos_token: '<|im_end|>', chat_template: template },
  });
}

function headers(): Promise<Tokenizer> {
  return byteTokenizer({
    special: llamaEnds,
    config: { bos_token: '<|bos|>', eos_token: '<|eot_id|>', chat_template: HEADERS },
  });
}

const REACT = `Question: Where is the lantern?
Thought 1: The lantern is in the tower – 灯台.
Action 1: look[tower]
Observation 1: a lantern
Thought 2: There it is.
Action 2: Finish[tower]
`;

const CHAT = `${JSON.stringify({
  messages: [
    { role: 'user', content: 'Where is the lantern?' },
    { role: 'assistant', content: 'I look on the shelf.' },
    { role: 'user', content: 'Nothing there.' },
    { role: 'assistant', content: 'Then it is in the tower.' },
  ],
})}\n`;

const THOUGHTS = `${JSON.stringify({
  messages: [
    { role: 'user', content: 'Where is the lantern?' },
    { role: 'assistant', reasoning_content: 'Perhaps upstairs.', content: 'I look there.' },
    { role: 'user', content: 'Nothing there.' },
    { role: 'assistant', reasoning_content: 'Then below.', content: 'It is in the cellar.' },
  ],
})}\n`;

async function samplesOf(
  name: string,
  text: string,
  { student, teacher }: { student: Tokenizer; teacher: Tokenizer },
) {
  const cwd = await folderWith({ [name]: text });
  const { train, report } = await prepare(
    cwd,
    { train: [name] },
    { tokenizer: student, teacherTokenizer: teacher },
  );
  return { train, matched: report.matched!, warnings: report.warnings };
}

/** What is said by each pair, by the student and by the teacher. */
async function saidBy(sample: Sample, student: Tokenizer, teacher: Tokenizer) {
  const said: [string, string][] = [];
  for (const { ids, pairs } of sample.readings ?? []) {
    for (let at = 0; at < pairs.length; at += 4) {
      const [first, end, begin, last] = [...pairs.subarray(at, at + 4)];
      said.push([
        await student.decode(sample.ids.subarray(first, end)),
        await teacher.decode(ids.subarray(begin, last)),
      ]);
    }
  }
  return said;
}

test('a text that both see as it stands is matched whole', async () => {
  const student = await byteTokenizer({ special: ['</s>'], config: { eos_token: '</s>' } });
  const teacher = await byteTokenizer({
    special: ['<eos>'],
    merges: MERGES,
    config: { eos_token: '<eos>' },
  });
  const { train, matched } = await samplesOf('a.react', REACT, { student, teacher });
  expect(matched.matched).toEqual(matched.learnt);
  expect(matched.learnt[KIND.reasoning]).toBeGreaterThan(50);
  const said = await saidBy(train[0]!, student, teacher);
  expect(said.at(-1)).toEqual(['</s>', '<eos>']);
  for (const [own, theirs] of said.slice(0, -1)) expect(own).toBe(theirs);
});

test.each([
  ['a Llama student of a ChatML teacher', headers, () => chatml(PLAIN, MERGES)],
  ['a ChatML student of a Llama teacher', () => chatml(PLAIN, MERGES), headers],
])('%s: contents are matched, and the ends of turns', async (_, openStudent, openTeacher) => {
  const [student, teacher] = await Promise.all([openStudent(), openTeacher()]);
  const { train, matched, warnings } = await samplesOf('a.jsonl', CHAT, { student, teacher });
  expect(matched.matched).toEqual(matched.learnt);
  expect(warnings).toEqual([]);
  const said = await saidBy(train[0]!, student, teacher);
  expect(said.map(([own]) => own).join('')).toBe(
    `I look on the shelf.${student.special.eosToken}Then it is in the tower.${student.special.eosToken}`,
  );
  expect(said.filter(([own]) => own === student.special.eosToken)).toEqual(
    [1, 2].map(() => [student.special.eosToken, teacher.special.eosToken]),
  );
  // The teacher reads its own template.
  const shown = await teacher.decode(train[0]!.readings![0]!.ids);
  expect(shown).toMatch(
    teacher.special.eosToken === '<|eot_id|>' ? /^<\|bos\|><\|start_header_id/ : /^<\|im_start/,
  );
});

test('a teacher that is shown one text a turn says its part of a student’s whole text', async () => {
  const keeping =
    '{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
  const student = await chatml(keeping, MERGES);
  const teacher = await chatml(REWRITING);
  const { train, matched } = await samplesOf('a.jsonl', THOUGHTS, { student, teacher });
  expect(train).toHaveLength(1);
  expect(train[0]!.readings).toHaveLength(2);
  expect(matched.matched).toEqual(matched.learnt);
  const said = await saidBy(train[0]!, student, teacher);
  for (const [own, theirs] of said) expect(own).toBe(theirs);
  expect(said.map(([own]) => own).join('')).toContain('<think>\nThen below.\n</think>\n\nIt is in');
});

test('what only the student’s template says has no pair, and is told where it is much', async () => {
  const wordy =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% for i in range(9) %}The assistant answers now: {% endfor %}{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
  const student = await chatml(wordy);
  const teacher = await chatml(PLAIN, MERGES);
  const { matched, warnings } = await samplesOf('a.jsonl', CHAT, { student, teacher });
  expect(matched.matched[KIND.action]).toBeGreaterThan(0);
  expect(matched.matched[KIND.action]! / matched.learnt[KIND.action]!).toBeLessThan(0.5);
  expect(warnings.join('\n')).toMatch(/^teacher.align: only \d+\.\d % of the action bytes/);
});
