import { DeepCoderError } from '@deepcoder/config';

/** A checkpoint or cache on disk that cannot be used: exit code 3, like bad data. */
export function checkpointError(code: string, message: string, cause?: unknown): DeepCoderError {
  return new DeepCoderError(code, message, { exitCode: 3, cause });
}

const LISTED = 20;

/** Several faults of one place in one message: on one line when there is one, else one a line. */
export function faultsMessage(place: string, faults: readonly string[], cure: string): string {
  if (faults.length === 1) return `checkpoint ${place}: ${faults[0]!}; ${cure}`;
  const lines = faults.slice(0, LISTED).map((fault) => `\n  ${fault}`);
  const more = faults.length > LISTED ? `\n  and ${faults.length - LISTED} more` : '';
  return `checkpoint ${place}: ${faults.length} faults; ${cure}${lines.join('')}${more}`;
}
