import type { Readable } from 'node:stream';
import type { Failure } from './failure.ts';
import type { Interrupt } from './interrupt.ts';
import type { Output } from './terminal.ts';

/** What the commands have of the world around them; made by main. */
export interface Cli {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdin: Readable;
  stdout: Output;
  stderr: Output;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The folder that the program's own files lie in. */
  programFolder: string;
  /** The code that the program will exit with; a command sets it where nothing is thrown. */
  end: ProgramEnd;
  /** From now on Ctrl-C asks for an orderly end. `say` tells the user so. */
  interrupt: (say: (text: string) => void) => Interrupt;
}

interface ProgramEnd {
  code: number;
  /** How to end where waiting for what is under way would take for ever; without it the program just runs out. */
  leave?: (code: number) => void;
  /** What to write of a failure instead of the usual line. */
  tell?: (failure: Failure) => string;
}

/** Writes lines to stdout. */
export function print(cli: Cli, ...lines: string[]): void {
  cli.stdout.write(`${lines.join('\n')}\n`);
}

/** One JSON value on one line of stdout. */
export function printJson(cli: Cli, value: unknown): void {
  cli.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  const title = lines.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${lines.map((line) => `  $ deepcoder ${line}`).join('\n')}`;
}
