import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@deepcoder/trajectory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cli } from '../../../trainer/src/commands/cli.ts';
import { failureOf } from '../../../trainer/src/commands/failure.ts';
import { deepcoderProgram } from '../../../trainer/src/commands/program.ts';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { workshop, writeConfig } from '../../support/workshop.ts';

const COMMANDS = [
  ...['quickstart', 'train', 'resume', 'init', 'check', 'parse', 'stats', 'convert'],
  ...['tokens', 'score', 'runs'],
  ...['stop', 'pause', 'continue', 'checkpoint', 'eval', 'play', 'compare', 'merge'],
  ...['doctor', 'setup'],
];

const LOG = `Task: find the mug.
Observation: You are in a kitchen.
Thought: I look into the cabinet.
Action: open cabinet 1
Observation: In it you see a mug 1.
`;

/** All of its words are in the workshop's tokenizer. */
const [{ text: game } = { text: '' }] = trainingTexts(new URLSearchParams('games=1&seed=1'));

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  writeFileSync(path.join(folder, 'log.txt'), LOG);
  writeFileSync(path.join(folder, 'game.txt'), game);
  writeFileSync(path.join(folder, 'diary.md'), 'Nothing happened today.\n');
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program writes, and the error that it ends with, without a process of its own. */
async function parsed(...args: string[]): Promise<{ written: string; error: unknown }> {
  let written = '';
  const output = { write: (text: string) => (written += text) };
  const cli: Cli = {
    ...{ cwd: folder, env: {}, stdout: output, stderr: output, now: () => 0 },
    ...{ stdin: process.stdin, programFolder: folder, end: { code: 0 } },
    interrupt: () => {
      throw new Error('nothing here takes long');
    },
  };
  const program = deepcoderProgram(cli);
  const error: unknown = await program
    .parseAsync(args, { from: 'user' })
    .catch((end: unknown) => end);
  return { written, error };
}

