import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** null when the program could not be started or was killed by a signal. */
  code: number | null;
  output: string;
  stdout: string;
  /** True when there is no such program. */
  absent: boolean;
}

/** Runs a program to its end and keeps what it prints; a failure is a result, not a throw. */
export function runProgram(program: string, args: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: null, output: error.message, stdout, absent: error.code === 'ENOENT' });
    });
    child.on('close', (code) => {
      resolve({ code, output, stdout, absent: false });
    });
  });
}
