import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lossRunsRequest, tokenPreviewRequest } from '@deepcoder/server-protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import { buildProgram, deepcoderIn, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { runFolders, workshop, writeConfig } from '../../support/workshop.ts';
import { byteTokenizerJson } from '../../trainer/tokenizer/byteTokenizer.ts';

let folder: string;
let server: LanguageServer;
const EPISODE = [...trainingTexts(new URLSearchParams('games=1&seed=5'))][0]!.text;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  const taught = writeConfig(
    folder,
    'taught.yaml',
    'run: {name: taught}\nteacher: {type: checkpoint, model: teacher, top_k: 8}\n',
  );
  expect(await deepcoderIn(folder).run('train', taught)).toMatchObject({ code: 0, stderr: '' });
  server = await startLanguageServer({ folder });
}, PATIENCE_MS);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder below the workspace with a `deepcoder.yaml`, and in it an open file. */
function opened(name: string): string {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, 'deepcoder.yaml'), configWith('tok'));
  writeFileSync(path.join(folder, name, 'a.react'), EPISODE);
  return server.open(`${name}/a.react`, EPISODE, 'trajectory-text');
}

const configWith = (tokenizer: string): string =>
  `extends: ../tiny.yaml\ntokenizer: ${tokenizer}\n`;

const run = () => runFolders(folder, 'taught')[0]!;

test(
  'come with the tokens, of an open document and of a file that is open nowhere',
  async () => {
    const uri = opened('losses');
    const { tokens, message, config } = await server.ask(tokenPreviewRequest, {
      ...{ uri, traj: 0, run: run() },
    });
    expect({ message, config }).toEqual({ message: '', config: `${run()}/config.yaml` });
    const { loss, likeliest, teacherAgreement, supervised } = tokens!;
    expect(loss![0]).toBeNull();
    supervised.forEach((isLearnt, index) => {
      if (isLearnt !== 1) return;
      expect(loss![index]).toBeGreaterThan(0);
      expect(likeliest![index]).not.toBe('');
      expect(teacherAgreement![index]).toBeGreaterThan(0);
      expect(teacherAgreement![index]).toBeLessThanOrEqual(1);
    });
    writeFileSync(path.join(folder, 'losses/unopened.react'), EPISODE);
    const other = URI.file(path.join(folder, 'losses/unopened.react')).toString();
    const again = await server.ask(tokenPreviewRequest, { uri: other, traj: 0, run: run() });
    expect(again.tokens!.loss).toEqual(loss);
    const plain = await server.ask(tokenPreviewRequest, { uri: other, traj: 0 });
    expect(plain.tokens).toMatchObject({ loss: null, likeliest: null, teacherAgreement: null });
    expect(plain.tokens!.id).toEqual(tokens!.id);
  },
  PATIENCE_MS,
);

test(
  'where they cannot be told, the tokens come with the reason',
  async () => {
    const uri = opened('without');
    const gone = path.join(folder, 'runs/gone');
    const { tokens, message } = await server.ask(tokenPreviewRequest, {
      ...{ uri, traj: 0, run: gone },
    });
    expect(message).toMatch(/^The losses cannot be told: run .*gone: no checkpoint/);
    expect(tokens!.loss).toBeNull();
    expect(tokens!.id.length).toBeGreaterThan(50);
  },
  PATIENCE_MS,
);

test('runs are told that have a checkpoint with the tokenizer in force', async () => {
  const uri = opened('fitting');
  const runs = [run(), path.join(folder, 'runs/gone')];
  expect(await server.ask(lossRunsRequest, { uri, runs })).toEqual({
    ...{ runs: [run()], message: '' },
  });
  expect(await server.ask(lossRunsRequest, { uri, runs: runs.slice(1) })).toEqual({
    ...{ runs: [], message: 'There is no run with a checkpoint in this workspace yet.' },
  });
  const other = opened('other');
  mkdirSync(path.join(folder, 'bytes'), { recursive: true });
  writeFileSync(path.join(folder, 'bytes/tokenizer.json'), byteTokenizerJson());
  const file = path.join(folder, 'other/deepcoder.yaml');
  writeFileSync(file, configWith('bytes'));
  const changes = [{ uri: URI.file(file).toString(), type: 2 }];
  await server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  const answer = await eventually(async () => {
    const found = await server.ask(lossRunsRequest, { uri: other, runs });
    return found.runs.length === 0 && found;
  });
  expect(answer.message).toBe(
    'No run in this workspace was trained with the tokenizer of deepcoder.yaml.',
  );
});
