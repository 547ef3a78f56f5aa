import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readReportRun } from '../../../trainer/src/report/readReportRun.ts';
import { writeReport } from '../../../trainer/src/report/writeReport.ts';
import { writeSyntheticRun } from '../../support/syntheticRun.ts';

const assets = { script: 'globalThis.page = 1;', style: 'body { color: red }' };

let dir: string;
let run: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'deepcoder-report-'));
  run = writeSyntheticRun(dir, { name: 'first', steps: 60, seed: 1 });
});
afterEach(() => rm(dir, { recursive: true }));

const file = (name: string) => path.join(run, name);

describe('readReportRun', () => {
  test('reads all that the page shows', async () => {
    const read = await readReportRun(run);
    expect(read).toMatchObject({ name: 'first', state: 'finished', error: null, problems: [] });
    expect(read.config).toContain('hidden_size: 128');
    const loss = read.series.find(({ name }) => name === 'train/loss/action');
    expect(loss?.step).toHaveLength(60);
    expect(read.play.map(({ who }) => who).slice(0, 3)).toEqual([
      'teacher',
      'student before',
      'student after',
    ]);
    const [episode] = read.episodes;
    const action = episode!.spans.find(({ kind }) => kind === 'action')!;
    expect(episode!.text.slice(action.start, action.end)).toBe('go to cabinet 1');
    expect(Object.fromEntries(read.facts.map(({ label, value }) => [label, value]))).toMatchObject({
      Started: '2030-03-14 09:26 UTC',
      Steps: '60 of 60',
      'Computed on': 'onnx cpu, ONNX Runtime 1.30.0',
      Seed: '1',
      Commit: '0123456789',
    });
  });

  test('a run that has only begun', async () => {
    for (const name of ['metrics.jsonl', 'config.yaml', 'play.json']) rmSync(file(name));
    const read = await readReportRun(run);
    expect(read).toMatchObject({ series: [], config: '', play: [], episodes: [], problems: [] });
  });

  test('a torn last line is dropped, bad lines and bad results are told', async () => {
    appendFileSync(file('metrics.jsonl'), 'oops\nagain\n{"step": 61, "tok');
    writeFileSync(file('play.json'), '{"rows": 1}');
    const read = await readReportRun(run);
    expect(read.series[0]?.step).toHaveLength(60);
    expect(read.play).toEqual([]);
    expect(read.problems).toEqual([
      expect.stringMatching(/^play\.json: /),
      expect.stringMatching(
        /^metrics\.jsonl, line \d+: is not JSON \(and 1 more lines\); left out$/,
      ),
    ]);
  });

  test('a folder that is no run', async () => {
    rmSync(file('run.json'));
    await expect(readReportRun(run)).rejects.toMatchObject({
      code: 'report/no-run',
      exitCode: 3,
      message: expect.stringContaining(run) as string,
    });
  });
});

describe('writeReport', () => {
  test('writes one file with a policy that lets in what it holds, and nothing else', async () => {
    expect(await writeReport(run, { assets })).toBe(file('report.html'));
    const text = readFileSync(file('report.html'), 'utf8');
    const hash = (content: string) => createHash('sha256').update(content).digest('base64');
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(text)!;
    expect(policy!.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash(assets.script)}'`,
      `style-src 'sha256-${hash(assets.style)}'`,
      // The script carries a worker along, which can do no more than the page.
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(text).toContain(`<script>${assets.script}</script>`);
    expect(text).toContain(`<style>${assets.style}</style>`);
    expect(await readdir(run)).not.toContainEqual(expect.stringContaining('.tmp'));
  });

  test('lays other runs over it', async () => {
    const other = writeSyntheticRun(path.join(dir, 'elsewhere'), {
      name: 'first',
      steps: 20,
      seed: 2,
    });
    const out = path.join(dir, 'compared.html');
    await writeReport(run, { others: [other], file: out, assets });
    const [, json] = /id="runs">(.*?)<\/script>/.exec(readFileSync(out, 'utf8'))!;
    const runs = JSON.parse(json!) as { id: string; name: string }[];
    expect(runs.map(({ name }) => name)).toEqual(['first', 'first']);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(2);
  });
});
