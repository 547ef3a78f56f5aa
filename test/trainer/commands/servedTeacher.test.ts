import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { fakeScoreServer, type FakeServer } from '../../support/servers/fakeScoreServer.ts';
import { metricsOf, runFolders, workshop, writeConfig } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;
let fake: FakeServer;
const KEY = 'sk-this-is-a-secret';

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  const { model } = JSON.parse(readFileSync(path.join(folder, 'tok/tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  const words = Object.entries(model.vocab);
  const texts = new Map(words.map(([word, id]) => [id, word]));
  fake = await fakeScoreServer({
    ...{ kind: 'sglang', vocabSize: words.length, apiKey: KEY },
    textOf: (id) => texts.get(id) ?? '',
  });
  deepcoder = deepcoderIn(folder, { TEACHER_API_KEY: KEY });
}, PATIENCE_MS);

afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

function served(name: string, url = fake.url): string {
  return writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}
teacher: {type: sglang, url: '${url}', top_k: 4, cache: scores-${name}, retries: 1, api_key: '\${env:TEACHER_API_KEY}'}
loss: {kd: 1}
`,
  );
}

test(
  'check tells what the server says of itself, and what stands in the way',
  async () => {
    const { stdout, code } = await deepcoder.run('check', served('checked'));
    expect(code).toBe(0);
    expect(stdout).toContain('fake/teacher by sglang 0.5.23');
    expect(stdout).toContain('asked twice it differs by 0.0 nats');
    const gone = await deepcoder.run('check', served('gone', 'http://127.0.0.1:9'));
    expect(gone.code).toBe(3);
    expect(gone.stdout).toMatch(/error: teacher: http:\/\/127.0.0.1:9: .*is it running/);
  },
  PATIENCE_MS,
);

test(
  'score asks for each sample once, train for none that is in the cache, and no file has the key',
  async () => {
    const config = served('scored');
    const before = fake.scored.length;
    const scored = await deepcoder.run('score', config, '--json');
    expect(scored).toMatchObject({ code: 0 });
    const { samples } = JSON.parse(scored.stdout) as { samples: number };
    const probes = 3;
    expect(fake.scored.length - before).toBe(samples + probes);
    const trained = await deepcoder.run('train', config);
    expect(trained.code).toBe(0);
    expect(fake.scored.length - before).toBe(samples + 2 * probes);
    const run = runFolders(folder, 'scored').at(-1)!;
    expect(metricsOf(run).some(({ values }) => values['train/divergence']! > 0)).toBe(true);
    for (const name of ['config.yaml', 'run.json', 'trainer.log', 'report.html', 'output.jsonl']) {
      let text = '';
      try {
        text = readFileSync(path.join(run, name), 'utf8');
      } catch {
        continue;
      }
      expect(text, name).not.toContain(KEY);
    }
    expect(readFileSync(path.join(run, 'config.yaml'), 'utf8')).toContain('${env:TEACHER_API_KEY}');
  },
  PATIENCE_MS,
);
