import type { Problem, Range } from '@deepcoder/vocabulary';
import { DeepCoderError } from './deepCoderError.ts';
import type { Origin } from './tree.ts';

/** What is wrong in a config, and where. */
export type ConfigProblem = Problem<ConfigPlace>;

/** Line and column count from 1, 0 where there is no place. */
interface ConfigPlace extends Range {
  /** Path of the file, `preset:NAME`, or the text of the `--set` argument. */
  file: string;
  line: number;
  column: number;
}

/** A problem at the place where a value stands. */
export function problemAt(
  origin: Origin,
  { code, message }: { code: string; message: string },
): ConfigProblem {
  const { file, start, end, line, column } = origin;
  return { code, message, severity: 'error', file: file ?? '', start, end, line, column };
}

/** `file:line:column: message`, one line. */
export function formatProblem({ file, line, column, message }: ConfigProblem): string {
  if (file === '') return message;
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

/** All errors of a config as the one error that ends the program. */
export function configError(problems: ConfigProblem[]): DeepCoderError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const lines = errors.map(formatProblem);
  const message =
    lines.length === 1
      ? lines.join('')
      : `${lines.length} errors in the config\n${lines.join('\n')}`;
  return new DeepCoderError(errors[0]?.code ?? 'config/invalid', message, { exitCode: 2 });
}
