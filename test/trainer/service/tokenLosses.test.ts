import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceResult } from '@deepcoder/trainer-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configOfRun } from '../../../trainer/src/commands/loadRunConfig.ts';
import { serviceLosses } from '../../../trainer/src/commands/serviceLosses.ts';
import { openLossScorer } from '../../../trainer/src/service/openLossScorer.ts';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { runFolders, workshop, writeConfig } from '../../support/workshop.ts';
import { REWRITING } from '../data/chatTemplates.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

type Losses = ServiceResult<'tokenLosses'>;

let folder: string;
let deepcoder: Deepcoder;
const held: { file: string; text: string }[] = [];
const chats: typeof held = [];

const DATA = 'data: {eval: ["held/*.txt"], max_length: 300}\n';

/** Runs that learnt from a teacher, trained an adapter, and had no teacher. */
beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  mkdirSync(path.join(folder, 'held'));
  const texts = trainingTexts(new URLSearchParams('games=5&seed=77'));
  for (const [index, { text }] of [...texts].entries()) {
    const file = path.join(folder, `held/${index}.txt`);
    writeFileSync(file, text);
    held.push({ file, text });
  }
  const taught = `run: {name: taught}\n${DATA}teacher: {type: checkpoint, model: teacher, top_k: 8}\n`;
  const adapter = `run: {name: adapter}\n${DATA}tokenizer: null\nstudent: {architecture: null, model: teacher, lora: {r: 2, target_modules: [q_proj, up_proj]}}\ntrain: {learning_rate: 0.1}\nteacher: {type: checkpoint, model: teacher, top_k: 8}\n`;
  const alone = `run: {name: alone}\n${DATA.replace('300', '700')}teacher: {type: none}\n`;
  writeChats();
  const chat = `run: {name: chat}\ndata: {train: ["chat/*.jsonl"], eval: ["held/*.jsonl"], render: chat}\ntokenizer: bytes\nteacher: {type: none}\n`;
  for (const [name, text] of Object.entries({ taught, adapter, alone, chat })) {
    const config = writeConfig(folder, `${name}.yaml`, text);
    expect(await deepcoder.run('train', config)).toMatchObject({ code: 0, stderr: '' });
  }
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Conversations, for a template that leaves earlier thoughts out: each turn is a sample of its own. */
function writeChats(): void {
  for (const name of ['bytes', 'chat']) mkdirSync(path.join(folder, name));
  const special = ['<|im_start|>', '<|im_end|>'];
  writeFileSync(path.join(folder, 'bytes/tokenizer.json'), byteTokenizerJson({ special }));
  const settings = { eos_token: '<|im_end|>', chat_template: REWRITING };
  writeFileSync(path.join(folder, 'bytes/tokenizer_config.json'), JSON.stringify(settings));
  const call = (query: string) => ({
    ...{ role: 'assistant', content: null, reasoning_content: `I look for ${query}.` },
    tool_calls: [{ id: query, function: { name: 'find', arguments: JSON.stringify({ query }) } }],
  });
  const conversation = (thing: string): string => {
    const said = [
      { role: 'user', content: `Where is the ${thing}?` },
      call(thing),
      { role: 'tool', tool_call_id: thing, content: 'On a shelf.' },
      call('shelf'),
      { role: 'tool', tool_call_id: 'shelf', content: 'In the hall.' },
      { role: 'user', content: 'So?' },
      { role: 'assistant', reasoning_content: 'Found.', content: `The ${thing} is in the hall.` },
    ];
    return `${JSON.stringify({ id: thing, messages: said })}\n`;
  };
  writeFileSync(
    path.join(folder, 'chat/a.jsonl'),
    ['cup', 'pen', 'key'].map(conversation).join(''),
  );
  const text = conversation('lamp');
  chats.push({ file: path.join(folder, 'held/chat.jsonl'), text });
  writeFileSync(chats[0]!.file, text);
}

const runOf = (name: string): string => runFolders(folder, name)[0]!;

async function lossesOf(name: string, some = held): Promise<Losses[]> {
  const ask = serviceLosses({ env: {} });
  const { signal } = new AbortController();
  const shared = {
    format: null,
    rules: null,
    sidecar: null,
    traj: 0,
    run: runOf(name),
    cwd: '/nowhere',
  };
  return Promise.all(some.map((document) => ask({ ...shared, ...document }, signal)));
}

interface Learnt {
  kind: string;
  loss: number;
  agreement: number | null;
}

/** The learnt tokens of all documents, as `eval` counts them. */
function learnt(all: readonly Losses[]): Learnt[] {
  const kinds = ['none', 'reasoning', 'action', 'observation', 'other'];
  return all.flatMap(({ tokens, loss, teacherAgreement }) =>
    tokens.weight.flatMap((weight, at) =>
      weight > 0 && tokens.truncated[at] === 0
        ? [
            {
              kind: kinds[tokens.kind[at]!]!,
              ...{ loss: loss[at]!, agreement: teacherAgreement?.[at] ?? null },
            },
          ]
        : [],
    ),
  );
}

