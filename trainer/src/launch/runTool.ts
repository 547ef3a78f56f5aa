import { spawn } from 'node:child_process';
import { DeepCoderError } from '@deepcoder/config';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where programs of a cluster run, and what is said where one is missing. */
export interface ToolPlace {
  cwd: string;
  env: Environment;
  /** `slurm`, for errors. */
  what: string;
  /** Where the program is to be had. */
  cure: string;
}

interface ToolInput {
  input?: string | Buffer;
  /** Exit codes that are an answer. */
  allowed?: readonly number[];
}

export interface ToolAnswer {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs a program of a cluster to its end, without a shell.
 *
 * @throws DeepCoderError where there is no such program, or it fails
 */
export async function runTool(
  [program, ...args]: readonly [string, ...string[]],
  place: ToolPlace,
  { input = '', allowed = [0] }: ToolInput = {},
): Promise<ToolAnswer> {
  const { cwd, env, what } = place;
  const child = spawn(program, args, { cwd, env, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // One that does not read its input is no fault.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(notStarted(program, error, place)),
    );
    child.once('close', resolve);
  });
  if (code !== null && allowed.includes(code)) {
    return { code, stdout: Buffer.concat(stdout), stderr };
  }
  const said = stderr.trim() === '' ? `it ended with exit code ${code ?? 'none'}` : stderr.trim();
  throw new DeepCoderError('launch/tool', `${what}: ${program}: ${said}`, { exitCode: 2 });
}

function notStarted(
  program: string,
  error: NodeJS.ErrnoException,
  { what, cure }: ToolPlace,
): DeepCoderError {
  const isMissing = error.code === 'ENOENT';
  const message = isMissing
    ? `${what}: there is no ${program} on the PATH; ${cure}`
    : `${what}: ${program} does not start: ${error.message}`;
  return new DeepCoderError(isMissing ? 'launch/tool-missing' : 'launch/tool', message, {
    exitCode: 2,
    cause: error,
  });
}