describe.concurrent('before a run', () => {
  test(
    '--help names every command, the exit codes, and ends well; so does no argument at all',
    async () => {
      const help = await deepcoder.run('--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      for (const command of COMMANDS)
        expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
      expect(help.stdout).toContain('130 cancelled');
      expect(await deepcoder.run()).toEqual(help);
    },
    PATIENCE_MS,
  );

  test.each(COMMANDS)('%s --help has an example of it', async (command) => {
    const { written, error } = await parsed(command, '--help');
    expect(error).toMatchObject({ exitCode: 0 });
    expect(written).toMatch(/^Examples?:\n/m);
    expect(written).toContain(`$ deepcoder ${command}`);
  });

  test.each([
    { args: ['trian', 'x.yaml'], message: 'Did you mean train?' },
    { args: ['train', 'x.yaml', '--sett', 'a=1'], message: 'Did you mean --set?' },
    { args: ['train'], message: "missing required argument 'config'" },
    { args: ['play', 'latest', '--games', '0'], message: 'Give a whole number from 1.' },
    { args: ['play', 'latest', '--temperature', 'hot'], message: 'Give a number from 0.' },
    { args: ['eval', 'latest', '--checkpoint', 'newest'], message: 'Give best, latest' },
    { args: ['setup', 'gpu'], message: 'Allowed choices are native, cuda.' },
    { args: ['parse', 'log.txt', '--format', 'react_txt'], message: 'did you mean react_text?' },
  ])('$args: exit code 2 and $message', async ({ args, message }) => {
    const { written, error } = await parsed(...args);
    expect(written).toBe('');
    expect(failureOf(error, false)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as string,
    });
  });

  test(
    'a command or option that there is not ends the program with 2',
    async () => {
      const { code, stdout, stderr } = await deepcoder.run('trian', 'x.yaml');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toBe("error: unknown command 'trian'\n(Did you mean train?)\n");
    },
    PATIENCE_MS,
  );

  test(
    'tokens without a tokenizer says where one could come from',
    async () => {
      const { code, stderr } = await deepcoder.run('tokens', 'log.txt');
      expect([code, stderr]).toEqual([2, expect.stringContaining('--tokenizer')]);
    },
    PATIENCE_MS,
  );

  test(
    'with --json errors are JSON too, on stderr',
    async () => {
      const { code, stdout, stderr } = await deepcoder.run('train', 'none.yaml', '--json');
      expect([code, stdout]).toEqual([2, '']);
      expect(JSON.parse(stderr)).toEqual({
        error: {
          code: 'config/unreadable',
          message: expect.stringContaining('none.yaml') as string,
          exit_code: 2,
        },
      });
    },
    PATIENCE_MS,
  );

  test(
    'init writes a config that loads once data and student are named, and overwrites nothing',
    async () => {
      expect((await deepcoder.run('init', 'mine.yaml')).code).toBe(0);
      const again = await deepcoder.run('init', 'mine.yaml');
      expect(again).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--force') as string,
      });
      const checked = await deepcoder.run(
        ...['check', 'mine.yaml', '--set', 'data.train=[log.txt]', 'data.eval=0'],
        ...['student.model=teacher', 'teacher.model=teacher', 'data.max_length=512'],
      );
      expect(checked).toMatchObject({ code: 0 });
      expect(checked.stdout).toContain('nothing is wrong');
    },
    PATIENCE_MS,
  );

  test(
    'parse --json gives one line a file with exactly the documented keys',
    async () => {
      const { code, stdout } = await deepcoder.run('parse', '--json', 'log.txt', 'diary.md');
      expect(code).toBe(0);
      const [log, diary] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(Object.keys(log!)).toEqual(['file', 'format', 'reason', 'spans', 'problems']);
      const { format, reason, spans } = parse(LOG, { fileName: 'log.txt' });
      expect(log).toEqual({ file: 'log.txt', format, reason, spans, problems: [] });
      expect(diary).toMatchObject({ file: 'diary.md', format: 'not_a_trajectory', spans: [] });
    },
    PATIENCE_MS,
  );

  test(
    'parse prints a table, and what is not a trajectory',
    async () => {
      const { stdout } = await deepcoder.run('parse', 'log.txt', 'diary.md');
      expect(stdout).toMatch(/log\.txt +react_text +1 +1 +1 +2/);
      expect(stdout).toContain('diary.md: not a trajectory');
    },
    PATIENCE_MS,
  );

  test(
    'parse goes on after a file that cannot be read, and ends with 3',
    async () => {
      const { code, stdout, stderr } = await deepcoder.run('parse', 'none.txt', 'log.txt');
      expect(code).toBe(3);
      expect(stdout).toContain('log.txt');
      expect(stderr).toContain('none.txt: cannot be read');
    },
    PATIENCE_MS,
  );

  test(
    'tokens shows which tokens are learnt',
    async () => {
      const { code, stdout } = await deepcoder.run('tokens', 'log.txt', '--config', 'tiny.yaml');
      expect(code).toBe(0);
      expect(stdout).toMatch(/reasoning +1 +" cabinet"/);
      const args = ['tokens', 'game.txt', '--tokenizer', 'tok', '--render', 'raw', '--json'];
      const bare = await deepcoder.run(...args);
      const { samples } = JSON.parse(bare.stdout) as {
        samples: { rows: { text: string; weight: number }[] }[];
      };
      expect(samples[0]!.rows.map(({ text }) => text).join('')).toContain(
        // What follows the last turn teaches nothing and is left out.
        game.slice(0, game.lastIndexOf('Observation:')).trim(),
      );
      expect(samples[0]!.rows.some(({ weight }) => weight > 0)).toBe(true);
    },
    PATIENCE_MS,
  );

  test(
    'check says what a run would be, and warns of kd without a teacher',
    async () => {
      const { code, stdout } = await deepcoder.run('check', 'tiny.yaml', '--json');
      expect(code).toBe(0);
      const report = JSON.parse(stdout) as {
        data: { trainSamples: number; evalSamples: number };
        steps: object;
        memoryBytes: number;
        problems: { code: string }[];
      };
      expect(report.data.trainSamples + report.data.evalSamples).toBe(30);
      expect(report.steps).toMatchObject({ totalSteps: 6, tokensPerStep: 700 });
      expect(report.memoryBytes).toBeGreaterThan(1e8);
      expect(report.problems.map(({ code: name }) => name)).toEqual(['kd-without-teacher']);
      expect(existsSync(path.join(folder, 'runs'))).toBe(false);
    },
    PATIENCE_MS,
  );

  test(
    'check tells all that is wrong at once',
    async () => {
      const config = writeConfig(
        folder,
        'wrong.yaml',
        'data: {train: [none.jsonl]}\nteacher: {type: checkpoint, model: nowhere}\nengine: {executor: cuda}\n',
      );
      const { code, stdout } = await deepcoder.run('check', config);
      expect(code).not.toBe(0);
      expect(stdout).toContain('deepcoder setup cuda');
      expect(stdout).toContain('none.jsonl does not exist');
      expect(stdout).toContain('nowhere');
    },
    PATIENCE_MS,
  );

  test(
    'check counts what LoRA adapts',
    async () => {
      const { stdout } = await deepcoder.run(
        ...['check', 'tiny.yaml', '--set', 'student.architecture=null', 'student.model=teacher'],
        ...['student.lora={r: 2, target_modules: [q_proj, v_proj]}'],
      );
      expect(stdout).toContain('2 matrices get an adapter');
      // q: 2 * (16 + 16), v: 2 * (16 + 8)
      expect(stdout).toContain(', 112 of them train');
    },
    PATIENCE_MS,
  );

  test(
    'doctor says what is there and what to do for the rest',
    async () => {
      const { code, stdout } = await deepcoder.run('doctor', '--json');
      expect(code).toBe(0);
      const { ok, findings } = JSON.parse(stdout) as {
        ok: boolean;
        findings: { what: string; state: string; cure: string | null }[];
      };
      expect(ok).toBe(true);
      const states = Object.fromEntries(findings.map(({ what, state }) => [what, state]));
      expect(states).toMatchObject({
        Node: 'ok',
        onnxruntime: 'ok',
        tokenizers: 'ok',
        'executor native': 'optional',
      });
      expect(findings.find(({ what }) => what === 'executor native')?.cure).toContain(
        'deepcoder setup native',
      );
    },
    PATIENCE_MS,
  );

  test(
    'quickstart is the preset, with further arguments passed on',
    async () => {
      const { code, stdout } = await deepcoder.run(
        ...['quickstart', '--set', 'data.train=["env:household?games=20&seed=1"]', 'tokenizer=tok'],
        ...['data.max_length=700', 'data.truncate=right', 'teacher.model=teacher', 'train.steps=2'],
        ...[
          'train.micro_batch_size=1',
          'eval.games=2',
          'run.dir=quick',
          'student.architecture.hidden_size=16',
        ],
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/teacher .*\nstudent before .*\nstudent after /);
      expect(stdout).toContain('finished after step 2');
      expect(
        readFileSync(
          /^run +(\S+)$/m.exec(stdout)!.map((part) => path.join(folder, part, 'play.json'))[1]!,
          'utf8',
        ),
      ).toContain('student after');
    },
    PATIENCE_MS,
  );
});
