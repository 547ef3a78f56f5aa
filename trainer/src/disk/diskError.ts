import { DeepCoderError } from '@deepcoder/config';
import { systemCode } from './systemCode.ts';

/** EFBIG is a file-size limit (`ulimit -f`), EDQUOT a full quota. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT']);

/** What the user can put right about a file that could not be written; other errors as they are. */
export function diskError(file: string, error: unknown): unknown {
  const code = systemCode(error) ?? '';
  if (FULL.has(code)) {
    const message = `${file}: the disk is full (${code}); free space, then resume the run`;
    return new DeepCoderError('run/disk-full', message, { exitCode: 3, cause: error });
  }
  if (FORBIDDEN.has(code)) {
    const message = `${file}: cannot be written (${code}); check the folder and its permissions`;
    return new DeepCoderError('run/not-writable', message, { exitCode: 3, cause: error });
  }
  return error;
}
