import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REASONS, shiftTargets } from '@deepcoder/trajectory';
import { loadRunConfig } from '../../../trainer/src/commands/loadRunConfig.ts';
import { serviceTokens } from '../../../trainer/src/commands/serviceTokens.ts';
import { encodeContext } from '../../../trainer/src/data/encode/encodeContext.ts';
import { encodeDocument } from '../../../trainer/src/data/encode/encodeDocument.ts';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { PLAIN } from '../data/chatTemplates.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

const call = (id: string, args: string) => ({
  role: 'assistant',
  content: 'I look.',
  tool_calls: [{ id, function: { name: 'look', arguments: args } }],
});

const RECORD = `${JSON.stringify({
  messages: [
    { role: 'user', content: 'Where is it?' },
    call('a', '{"at": "shelf"}'),
    { role: 'tool', tool_call_id: 'a', content: 'Error: there is no shelf' },
    call('b', '{"at": "table"}'),
    { role: 'tool', tool_call_id: 'b', content: 'a mug' },
    call('c', '{"at": "table"}'),
    { role: 'tool', tool_call_id: 'c', content: 'a mug' },
    call('d', '{"at": "bed"}'),
    { role: 'tool', tool_call_id: 'd', content: 'Invalid action.' },
    { role: 'assistant', content: 'On the table.' },
  ],
})}\n`;

/** A folder with a tokenizer, a config and the record. */
function folder(): string {
  const world = temporaryFolder();
  mkdirSync(path.join(world, 'tok'));
  const special = ['<|im_start|>', '<|im_end|>'];
  writeFileSync(path.join(world, 'tok/tokenizer.json'), byteTokenizerJson({ special }));
  const settings = { eos_token: '<|im_end|>', chat_template: PLAIN };
  writeFileSync(path.join(world, 'tok/tokenizer_config.json'), JSON.stringify(settings));
  writeFileSync(path.join(world, 'a.jsonl'), RECORD);
  writeFileSync(path.join(world, 'c.yaml'), 'data: {train: [a.jsonl]}\nstudent: {model: tok}\n');
  return world;
}

/** What training makes of the record, and what the editor is told of it. */
async function bothOf(world: string, set: string[]) {
  const file = path.join(world, 'c.yaml');
  const { config } = await loadRunConfig({ path: file, set, env: {} });
  const tokenizer = await openTokenizer(path.join(world, 'tok'));
  const { data: settings, weights } = config;
  const context = encodeContext(tokenizer, { settings, weights, now: () => 0 });
  const document = {
    ...{ source: 'a', id: null, text: RECORD, fileName: 'a.jsonl' },
    ...{ format: null, rules: null, annotations: null, problems: [] },
  };
  const trained = await encodeDocument(document, context);
  const { tokens, trouble } = await serviceTokens({ env: {}, programFolder: '/nowhere' }).preview({
    ...{ file: path.join(world, 'a.jsonl'), text: RECORD, sidecar: null, traj: 0 },
    ...{ tokenizer: null, format: null, rules: null, place: { config: file, set, cwd: world } },
  });
  return { trained, weights, tokens, trouble };
}

const CHOICES = [
  [],
  ['data.train_on=last'],
  ['data.train_on=answer'],
  ['data.mask_tool_arguments=true'],
  ['data.mask_steps=[tool_error]'],
  ['data.mask_steps=[invalid_action, repeated]', 'weights.observation=0.5'],
  ['data.mask_steps=[tool_error, invalid_action, repeated]', 'data.mask_tool_arguments=true'],
  ['weights.labels=0', 'weights.other=1'],
];
const LENGTHS = [
  ['data.truncate=error'],
  ...['error', 'drop', 'left', 'right'].flatMap((truncate) =>
    [40, 200, 400].map((length) => [`data.truncate=${truncate}`, `data.max_length=${length}`]),
  ),
];
const CASES = ['chat', 'react'].flatMap((render) =>
  CHOICES.flatMap((choice) =>
    LENGTHS.map((length) => [`data.render=${render}`, ...choice, ...length]),
  ),
);

test('of every record the preview says what is trained on, for all ways to cut and mask', async () => {
  const world = folder();
  let learning = 0;
  for (const set of CASES) {
    const { trained, weights, tokens, trouble } = await bothOf(world, set);
    const [sample] = trained.samples;
    const label = set.join(' ');
    if (sample === undefined) {
      expect([label, trouble?.code]).toEqual([label, trained.rejected[0]!.code]);
      continue;
    }
    learning += 1;
    const last = tokens.weight.findLastIndex((weight) => weight > 0);
    const kept = tokens.id.flatMap((_, i) => (tokens.truncated[i] === 0 && i <= last ? [i] : []));
    const column = (of: readonly number[]): number[] => kept.map((i) => of[i]!);
    expect([label, column(tokens.id)]).toEqual([label, [...sample.ids]]);
    expect([label, column(tokens.kind)]).toEqual([label, [...sample.kinds]]);
    expect([label, column(tokens.glue)]).toEqual([label, [...sample.glue]]);
    const learnt = column(tokens.weight).flatMap((weight, i) => (weight > 0 ? [i] : []));
    expect([label, learnt]).toEqual([label, shiftTargets(sample, weights).offset]);
    tokens.weight.forEach((weight, i) => {
      const reason = REASONS[tokens.reason[i]!]!;
      const plain = ['content', 'label', 'end_of_turn'].includes(reason);
      if (weight > 0) expect([label, reason, plain]).toEqual([label, reason, true]);
      expect(reason === 'max_length').toBe(tokens.truncated[i] === 1);
    });
  }
  expect(learning).toBeGreaterThan(CASES.length / 3);
});

test.each([
  [['data.mask_steps=[tool_error]'], 'shelf', 'tool_error'],
  [['data.mask_steps=[repeated]'], 'table', 'content'],
  [['data.mask_tool_arguments=true'], 'shelf', 'arguments'],
  [['data.train_on=last'], 'shelf', 'train_on'],
  [['data.max_length=60', 'data.truncate=right'], 'On the', 'max_length'],
  [[], 'Where', 'content'],
  [[], 'shelf', 'content'],
] as const)('%j: why of %s is %s', async (set, start, wanted) => {
  const { tokens } = await bothOf(folder(), ['data.render=react', ...set]);
  const at = tokens.text.join('').indexOf(start);
  expect(at).toBeGreaterThan(0);
  expect(REASONS[tokens.reason[at]!]).toBe(wanted);
});
