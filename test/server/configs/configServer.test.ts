import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  checkSetup,
  CONFIG_COMMANDS,
  configCheck,
  configNew,
  configPresets,
  configResolve,
} from '@deepcoder/server-protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type Hover,
} from 'vscode-languageserver';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import {
  diagnosticsOf,
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { workshop } from '../../support/workshop.ts';

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  const capabilities = {
    textDocument: { diagnostic: {} },
    workspace: { codeLens: { refreshSupport: true }, diagnostics: { refreshSupport: true } },
  };
  server = await startLanguageServer({ folder, capabilities });
}, PATIENCE_MS);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

async function codesOf(uri: string): Promise<unknown[]> {
  return (await diagnosticsOf(server, uri)).map(({ code }) => code);
}

async function lensesOf(uri: string): Promise<CodeLens[]> {
  return server.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
}

test('a typing error is told, mended by its fix, and gone', async () => {
  const text = 'extends: tiny.yaml\ntrain: {stepz: 3}\n';
  const uri = server.open('typo.yaml', text, 'yaml');
  const [problem] = await diagnosticsOf(server, uri);
  expect(problem).toMatchObject({
    code: 'config/unknown-key',
    range: { start: { line: 1, character: 8 }, end: { line: 1, character: 13 } },
  });
  const { range } = problem!;
  const actions: CodeAction[] = await server.connection.sendRequest('textDocument/codeAction', {
    ...{ textDocument: { uri }, range, context: { diagnostics: [problem] } },
  });
  expect(actions.map(({ title }) => title)).toEqual(['Rename to steps', 'Remove the key']);
  expect(actions[0]!.edit?.changes?.[uri]).toEqual([{ range, newText: 'steps' }]);
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const [all]: CodeAction[] = await server.connection.sendRequest('textDocument/codeAction', {
    ...{ textDocument: { uri }, range: top },
    context: { diagnostics: [], only: ['source.fixAll'] },
  });
  expect(all).toMatchObject({
    kind: 'source.fixAll.deepcoder',
    edit: { changes: { [uri]: [{ range, newText: 'steps' }] } },
  });
  server.change(uri, 2, text.replace('stepz', 'steps'));
  await eventually(async () => !(await codesOf(uri)).includes('config/unknown-key'));
});

test('completion, hover, outline and definition over the wire', async () => {
  const text = 'extends: tiny.yaml\nloss:\n  kd: 0.5\n  \n';
  const uri = server.open('more.yaml', text, 'yaml');
  const at = (line: number, character: number) => ({
    ...{ textDocument: { uri }, position: { line, character } },
  });
  const items: CompletionItem[] = await server.connection.sendRequest(
    'textDocument/completion',
    at(3, 2),
  );
  expect(items.map(({ label }) => label)).toContain('temperature');
  const hover: Hover = await server.connection.sendRequest('textDocument/hover', at(2, 3));
  expect(hover.contents).toMatchObject({
    value: expect.stringContaining('In force: `0.5`, from line 3') as string,
  });
  const steps: { uri: string }[] = await server.connection.sendRequest(
    'textDocument/definition',
    at(0, 12),
  );
  expect(steps[0]?.uri).toContain('tiny.yaml');
});

test(
  'the disk is looked at behind the back, and the trainer asked what fits',
  async () => {
    const file = 'disk.yaml';
    const text = 'extends: tiny.yaml\ndata: {train: [none/*.jsonl]}\n';
    writeFileSync(path.join(folder, file), text);
    const uri = server.open(file, text, 'yaml');
    await eventually(async () => (await codesOf(uri)).includes('disk/data'));

    mkdirSync(path.join(folder, 'none'));
    writeFileSync(path.join(folder, 'none/a.jsonl'), '{}\n');
    await server.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await eventually(async () => !(await codesOf(uri)).includes('disk/data'));
    const lens = await eventually(async () =>
      (await lensesOf(uri)).find(({ command }) => command?.title.includes('of memory')),
    );
    expect(lens.command?.title).toContain('6 steps');
    const commands = (await lensesOf(uri)).map(({ command }) => command?.command);
    expect(commands).toContain(CONFIG_COMMANDS.runTrain);
  },
  PATIENCE_MS,
);

test(
  "a tokenizer that is not the teacher's is told at the teacher",
  async () => {
    const other = path.join(folder, 'othertok');
    mkdirSync(other);
    const plain = { type: 'WordLevel', vocab: { '<unk>': 0, a: 1 }, unk_token: '<unk>' };
    const json = { version: '1.0', added_tokens: [], model: plain };
    writeFileSync(path.join(other, 'tokenizer.json'), JSON.stringify(json));
    const text =
      'extends: tiny.yaml\ntokenizer: othertok\nteacher: {type: checkpoint, model: teacher}\n';
    writeFileSync(path.join(folder, 'misfit.yaml'), text);
    const uri = server.open('misfit.yaml', text, 'yaml');
    const problem = await eventually(async () =>
      (await diagnosticsOf(server, uri)).find(({ code }) => code === 'tokenizer-misfit'),
    );
    expect(problem.range.start.line).toBe(2);
  },
  PATIENCE_MS,
);

test(
  'the requests of our own: resolve, check, new, presets, set-up',
  async () => {
    const config = path.join(folder, 'tiny.yaml');
    const resolved = await server.ask(configResolve, { config, set: ['train.steps=9'] });
    expect(resolved.text).toContain('steps: 9');
    expect(resolved.origins).toMatchObject({ 'train.epochs': 'default', 'eval.every': config });
    expect(await server.ask(configResolve, { config: 'fast' })).toMatchObject({
      text: null,
      problems: [{ severity: 'error' }, {}],
    });

    const check = await server.ask(configCheck, { config });
    expect(check).toMatchObject({ ok: true, estimate: { totalSteps: 6, tokens: 4200 } });
    expect(check.text).toContain('steps      6, 1 of them warm-up');
    expect(await server.ask(configCheck, { config: path.join(folder, 'gone.yaml') })).toMatchObject(
      { ok: false, problems: [{ code: 'config/unreadable' }] },
    );

    const { presets } = await server.ask(configPresets, {});
    expect(presets.map(({ name }) => name)).toEqual([
      'quickstart',
      'fast',
      'research',
      'production',
      'paper',
    ]);
    expect(presets[1]!.about).toMatch(/^The plain way: .*extends this\.$/);
    expect((await server.ask(configNew, { preset: 'fast' })).text).toContain('extends: fast');
    expect((await server.ask(configNew, {})).text).toContain('# DeepCoder training config');
    expect(await server.ask(checkSetup, {})).toMatchObject({ ok: true });
  },
  PATIENCE_MS,
);
