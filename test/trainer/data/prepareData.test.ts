import { annotate, writeAnnotations } from '@deepcoder/trajectory';
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chatRecord, failure, folderWith, prepare, record, records } from './prepareSupport.ts';

describe('prepareData', () => {
  it('tells for each source what became of it', async () => {
    const cwd = await folderWith({
      'a.txt': records(0, 3),
      'sub/b.jsonl': `${chatRecord('yes')}\n${chatRecord('no')}\n`,
    });
    const { train, report } = await prepare(cwd);
    expect(train.map(({ id }) => id)).toEqual([
      ...['a.txt#0', 'a.txt#1', 'a.txt#2', 'sub/b.jsonl#0', 'sub/b.jsonl#1'],
    ]);
    const shown = report.sources.map((s) => [s.source, s.format, s.records, s.samples, s.rejected]);
    expect(shown).toEqual([
      ['a.txt', 'react_text', 3, 3, 0],
      ['sub/b.jsonl', 'openai_chat', 2, 2, 0],
    ]);
    const [a] = report.sources;
    expect(a!.spansPerKind).toEqual({ task: 3, reasoning: 3, action: 3 });
    // "Thought 1: It is 0." is 19 bytes; "\nAction 1: Finish[0]\n</s>" 21 and one token.
    expect(a!.tokensPerKind).toMatchObject({ reasoning: 3 * 19, action: 3 * 22 });
    expect(a!.tokens).toBe(train.slice(0, 3).reduce((sum, { ids }) => sum + ids.length, 0));
  });

  it('drops what comes after the last supervised token', async () => {
    const cwd = await folderWith({ 'a.txt': `${record(1)}Observation 1: Correct.\n` });
    const { train } = await prepare(cwd);
    expect(train[0]!.kinds.at(-1)).toBe(2);
    const withObservation = await prepare(cwd, {}, { weights: { observation: 1 } });
    expect(withObservation.train[0]!.kinds.at(-1)).toBe(3);
  });

  it('takes text as it stands, and no JSON for text, also where nothing in it is escaped', async () => {
    const cwd = await folderWith({ 'a.txt': record(1), 'b.jsonl': chatRecord('yes') });
    const { train } = await prepare(cwd);
    const texts = train.map(({ ids }) => String.fromCharCode(...ids.slice(0, -1)));
    expect(texts).toEqual([record(1), 'Task: Q\nFinal Answer: yes\n']);
    await expect(prepare(cwd, { train: ['b.jsonl'], render: 'raw' })).rejects.toThrow(
      failure('no-training-data', 3, /its contents lie in JSON/),
    );
  });

  it('names everything that does not exist at once', async () => {
    const cwd = await folderWith({ 'a.txt': record(1) });
    const train = ['a.txt', 'gone.txt', '*.jsonl'];
    await expect(prepare(cwd, { train })).rejects.toThrow(
      failure('data-missing', 3, /gone\.txt does not exist[^]*no file matches \*\.jsonl/),
    );
  });

  it('takes each file once, whichever patterns name it, without annotations and hidden files', async () => {
    const cwd = await folderWith({
      ...{ 'd/a.txt': record(1), 'd/a.txt.spans.json': '{}', 'd/.hidden/b.txt': record(2) },
      ...{ 'd/.c.txt': record(3), 'd/[x] y.txt': record(4) },
    });
    const { report } = await prepare(cwd, { train: ['d', 'd/a.txt', 'd/**/*.txt', 'd/[x] y.txt'] });
    expect(report.sources.map(({ source }) => source)).toEqual(['d/[x] y.txt', 'd/a.txt']);
  });

  it('takes trajectories of a built-in environment', async () => {
    const make = (parameters: URLSearchParams) =>
      Array.from({ length: Number(parameters.get('games')) }, (_, n) => ({
        ...{ id: `world/${parameters.get('seed')!}/${n}`, text: record(n), format: 'react_text' },
      }));
    const train = ['env:world?games=600&seed=7'];
    const { train: samples, report } = await prepare(
      '.',
      { train },
      { environments: { world: make } },
    );
    expect(samples).toHaveLength(600);
    expect(samples[3]).toMatchObject({ id: 'world/7/3#0', record: 'world/7/3' });
    expect(report.sources).toMatchObject([{ source: train[0], records: 600, samples: 600 }]);
    await expect(
      prepare('.', { train: ['env:moon'] }, { environments: { world: make } }),
    ).rejects.toThrow(
      failure('environment-unknown', 2, /env:moon names no built-in environment; there is world/),
    );
  });

  it('has a fingerprint that changes with the samples alone', async () => {
    const cwd = await folderWith({ 'a.txt': records(0, 4) });
    const fingerprint = async (settings: Parameters<typeof prepare>[1]): Promise<string> =>
      (await prepare(cwd, settings)).report.fingerprint;
    const base = await fingerprint({});
    expect(await fingerprint({ maxLength: 2000 })).toBe(base);
    expect(await fingerprint({ trainOn: 'last', answerAs: 'reasoning' })).toBe(base);
    expect(await fingerprint({ eval: 0.5 })).not.toBe(base);
    expect(await fingerprint({ render: 'react' })).not.toBe(base);
  });

  it('stops when asked to', async () => {
    const cwd = await folderWith({ 'a.txt': record(1) });
    await expect(prepare(cwd, {}, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  it('takes formats by glob, and refuses those that do not exist', async () => {
    const cwd = await folderWith({ 'logs/a.txt': record(1), 'b.txt': record(2) });
    const { report } = await prepare(cwd, { format: { 'logs/*.txt': 'react_text' } });
    expect(report.sources.map(({ reason }) => reason === 'chosen by the user')).toEqual([
      false,
      true,
    ]);
    await expect(prepare(cwd, { format: { 'none/*': 'reakt' } })).rejects.toThrow(
      failure('format-unknown', 2, /"reakt" is no format; there are auto, .*react_text/),
    );
  });

  it('reads home-made logs by label rules', async () => {
    const text = '思考：去看看 😀\n行动：走\n观察：门\n思考：好\n行动：开门\n';
    const cwd = await folderWith({ 'logs/a.txt': text, 'b.txt': record(1) });
    const rules = {
      mine: { reasoning: '^思考[:：]', action: '^行动[:：]', observation: '^观察[:：]' },
    };
    const { train, report } = await prepare(cwd, { rules, format: { 'logs/*.txt': 'mine' } });
    expect(report.sources[1]!.spansPerKind).toEqual({ reasoning: 2, action: 2, observation: 1 });
    // Bytes: the labels of the agent and its line ends are learnt with the contents.
    const bytes = (part: string): number => Buffer.byteLength(part);
    expect(train[1]!.tokensPerKind.slice(1, 4)).toEqual([
      bytes('思考：去看看 😀思考：好'),
      bytes('\n行动：走\n\n行动：开门\n') + 1,
      bytes('门'),
    ]);
  });

  it('honours what a person has written beside a file, and tells what no longer fits', async () => {
    const text = record(1);
    const [start, end] = [text.indexOf('It is'), text.indexOf('.\n')];
    const entry = annotate(text, { start, end }, 'action');
    const sidecar = writeAnnotations([entry, { ...entry, start: 0, end: 4 }]);
    const cwd = await folderWith({ 'a.txt': text, 'a.txt.spans.json': sidecar });
    const { train, report } = await prepare(cwd);
    const [plain] = (await prepare(await folderWith({ 'a.txt': text }))).train;
    expect(report.sources[0]!.annotations).toEqual({ applied: 1, refused: 1 });
    expect(report.warnings).toEqual([
      'a.txt.spans.json: The annotated text has changed since; the annotation is not applied.',
    ]);
    expect([...plain!.kinds.slice(start, end)].every((kind) => kind === 1)).toBe(true);
    expect([...train[0]!.kinds.slice(start, end)].every((kind) => kind === 2)).toBe(true);
    expect(train[0]!.ids).toEqual(plain!.ids);
  });

  it('refuses label rules that are no regular expressions', async () => {
    const cwd = await folderWith({ 'a.txt': record(1) });
    const options = { rules: { mine: { action: '(' } }, format: 'mine' };
    await expect(prepare(cwd, options)).rejects.toThrow(failure('bad-rule', 2, /"\(" for action/));
  });
});

describe('workers', () => {
  it('give what this thread gives', async () => {
    // Inside the project, so that the bundle finds the native tokenizer.
    const folder = await mkdtemp('trainer/dist/worker-test-');
    try {
      const outfile = join(folder, 'dataWorker.mjs');
      await build({
        ...{ entryPoints: ['trainer/src/data/encode/worker.ts'], outfile, bundle: true },
        ...{ platform: 'node', format: 'esm', external: ['tokenizers'], logLevel: 'silent' },
        banner: {
          js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);",
        },
      });
      const cwd = await folderWith({
        ...{ 'a.txt': records(0, 30), 'b.txt': records(20, 50), 'c.txt': 'prose' },
        'd.jsonl': chatRecord('yes'),
      });
      const workerUrl = pathToFileURL(outfile);
      const progress: number[] = [];
      const onProgress = (done: number): number => progress.push(done);
      const apart = await prepare(cwd, { eval: 0.2 }, { workers: 2, workerUrl, onProgress });
      const here = await prepare(cwd, { eval: 0.2 });
      expect(apart.report.workers).toBe(2);
      expect(apart.train).toEqual(here.train);
      expect(apart.eval).toEqual(here.eval);
      expect(apart.report.rejected).toEqual(here.report.rejected);
      expect(apart.report.fingerprint).toBe(here.report.fingerprint);
      expect(progress).toEqual([1, 2, 3, 4]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
