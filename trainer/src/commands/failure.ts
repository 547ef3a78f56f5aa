import { DeepCoderError } from '@deepcoder/config';
import { CommanderError } from 'commander';
import { CANCELLED } from './interrupt.ts';

/** How the program ends after an error, and what it says on stderr; empty where all is said. */
export interface Failure {
  exitCode: number;
  code: string;
  message: string;
}

const USAGE = 2;
const BUG = 1;

/** @param cancelled whether the user asked for the end; what broke off is then no error */
export function failureOf(error: unknown, cancelled: boolean): Failure {
  if (error instanceof CommanderError) return usageFailure(error);
  if (error instanceof DeepCoderError) {
    const { exitCode, code, message } = error;
    return { exitCode, code, message };
  }
  if (cancelled) return { exitCode: CANCELLED, code: 'cancelled', message: 'cancelled' };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `this is a bug in deepcoder, please report it with what you ran:\n${text}`;
  return { exitCode: BUG, code: 'bug', message };
}

/** Help and version end commander by the same way, with nothing wrong. */
function usageFailure({ exitCode, code, message }: CommanderError): Failure {
  if (exitCode === 0) return { exitCode: 0, code, message: '' };
  const hint =
    code === 'commander.missingArgument'
      ? '; options with several values, as --set, come last'
      : '';
  return { exitCode: USAGE, code, message: `${message.replace(/^error: /, '')}${hint}` };
}

/** For people one paragraph, for machines one JSON line. */
export function formatFailure({ code, message, exitCode }: Failure, json: boolean): string {
  if (message === '') return '';
  if (!json) return `${exitCode === CANCELLED ? '' : 'error: '}${message}\n`;
  return `${JSON.stringify({ error: { code, message, exit_code: exitCode } })}\n`;
}
