import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, spanText } from '@deepcoder/trajectory';
import { afterAll, describe, expect, test } from 'vitest';
import type { Cli } from '../../../trainer/src/commands/cli.ts';
import { deepcoderProgram } from '../../../trainer/src/commands/program.ts';
import type { Document } from '../../../trainer/src/data/encode/renderDocument.ts';
import type { FileSource } from '../../../trainer/src/data/sources/findSources.ts';
import { readDocuments } from '../../../trainer/src/data/sources/readDocuments.ts';
import type { Rejected } from '../../../trainer/src/data/types.ts';
import { zip } from '../../trajectory/archives/zip.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (id: string, name: string): object => ({
  id,
  function: { name, arguments: '{"x": 1}' },
});
const message = (role: string, content: string, more = {}): object => ({ role, content, ...more });
const sample = (id: number): object => ({
  ...{ id, epoch: 1, target: 'x' },
  messages: [
    message('user', 'Count the files.'),
    message('assistant', 'I list them.', { tool_calls: [call('1', 'list'), call('2', 'count')] }),
    message('tool', 'a b', { tool_call_id: '1' }),
    message('tool', '2', { tool_call_id: '2' }),
    message('assistant', 'Two.'),
  ],
});

writeFileSync(
  path.join(folder, 'log.eval'),
  zip(
    [1, 2].map((id) => ({
      name: `samples/${id}_epoch_1.json`,
      content: JSON.stringify(sample(id)),
    })),
  ),
);
writeFileSync(path.join(folder, 'other.zip'), zip([{ name: 'a.png', content: 'a' }]));
writeFileSync(
  path.join(folder, 'run.txt'),
  'Task: go\nThought: Up.\nAction: climb\nObservation: high\n',
);
writeFileSync(path.join(folder, 'diary.md'), 'Nothing happened today.\n');

async function documentsIn(file: FileSource): Promise<(Document | Rejected)[]> {
  const documents: (Document | Rejected)[] = [];
  for await (const one of readDocuments(file)) documents.push(one);
  return documents;
}

/** What the program writes, and the error that it ends with. */
async function run(...args: string[]): Promise<{ out: string; err: string; error: unknown }> {
  let out = '';
  let err = '';
  const cli: Cli = {
    ...{ cwd: folder, env: {}, now: () => 0, stdin: process.stdin, programFolder: folder },
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    end: { code: 0 },
    interrupt: () => {
      throw new Error('nothing here takes long');
    },
  };
  const error: unknown = await deepcoderProgram(cli)
    .parseAsync(args, { from: 'user' })
    .then(() => null)
    .catch((end: unknown) => end);
  return { out, err, error };
}

describe('stats', () => {
  test('counts what is in a packed log', async () => {
    const { out, error } = await run('stats', 'log.eval');
    expect(error).toBeNull();
    expect(out).toMatchInlineSnapshot(`
      "log.eval: inspect_eval (a sample with \`epoch\` and \`messages\`)
      2 trajectories, 4 turns, 10 messages
      longest: 1.1, 65 characters

      kind         spans  characters   share
      reasoning        2          24  18.5 %
      action           8          58  44.6 %
      observation      4           8   6.2 %
      task             2          32  24.6 %
      answer           2           8   6.2 %

      tool   calls
      count      2
      list       2
      "
    `);
  });

  test('--json has all of it, a file a line, and the unreadable are named at the end', async () => {
    const { out, error } = await run('stats', '--json', 'log.eval', 'other.zip', 'run.txt');
    const [log, text] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(log).toMatchObject({
      ...{ file: 'log.eval', format: 'inspect_eval', trajectories: 2, turns: 4, messages: 10 },
      longest: { index: 0, id: '1.1', characters: 65 },
      calls_by_tool: [
        { name: 'count', calls: 2 },
        { name: 'list', calls: 2 },
      ],
    });
    expect(text).toMatchObject({ file: 'run.txt', format: 'react_text', problems: {} });
    expect(error).toMatchObject({ code: 'file-unreadable', exitCode: 3 });
    expect(String(error)).toContain(
      'other.zip: cannot be read (an archive without trajectory files)',
    );
  });

  test('says of a file that it is none', async () => {
    const { out } = await run('stats', 'diary.md');
    expect(out).toBe(
      'diary.md: not a trajectory: none of the known formats; name its format with --format, or say with --rules (data.rules in a config) what its labels mean, or leave it out\n',
    );
  });
});

describe('convert', () => {
  test('writes another format, the kinds as they were', async () => {
    const { out, err, error } = await run('convert', 'run.txt', '--to', 'chat');
    expect([error, err]).toEqual([null, '']);
    const parsed = parse(out);
    expect(parsed.format).toBe('openai_chat');
    expect(parsed.spans.map((span, i) => [span.kind, spanText(out, parsed, i)])).toEqual([
      ['task', 'go'],
      ['reasoning', 'Up.'],
      ['action', 'climb'],
      ['observation', 'high'],
    ]);
  });

  test('names what the format cannot hold, with its place', async () => {
    const { err } = await run('convert', 'log.eval', '--to', 'sharegpt');
    expect(err.split('\n')[0]).toMatch(
      /^log\.eval:1:\d+: warning: ShareGPT has no call ids; results follow the order\.$/,
    );
  });

  test('--json gives text and problems on one line', async () => {
    const { out, err } = await run('convert', 'log.eval', '--to', 'react', '--json');
    const found = JSON.parse(out) as { text: string; problems: { code: string }[] };
    expect(err).toBe('');
    expect(found).toMatchObject({ file: 'log.eval', format: 'inspect_eval', to: 'react' });
    expect(found.text).toContain('Thought: I list them.\nAction: list\n');
    expect(found.problems.map(({ code }) => code)).toContain('not-held');
  });

  test('--output writes a file', async () => {
    const { out, error } = await run('convert', 'log.eval', '--to', 'atif', '--output', 'a.jsonl');
    expect([out, error]).toEqual(['', null]);
    const written = readFileSync(path.join(folder, 'a.jsonl'), 'utf8');
    expect(parse(written)).toMatchObject({ format: 'atif', trajectories: { length: 2 } });
  });

  test.each([
    [['diary.md', '--to', 'chat'], { code: 'not-a-trajectory', exitCode: 3 }],
    [['missing', '--to', 'chat'], { code: 'file-unreadable', exitCode: 3 }],
    [['run.txt', '--to', 'chat', '--output', 'no/where'], { code: 'file-unwritable' }],
    [['run.txt', '--to', 'chats'], { code: 'commander.invalidArgument' }],
    [['run.txt', '--to', 'chat', '--format', 'reacttext'], { code: 'format-unknown' }],
  ])('%j ends with an error', async (args, error) => {
    expect((await run('convert', ...args)).error).toMatchObject(error);
  });
});

test('training reads a packed log', async () => {
  const file = {
    path: path.join(folder, 'log.eval'),
    source: 'log.eval',
    format: null,
    rules: null,
  };
  const [document] = await documentsIn(file);
  expect(document).toMatchObject({ source: 'log.eval', fileName: 'log.eval' });
  const { text } = document as { text: string };
  expect(text.split('\n').length).toBe(3);
  const other = { ...file, path: path.join(folder, 'other.zip') };
  const [broken] = await documentsIn(other);
  expect(broken).toMatchObject({
    code: 'unreadable',
    message: 'an archive without trajectory files',
  });
});
