import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { formatService, PROTOCOL_VERSION, type ServiceMethod } from '@deepcoder/trainer-protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  deepcoderIn,
  PATIENCE_MS,
  type Started,
} from '../../support/deepcoderProgram.ts';
import { workshop } from '../../support/workshop.ts';

let folder: string;
let service: Started;
const answers = new Map<number, (answer: Answer) => void>();
const unasked: Answer[] = [];

interface Answer {
  id: number | null;
  result?: Record<string, unknown>;
  error?: { code: string; message: string };
}

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  service = deepcoderIn(folder).start('service');
  createInterface({ input: service.child.stdout! }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    const waiting = answer.id === null ? undefined : answers.get(answer.id);
    if (waiting === undefined) unasked.push(answer);
    else waiting(answer);
  });
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let nextId = 1;

function ask(method: ServiceMethod, params: object): Promise<Answer> {
  const id = nextId++;
  const answer = new Promise<Answer>((resolve) => answers.set(id, resolve));
  service.child.stdin!.write(formatService({ version: PROTOCOL_VERSION, id, method, params }));
  return answer;
}

test(
  'answers what fits, what a run would be, and what is installed',
  async () => {
    const place = { config: `${folder}/tiny.yaml`, cwd: folder };
    const { result: fit } = await ask('fit', place);
    expect(fit).toMatchObject({
      ...{ problems: [], totalSteps: 6, tokensPerStep: 700 },
      executor: expect.stringContaining('onnx') as string,
    });
    const { result: check } = await ask('check', place);
    expect(check).toMatchObject({ ok: true, totalSteps: 6, parameters: fit!['parameters'] });
    expect(check!['memoryBytes']).toBe(fit!['memoryBytes']);
    const other = await ask('fit', {
      ...place,
      set: ['teacher.type=checkpoint', 'teacher.model=no'],
    });
    expect(other.result).toMatchObject({
      problems: [{ severity: 'error', path: ['teacher', 'model'] }],
    });
    expect((await ask('doctor', { cwd: folder })).result).toMatchObject({ ok: true });
  },
  PATIENCE_MS,
);

test(
  'what cannot be answered is said, and the next question is answered',
  async () => {
    service.child.stdin!.write('nonsense\n');
    expect(await ask('fit', { config: 1 })).toMatchObject({ error: { code: 'service/request' } });
    expect(await ask('fit', { config: `${folder}/none.yaml`, cwd: folder })).toMatchObject({
      error: { code: 'config/unreadable' },
    });
    expect((await ask('ping', {})).result).toMatchObject({ pid: service.child.pid });
    expect(unasked).toMatchObject([{ id: null, error: { code: 'service/request' } }]);
  },
  PATIENCE_MS,
);

test(
  'a cancelled question is answered as such; at the end of its input the service ends',
  async () => {
    const asked = ask('check', {
      config: 'quickstart',
      cwd: folder,
      set: ['tokenizer=tok', 'teacher.model=teacher'],
    });
    service.child.stdin!.write(formatService({ version: PROTOCOL_VERSION, cancel: nextId - 1 }));
    expect(await asked).toMatchObject({ error: { code: 'service/cancelled' } });
    service.child.stdin!.end();
    expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
