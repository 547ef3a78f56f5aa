import { lastLines } from '../disk/logEnd.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

export interface TriedAddon {
  version: string;
  usesGpu: boolean;
}

/** In a process of its own, since a library that does not fit may crash it. */
const PROGRAM = `
const binding = require(process.argv[1]);
console.log(JSON.stringify({ version: binding.TF_Version, usesGpu: binding.isUsingGpuDevice() }));
`;

/** Loads the addon, which creates libtensorflow's context and looks for devices. */
export async function tryAddon(file: string): Promise<TriedAddon> {
  const result = await runProgram(process.execPath, ['-e', PROGRAM, file]);
  const line = result.stdout.trim().split('\n').at(-1) ?? '';
  if (result.code === 0 && line.startsWith('{')) return JSON.parse(line) as TriedAddon;
  throw setupError(
    'addon-load',
    `the addon ${file} does not load; is this libtensorflow made for ${process.platform} on ${process.arch}?\n${lastLines(result.output)}`,
  );
}
