import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
  type Started,
  until,
} from '../../support/deepcoderProgram.ts';
import { metricsOf, runFolders, workshop, writeConfig } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  const adapter = writeConfig(
    folder,
    'adapter.yaml',
    'run: {name: adapter}\ntokenizer: null\nstudent: {architecture: null, model: teacher, lora: {r: 2, target_modules: [q_proj, up_proj]}}\ntrain: {learning_rate: 0.5}\n',
  );
  expect(await deepcoder.run('train', adapter)).toMatchObject({ code: 0, stderr: '' });
  expect(await deepcoder.run('merge', 'adapter', '--out', 'merged')).toMatchObject({ code: 0 });
}, PATIENCE_MS);

const running: Started[] = [];
afterAll(() => {
  // Those of a test that failed.
  for (const { child } of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface Ready {
  url: string;
  models: string[];
  chat: boolean;
  apiKey?: string;
}

async function serving(...args: string[]): Promise<Ready & { started: Started }> {
  const started = deepcoder.start('serve', ...args, '--port', '0', '--threads', '1', '--json');
  running.push(started);
  const line = await until(started, () => /^\{.*\}$/m.exec(started.stdout())?.[0]);
  return { ...(JSON.parse(line) as Ready), started };
}

async function stopped({ started }: { started: Started }): Promise<void> {
  started.child.kill('SIGTERM');
  const { code, stderr } = await started.ended;
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

async function completion(url: string, body: object): Promise<{ text: string }> {
  const answer = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'You are in', temperature: 0, max_tokens: 24, ...body }),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  const { choices } = (await answer.json()) as { choices: { text: string }[] };
  return choices[0]!;
}

test(
  'the student of a run says what its merged checkpoint says, and what its adapter says over the base',
  async () => {
    const run = await serving('latest');
    expect(run).toMatchObject({ models: ['adapter'], chat: false });
    const merged = await serving('merged');
    const base = await serving('teacher', '--adapter', 'mine=adapter');
    expect(base.models).toEqual(['teacher', 'mine']);
    const said = await completion(run.url, {});
    expect(said.text.length).toBeGreaterThan(10);
    expect(await completion(merged.url, {})).toEqual(said);
    expect(await completion(base.url, { model: 'mine' })).toEqual(said);
    expect(await completion(base.url, {})).not.toEqual(said);
    const post = (route: string, body: object): Promise<Response> =>
      fetch(`${base.url}${route}`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(body),
      });
    expect((await post('/v1/unload_lora_adapter', { lora_name: 'mine' })).status).toBe(200);
    expect((await post('/v1/completions', { model: 'mine', prompt: 'a' })).status).toBe(404);
    const place = { lora_name: 'again', lora_path: 'adapter' };
    expect((await post('/v1/load_lora_adapter', place)).status).toBe(200);
    expect(await completion(base.url, { model: 'again' })).toEqual(said);
    const small = await serving('merged', '--weights', 'int8');
    expect((await completion(small.url, {})).text.length).toBeGreaterThan(10);
    for (const one of [run, merged, base, small]) await stopped(one);
  },
  PATIENCE_MS,
);

test(
  'it is a teacher for another run: the scores are those of the checkpoint itself',
  async () => {
    const server = await serving('teacher');
    const train = async (name: string, teacher: string) => {
      const config = writeConfig(
        folder,
        `${name}.yaml`,
        `run: {name: ${name}}\nteacher: ${teacher}\nloss: {kd: 1}\ntrain: {steps: 2}\n`,
      );
      expect(await deepcoder.run('train', config)).toMatchObject({ code: 0 });
      return metricsOf(runFolders(folder, name)[0]!)[0]!.values;
    };
    const local = await train('local', '{type: checkpoint, model: teacher, top_k: 8}');
    const asked = await train(
      'asked',
      `{type: vllm, url: '${server.url}', top_k: 8, cache: scores-asked}`,
    );
    const ofTeacher = Object.keys(local).filter((name) => /divergence|agreement/.test(name));
    expect(ofTeacher.length).toBeGreaterThan(1);
    for (const name of ofTeacher) expect(asked[name], name).toBeCloseTo(local[name]!, 3);
    await stopped(server);
  },
  PATIENCE_MS,
);

test(
  'beyond this machine a key is made and needed; what is not there is refused with what would be',
  async () => {
    const server = await serving('teacher', '--host', '0.0.0.0');
    expect(server.apiKey).toMatch(/^[\w-]{32}$/);
    const url = server.url.replace('0.0.0.0', '127.0.0.1');
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const headers = { authorization: `Bearer ${server.apiKey!}` };
    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
    const port = new URL(url).port;
    const taken = await deepcoder.run('serve', 'teacher', '--port', port);
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining('--port') as string });
    await stopped(server);
    const unknown = await deepcoder.run('serve', 'nothing');
    expect(unknown).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('nothing') as string,
    });
    const long = await deepcoder.run('serve', path.join(folder, 'teacher'), '--context', '99999');
    expect(long).toMatchObject({ code: 2, stderr: expect.stringContaining('1024') as string });
  },
  PATIENCE_MS,
);

