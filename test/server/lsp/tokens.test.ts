import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  tokenPreviewRequest,
  verdictNotification,
  verdictRequest,
  type TokenColumns,
} from '@deepcoder/server-protocol';
import { annotate, parse, writeAnnotations } from '@deepcoder/trajectory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Diagnostic, type InlayHint, type SemanticTokens } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import {
  diagnosticsOf,
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { workshop } from '../../support/workshop.ts';
import { RECORD } from './lspTexts.ts';
import { byteTokenizerJson } from '../../trainer/tokenizer/byteTokenizer.ts';

let folder: string;
let server: LanguageServer;
const EPISODE = [...trainingTexts(new URLSearchParams('games=1&seed=5'))][0]!.text;

const WITH_TOKENIZER = 'tokenizer: tok\n';

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  const capabilities = {
    textDocument: { diagnostic: {} },
    workspace: { diagnostics: { refreshSupport: true } },
  };
  const settings = { inlayHints: { tokens: true, weight: true } };
  server = await startLanguageServer({ folder, capabilities, settings });
}, PATIENCE_MS);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder below the workspace with a `deepcoder.yaml`, and in it an open file. */
function opened(name: string, { config, text = EPISODE }: { config: string; text?: string }) {
  writeFolder(name, config, text);
  return server.open(`${name}/a.react`, text, 'trajectory-text');
}

function writeFolder(name: string, config: string, text: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  const given = `extends: ../tiny.yaml\n${WITH_TOKENIZER}${config}`;
  writeFileSync(path.join(folder, name, 'deepcoder.yaml'), given);
  writeFileSync(path.join(folder, name, 'a.react'), text);
}

const told = (uri: string, code: string): Promise<Diagnostic> =>
  eventually(async () => (await diagnosticsOf(server, uri)).find((one) => one.code === code));

test(
  'what a person has relabelled is shown as such, in the second trajectory, too',
  async () => {
    const text = `${EPISODE.trimEnd()}\n\n${EPISODE}`;
    const { trajectories, spans } = parse(text);
    expect(trajectories).toHaveLength(2);
    const { start, end } = spans.find(({ traj, kind }) => traj === 1 && kind === 'reasoning')!;
    mkdirSync(path.join(folder, 'by-hand'));
    const note = writeAnnotations([annotate(text, { start, end }, 'observation')]);
    writeFileSync(path.join(folder, 'by-hand/a.react.spans.json'), note);
    const uri = opened('by-hand', { config: '', text });
    const tokens = await eventually(
      async () => (await server.ask(tokenPreviewRequest, { uri, traj: 1 })).tokens,
    );
    const own = tokens.id.flatMap((_, i) =>
      tokens.start[i]! >= start && tokens.end[i]! <= end && tokens.end[i]! > tokens.start[i]!
        ? [{ kind: SPAN_KINDS[tokens.kind[i]!], supervised: tokens.supervised[i] }]
        : [],
    );
    expect(own.length).toBeGreaterThan(2);
    expect(own).toEqual(own.map(() => ({ kind: 'observation', supervised: 0 })));
  },
  PATIENCE_MS,
);

