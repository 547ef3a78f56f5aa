import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@deepcoder/trajectory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deepcoder, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import { writeConfig } from '../../support/workshop.ts';
import { GAME, LOG, logWorkshop } from './logWorkshop.ts';

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  ({ folder, deepcoder } = await logWorkshop());
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('before a run', () => {
  test(
    'tokens without a tokenizer says where one could come from',
    async () => {
      const { code, stderr } = await deepcoder.run('tokens', 'log.txt');
      expect([code, stderr]).toEqual([2, expect.stringContaining('--tokenizer')]);
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
      expect(checked.stdout).toMatch(
        /warning: tokenizer: [\d.]+ % of the tokens to train on are unknown/,
      );
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
      expect(stdout).toMatch(/reasoning +1 +reasoning, weight 1 +" cabinet"/);
      const args = ['tokens', 'game.txt', '--tokenizer', 'tok', '--render', 'raw', '--json'];
      const bare = await deepcoder.run(...args);
      const { samples } = JSON.parse(bare.stdout) as {
        samples: { rows: { text: string; weight: number }[] }[];
      };
      expect(samples[0]!.rows.map(({ text }) => text).join('')).toContain(
        // What follows the last turn teaches nothing and is left out.
        GAME.slice(0, GAME.lastIndexOf('Observation:')).trim(),
      );
      expect(samples[0]!.rows.some(({ weight }) => weight > 0)).toBe(true);
    },
    PATIENCE_MS,
  );

  test.each([
    ['tokens', ['game.txt', '--config', 'quickstart']],
    ['score', ['quickstart', '--set', 'data.train=["env:household?games=2"]', 'data.eval=[]']],
  ])(
    '%s finds the teacher that comes with the program, from any folder',
    async (command, args) => {
      // What is kept of one teacher's scores is not another's.
      const own = command === 'score' ? ['teacher.cache=own-scores'] : [];
      const { code, stderr } = await deepcoder.run(command, ...args, ...own);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
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
    'check warns of a form that servers will not show',
    async () => {
      cpSync(path.join(folder, 'teacher'), path.join(folder, 'talks'), { recursive: true });
      const template = '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}';
      writeFileSync(path.join(folder, 'talks/chat_template.jinja'), template);
      const warned = async (...settings: string[]): Promise<boolean> => {
        const student = ['--set', 'student.model=talks', 'teacher.model=talks'];
        const own = ['data.train=[log.txt]', 'data.eval=0', 'data.max_length=512', ...settings];
        expect((await deepcoder.run('init', `${settings.join('')}.yaml`)).code).toBe(0);
        const args = [`${settings.join('')}.yaml`, ...student, ...own];
        const { code, stdout } = await deepcoder.run('check', ...args);
        expect(code).toBe(0);
        return /warning: data\.render: is \w+, but servers show chats/.test(stdout);
      };
      expect(await warned('data.render=react')).toBe(true);
      expect(await warned('data.render=chat')).toBe(false);
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
      expect(stdout).toContain('deepcoder setup tfjs-cuda');
      expect(stdout).toContain('none.jsonl does not exist');
      expect(stdout).toContain('nowhere');
    },
    PATIENCE_MS,
  );

  test(
    'a student larger than the memory is measured by its shapes, and never made',
    async () => {
      const sizes = 'student.architecture={hidden_size: 65536, num_hidden_layers: 512}';
      const checked = await deepcoder.run('check', 'tiny.yaml', '--json', '--set', sizes);
      const { problems, student } = JSON.parse(checked.stdout) as {
        problems: { code: string }[];
        student: { parameters: number };
      };
      expect(problems.map(({ code }) => code)).toContain('student-too-large');
      expect(student.parameters).toBeGreaterThan(1e12);
      const trained = await deepcoder.run('train', 'tiny.yaml', '--set', sizes);
      expect(trained).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/weights take \d+\.\d GB, and this machine has/) as string,
      });
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
        'executor tfjs-cpu': 'optional',
      });
      expect(findings.find(({ what }) => what === 'executor tfjs-cpu')?.cure).toContain(
        'deepcoder setup tfjs-cpu',
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