test(
  'with --log json each answer is a line on stderr, and none of its texts',
  async () => {
    const server = await serving('teacher', '--log', 'json');
    await completion(server.url, { prompt: 'secretive', max_tokens: 2, ignore_eos: true });
    await completion(server.url, { max_tokens: 1, stream: true }).catch(() => undefined);
    await fetch(`${server.url}/secretive?really`);
    await stopped(server);
    const { stderr } = await server.started.ended;
    const lines = stderr.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).toMatchObject([
      { level: 'info', event: 'generation', reason: 'length', tokens: 2 },
      { event: 'answer', method: 'POST', route: '/v1/completions', status: 200 },
      { event: 'generation', tokens: 1 },
      { event: 'answer', route: '/v1/completions', status: 200 },
      { event: 'answer', method: 'GET', route: 'unknown', status: 404 },
    ]);
    for (const { time, ms } of entries) {
      expect(new Date(String(time)).getTime()).toBeGreaterThan(Date.now() - PATIENCE_MS);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect(stderr).not.toContain('secretive');
  },
  PATIENCE_MS,
);

test(
  'with --until-eof it ends with the input of who started it, or on a signal',
  async () => {
    const left = await serving('teacher', '--until-eof');
    expect((await fetch(`${left.url}/health`)).status).toBe(200);
    left.started.child.stdin!.end();
    expect(await left.started.ended).toMatchObject({ code: 0 });
    await stopped(await serving('teacher', '--until-eof'));
  },
  PATIENCE_MS,
);

test(
  'parity holds for the server of a run and its merged checkpoint, and not for the base',
  async () => {
    const merged = await serving('merged');
    const ask = (url: string) =>
      deepcoder.run('parity', url, '--model', 'adapter', '--samples', '3');
    const same = await ask(merged.url);
    expect(same.stdout).toContain('merged is what was trained');
    expect(same.code).toBe(0);
    await stopped(merged);
    const base = await serving('teacher');
    const other = await ask(`${base.url}/v1`);
    expect(other.stdout).toMatch(/teacher is not what was trained/);
    expect(other.code).toBe(3);
    await stopped(base);
  },
  PATIENCE_MS,
);

test(
  'export writes what other programs take, with a card that tells of the run and not of the machine',
  async () => {
    const hf = await deepcoder.run('export', 'adapter', '--to', 'hf', '--out', 'as-hf');
    expect(hf).toMatchObject({ code: 0, stderr: '' });
    const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
    expect(read('as-hf/model.safetensors')).toBe(read('merged/model.safetensors'));
    const card = read('as-hf/README.md');
    expect(card).toMatch(/^---\n[^]*library_name: transformers[^]*# adapter[^]*with LoRA/);
    expect(card).toContain('Base: teacher');
    expect(card).not.toContain(folder);
    const peft = await deepcoder.run('export', 'adapter', '--to', 'peft', '--out', 'as-peft');
    expect(peft.code).toBe(0);
    expect(readdirSync(path.join(folder, 'as-peft'))).toContain('adapter_model.safetensors');
    // The workshop's tokenizer is one of words, which llama.cpp does not know.
    const gguf = await deepcoder.run('export', 'adapter', '--to', 'gguf');
    expect(gguf).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('byte-level BPE') as string,
    });
  },
  PATIENCE_MS,
);