describe('what the tokenizer finds is told at the trajectory', () => {
  test(
    'more tokens than max_length',
    async () => {
      const uri = opened('long', { config: 'data: {max_length: 40, truncate: right}\n' });
      const { message, range } = await told(uri, 'too-long');
      const { tokens } = await server.ask(tokenPreviewRequest, { uri, traj: 0 });
      const cut = tokens!.truncated.filter((one) => one === 1).length;
      expect(message).toBe(
        `${tokens!.id.length} tokens, of which max_length (40) cuts off ${cut}.`,
      );
      expect(cut).toBe(tokens!.id.length - 40);
      expect(range.start).toEqual({ line: 0, character: 0 });
      server.change(uri, 2, `${EPISODE.split('\n').slice(0, 3).join('\n')}\n`);
      await eventually(
        async () => !(await diagnosticsOf(server, uri)).some((d) => d.code === 'too-long'),
      );
    },
    PATIENCE_MS,
  );

  test(
    'no token that is learnt',
    async () => {
      const uri = opened('none', { config: 'data: {train_on: answer}\n' });
      expect(await told(uri, 'no-supervised-token')).toMatchObject({
        message: expect.stringMatching(
          /^No token of this trajectory is supervised: it holds no answer/,
        ) as string,
      });
    },
    PATIENCE_MS,
  );

  test(
    'that it cannot be trained on, where the config names it',
    async () => {
      const text = `${RECORD}\n`;
      const render = 'render: raw';
      const other = opened('other', { config: `data: {${render}}\n`, text });
      const named = opened('named', { config: `data: {train: [named], ${render}}\n`, text });
      expect(await told(named, 'not-placed')).toMatchObject({
        message: expect.stringContaining('raw is for text files') as string,
      });
      const preview = await server.ask(tokenPreviewRequest, { uri: other, traj: 0 });
      expect(preview.message).toContain('raw is for text files');
      expect(await diagnosticsOf(server, other)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'a tokenizer that does not fit the student',
    async () => {
      mkdirSync(path.join(folder, 'bytes'));
      writeFileSync(path.join(folder, 'bytes/tokenizer.json'), byteTokenizerJson());
      const config = 'student: {architecture: null, model: teacher}\n';
      const uri = opened('misfit', { config });
      await eventually(async () => {
        const { tokens } = await server.ask(tokenPreviewRequest, { uri, traj: 0 });
        return tokens !== null;
      });
      expect((await diagnosticsOf(server, uri)).map(({ code }) => code)).not.toContain(
        'tokenizer-misfit',
      );
      const file = path.join(folder, 'misfit/deepcoder.yaml');
      const misfit = `extends: ../tiny.yaml\ntokenizer: bytes\n${config}`;
      writeFileSync(file, misfit);
      const changes = [{ uri: URI.file(file).toString(), type: 2 }];
      await server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
      expect(await told(uri, 'tokenizer-misfit')).toMatchObject({
        message: expect.stringContaining(
          'use the tokenizer this checkpoint was saved with',
        ) as string,
        range: { start: { line: 0, character: 0 } },
      });
    },
    PATIENCE_MS,
  );
});

describe('what the config says of reading is how the editor reads', () => {
  const LOG = 'GOAL find it\n~ perhaps here\n! look here\n= nothing\n~ so there\n! look there\n';
  const RULES =
    "rules: {mine: {task: '^GOAL ', reasoning: '^~ ', action: '^! ', observation: '^= '}}";

  test(
    'label rules, by name and by glob, and another format later',
    async () => {
      const config = `data: {format: {'rules/*.react': mine}, ${RULES}}\n`;
      const uri = opened('rules', { config, text: LOG });
      await eventually(async () => {
        const verdict = await server.ask(verdictRequest, { uri });
        return verdict?.format === 'label_rules';
      });
      await eventually(() =>
        server
          .heard(verdictNotification.method)
          .some((one) => (one as { uri: string; format: string }).format === 'label_rules'),
      );
      expect(await kindsOf(uri)).toEqual(['task', 'reasoning', 'action', 'observation']);
      const { tokens } = await server.ask(tokenPreviewRequest, { uri, traj: 0 });
      expect(learntText(tokens!)).toContain('look there');
      const file = path.join(folder, 'rules/deepcoder.yaml');
      writeFileSync(file, `extends: ../tiny.yaml\n${WITH_TOKENIZER}data: {format: react_text}\n`);
      const changes = [{ uri: URI.file(file).toString(), type: 2 }];
      await server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
      await eventually(async () => {
        const verdict = await server.ask(verdictRequest, { uri });
        return verdict?.format === 'react_text';
      });
    },
    PATIENCE_MS,
  );

  test(
    'label rules of the settings',
    async () => {
      const mine = { task: '^GOAL ', reasoning: '^~ ', action: '^! ', observation: '^= ' };
      const own = await startLanguageServer({
        folder,
        settings: { trajectories: { rules: { mine }, formats: { 'settings/*.react': 'mine' } } },
      });
      writeFolder('settings', '', LOG);
      const uri = own.open('settings/a.react', LOG, 'trajectory-text');
      const { tokens, message } = await own.ask(tokenPreviewRequest, { uri, traj: 0 });
      expect(message).toBe('');
      expect(learntText(tokens!)).toContain('look there');
      await own.end();
    },
    PATIENCE_MS,
  );

  test.each([
    ['all', 'data: {train_on: all}\n'],
    ['last', 'data: {train_on: last}\n'],
    ['only reasoning', 'weights: {action: 0}\n'],
  ])(
    'turns that are learnt (%s): colours and hints say what the trainer says',
    async (name, config) => {
      const uri = opened(`turns-${name.replace(' ', '-')}`, { config });
      const { tokens } = await eventually(async () => {
        const preview = await server.ask(tokenPreviewRequest, { uri, traj: 0 });
        return preview.tokens && { tokens: preview.tokens };
      });
      const learnt = learntAt(tokens);
      const spans = await spansOf(uri);
      expect(spans.length).toBeGreaterThan(8);
      for (const { start, end, modifiers } of spans) {
        if (modifiers.includes('label')) continue;
        const own = learnt.filter((at) => at >= start && at < end);
        expect([EPISODE.slice(start, end), modifiers.includes('supervised')]).toEqual([
          ...[EPISODE.slice(start, end), own.length > 0],
        ]);
      }
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      const hints: InlayHint[] = await eventually(async () => {
        const given = { textDocument: { uri }, range };
        const found: InlayHint[] = await server.connection.sendRequest(
          'textDocument/inlayHint',
          given,
        );
        return found.every(({ label }) => !(label as string).includes('ch')) && found;
      });
      const weights = hints.map(({ label }) => Number((label as string).split('×')[1]));
      const content = spans.filter(({ modifiers }) => !modifiers.includes('label'));
      expect(weights.filter((weight) => weight > 0).length).toBe(
        content.filter(({ modifiers }) => modifiers.includes('supervised')).length,
      );
    },
    PATIENCE_MS,
  );
});

/** Starts of tokens that are learnt. */
function learntAt({ start, supervised }: TokenColumns): number[] {
  return start.filter((_, index) => supervised[index] === 1);
}

function learntText({ text, supervised }: TokenColumns): string {
  return text.filter((_, index) => supervised[index] === 1).join('');
}

const MODIFIERS = ['label', 'supervised', 'masked', 'truncated'];

async function spansOf(uri: string) {
  const params = { textDocument: { uri } };
  const { data } = await server.connection.sendRequest<SemanticTokens>(
    'textDocument/semanticTokens/full',
    params,
  );
  const lines = EPISODE.split('\n');
  const found: { start: number; end: number; kind: string; modifiers: string[] }[] = [];
  let [line, character] = [0, 0];
  for (let at = 0; at < data.length; at += 5) {
    const [down, right, length, type, bits] = data.slice(at, at + 5) as [
      ...[number, number, number, number, number],
    ];
    character = down === 0 ? character + right : right;
    line += down;
    const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
    const modifiers = MODIFIERS.filter((_, bit) => bits & (1 << bit));
    found.push({ start, end: start + length, kind: SPAN_KINDS[type]!, modifiers });
  }
  return found;
}

async function kindsOf(uri: string): Promise<string[]> {
  return [...new Set((await spansOf(uri)).map(({ kind }) => kind))];
}