const mean = (numbers: number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe.each([
  ['taught', held],
  ['adapter', held],
  ['alone', held],
  ['chat', chats],
])('the run %s', (name, documents) => {
  test(
    'its losses are, on average over each kind, the cross-entropy that eval tells',
    async () => {
      const ended = await deepcoder.run('eval', name, '--json');
      const { metrics, samples, checkpoint } = JSON.parse(ended.stdout) as {
        metrics: Record<string, number>;
        samples: number;
        checkpoint: string;
      };
      const isChat = name === 'chat';
      expect(samples).toBe(isChat ? 3 : held.length);
      const all = await lossesOf(name, documents);
      expect(all[0]!.checkpoint).toBe(checkpoint);
      const tokens = learnt(all);
      const cut = all.flatMap(({ tokens: { truncated } }) => truncated).filter((one) => one === 1);
      expect(cut.length > 0).toBe(!['alone', 'chat'].includes(name));
      for (const kind of ['reasoning', 'action']) {
        const own = tokens.filter((token) => token.kind === kind);
        expect(own).toHaveLength(metrics[`eval/tokens/${kind}`]!);
        const nats = mean(own.map(({ loss }) => loss));
        expect(Math.abs(nats - metrics[`eval/cross_entropy/${kind}`]!)).toBeLessThan(1e-4);
      }
      expect(tokens).toHaveLength(metrics['eval/tokens']!);
      const nats = mean(tokens.map(({ loss }) => loss));
      expect(Math.abs(nats - metrics['eval/cross_entropy']!)).toBeLessThan(1e-4);
    },
    PATIENCE_MS,
  );
});

test(
  'a first token has no loss, and tokens that are cut off have none',
  async () => {
    const [first] = await lossesOf('taught', held.slice(0, 1));
    const { tokens, loss, likeliest, teacherAgreement } = first!;
    expect(loss).toHaveLength(tokens.id.length);
    loss.forEach((nats, at) => {
      const isTold = at > 0 && at < 300;
      expect([nats !== null, likeliest[at] !== null, teacherAgreement![at] !== null]).toEqual([
        ...[isTold, isTold, isTold],
      ]);
      if (nats !== null) expect(nats).toBeGreaterThan(0);
    });
  },
  PATIENCE_MS,
);

test(
  'the teacher’s agreement is a share, and there is none without a teacher',
  async () => {
    const [taught] = await lossesOf('taught', held.slice(0, 1));
    const shares = learnt([taught!]).map(({ agreement }) => agreement!);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(new Set(shares).size).toBeGreaterThan(50);
    const [alone] = await lossesOf('alone', held.slice(0, 1));
    expect(alone).toMatchObject({ teacherAgreement: null, teacherTrouble: null });
  },
  PATIENCE_MS,
);

test(
  'a student that still is its teacher agrees with it wholly',
  async () => {
    const still = `run: {name: still}\n${DATA}tokenizer: null\nstudent: {architecture: null, model: teacher}\ntrain: {learning_rate: 0}\nteacher: {type: checkpoint, model: teacher, top_k: 8}\n`;
    const config = writeConfig(folder, 'still.yaml', still);
    expect(await deepcoder.run('train', config)).toMatchObject({ code: 0 });
    const [own] = await lossesOf('still', held.slice(0, 1));
    for (const { agreement } of learnt([own!])) expect(agreement).toBeGreaterThan(1 - 1e-5);
  },
  PATIENCE_MS,
);

test(
  'a teacher that is gone is told, and the losses come without it',
  async () => {
    const run = runOf('taught');
    const config = path.join(run, 'config.yaml');
    const before = readFileSync(config, 'utf8');
    writeFileSync(config, before.replace(/model: teacher\b/, 'model: gone'));
    const [told] = await lossesOf('taught', held.slice(0, 1));
    writeFileSync(config, before);
    expect(told!.teacherAgreement).toBeNull();
    expect(told!.teacherTrouble?.message).toContain('gone');
    const [whole] = await lossesOf('taught', held.slice(0, 1));
    expect(told!.loss.slice(1, 300)).toEqual(
      whole!.loss.slice(1, 300).map((nats) => expect.closeTo(nats!, 4) as number),
    );
  },
  PATIENCE_MS,
);

test(
  'cancelled, it ends; a run without a checkpoint is told as such',
  async () => {
    const ask = serviceLosses({ env: {} });
    const shared = { ...held[0]!, format: null, rules: null, sidecar: null, traj: 0, cwd: folder };
    const { signal } = new AbortController();
    await ask({ ...shared, run: runOf('alone') }, signal);
    const controller = new AbortController();
    const cancelled = ask({ ...shared, run: runOf('alone') }, controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toThrow(/abort/i);
    const none = ask({ ...shared, run: path.join(folder, 'runs/none') }, signal);
    await expect(none).rejects.toMatchObject({ code: 'run/no-checkpoint' });
    await expect(ask({ ...shared, run: runOf('alone') }, signal)).resolves.toMatchObject({
      format: 'react_text',
    });
  },
  PATIENCE_MS,
);

test(
  'a long text is measured in pieces: between two of them others have their turn, and it can be let go of',
  async () => {
    const run = runOf('alone');
    const { config } = await configOfRun(run, { env: {} });
    const checkpoint = path.join(run, 'best');
    const scorer = await openLossScorer({ config, cwd: folder, checkpoint });
    const ids = Array.from({ length: 600 }, (_, at) => at % 50);
    await scorer.score(ids, new AbortController().signal);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const controller = new AbortController();
    const looks: number[] = [];
    const { signal } = controller;
    signal.throwIfAborted = () => {
      looks.push(turns);
      if (looks.length === 4) controller.abort();
      AbortSignal.prototype.throwIfAborted.call(signal);
    };
    await expect(scorer.score(ids, signal)).rejects.toThrow(/abort/i);
    isDone = true;
    // Two looks at the start, one before each piece after the first.
    expect(looks).toHaveLength(4);
    expect(looks[2]).toBeGreaterThan(looks[1]!);
    expect(looks[3]).toBeGreaterThan(looks[2]!);
    await scorer.dispose();
  },
  PATIENCE_MS,
);
