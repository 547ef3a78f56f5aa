import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from '@deepcoder/trajectory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
let deepcoder: Deepcoder;
let server: Server;
let asked: { role: string; content: string }[][] = [];

/** Answers what it is asked for by the last message: `cut`, `empty`, or an echo. */
beforeAll(async () => {
  await buildProgram();
  deepcoder = deepcoderIn(folder);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
        messages: { role: string; content: string }[];
      };
      asked.push(messages);
      const last = messages.at(-1)?.content ?? '';
      const content =
        last === 'empty' ? '' : last.includes('Task:') ? 'no idea' : `You said ${last}`;
      const choice = {
        finish_reason: last === 'cut' ? 'length' : 'stop',
        message: { role: 'assistant', content, reasoning_content: 'Let me see.' },
      };
      response.end(JSON.stringify({ choices: [choice] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    path.join(folder, 'teacher.yaml'),
    `data: {train: [x.jsonl]}
student: {model: none}
teacher: {type: openai, url: 'http://127.0.0.1:${port}/v1', model: m}
`,
  );
  const prompts = ['hello', 'cut', 'empty', 'good bye'].map((prompt) => JSON.stringify({ prompt }));
  writeFileSync(path.join(folder, 'prompts.jsonl'), prompts.join('\n'));
}, PATIENCE_MS);

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const generate = (...args: string[]) =>
  deepcoder.run('generate', 'teacher.yaml', '--out', 'out.jsonl', ...args);

test(
  'keeps what can be learnt from, says what it dropped, and goes on where it stopped',
  async () => {
    const first = await generate('--prompts', 'prompts.jsonl', '--samples', '2');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('out.jsonl: 4 records written');
    expect(first.stdout).toContain('dropped 2: the answer was cut short at the most tokens');
    expect(first.stdout).toContain('dropped 2: the answer is empty');
    const out = path.join(folder, 'out.jsonl');
    const text = readFileSync(out, 'utf8');
    const { spans, problems } = parse(text, { fileName: 'out.jsonl' });
    expect(problems).toEqual([]);
    const spoken = spans
      .filter(({ kind }) => kind === 'reasoning')
      .map(({ start, end }) => text.slice(start, end));
    expect(spoken).toEqual(Array(4).fill('Let me see.'));
    expect(asked).toHaveLength(8);

    // A program that died while it wrote leaves half a line, and its record is asked for once more.
    const lines = text.split('\n');
    writeFileSync(out, [...lines.slice(0, 3), lines[3]!.slice(0, 20)].join('\n'));
    asked = [];
    const second = await generate('--prompts', 'prompts.jsonl', '--samples', '2');
    expect(second.stdout).toContain('out.jsonl: 1 records written; 7 were there or dropped before');
    expect(asked).toHaveLength(1);
    expect(readFileSync(out, 'utf8').split('\n').sort()).toEqual(lines.sort());
  },
  PATIENCE_MS,
);

test(
  'a judge decides, and one that cannot be run is an error',
  async () => {
    const judged = await generate(
      '--prompts',
      'prompts.jsonl',
      '--out',
      'judged.jsonl',
      '--judge',
      'grep -q hello',
    );
    expect(judged.stdout).toContain('judged.jsonl: 1 records written');
    expect(judged.stdout).toContain('dropped 1: the judge did not take it');
    const wrong = await generate(
      '--prompts',
      'prompts.jsonl',
      '--out',
      'wrong.jsonl',
      '--judge',
      'no-such-judge',
    );
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('no-such-judge cannot be run');
  },
  PATIENCE_MS,
);

test(
  'plays games, and drops those in which nothing can be read',
  async () => {
    const played = await generate('--games', '2', '--out', 'games.jsonl');
    expect(played.code).toBe(0);
    expect(played.stdout).toContain('dropped 2: turn n ends in no line "Action: ..."');
  },
  PATIENCE_MS,
);

test(
  'a prompt that is none is told with its line',
  async () => {
    appendFileSync(path.join(folder, 'wrong-prompts.jsonl'), '{"prompt": "a"}\n{"text": "b"}\n');
    const { code, stderr } = await generate('--prompts', 'wrong-prompts.jsonl');
    expect(code).toBe(3);
    expect(stderr).toContain('wrong-prompts.jsonl:2: is no prompt');
  },
  PATIENCE_MS,
);
