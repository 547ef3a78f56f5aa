import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cli } from '../../../trainer/src/commands/cli.ts';
import { failureOf } from '../../../trainer/src/commands/failure.ts';
import { deepcoderProgram } from '../../../trainer/src/commands/program.ts';
import { type Deepcoder, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import { logWorkshop } from './logWorkshop.ts';

const COMMANDS = [
  ...['quickstart', 'train', 'resume', 'init', 'check', 'parse', 'stats', 'convert'],
  ...['tokens', 'generate', 'score', 'runs'],
  ...['stop', 'pause', 'continue', 'checkpoint', 'eval', 'play', 'compare', 'report', 'merge'],
  ...['doctor', 'setup'],
];

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  ({ folder, deepcoder } = await logWorkshop());
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

describe.concurrent('the command line', () => {
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
    {
      args: ['setup', 'gpu'],
      message: 'Allowed choices are cuda, mpi, tfjs-cpu, tfjs-cuda, native.',
    },
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
});
