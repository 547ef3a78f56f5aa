export { DeepCoderError, type ExitCode } from './deepCoderError.ts';
