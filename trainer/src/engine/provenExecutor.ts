import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { systemCode } from '../disk/systemCode.ts';
import { buildHash } from './buildHash.ts';
import { devicesHere } from './devices.ts';
import { openOnnxExecutor, type OnnxOptions } from './onnx/onnxExecutor.ts';
import type { Executor } from './program.ts';
import { selfTest } from './selfTest.ts';

export interface ProvenOptions extends OnnxOptions {
  /** One that computes rightly. */
  trusted: Executor;
  /** Named by the user: a device that only imitates a GPU is then good enough. */
  isChosen?: boolean;
}

/**
 * ONNX Runtime on a device that computed a small step as the CPU does. What was found is kept for this build of the
 * program on these devices with these drivers.
 *
 * @throws DeepCoderError where there is no device, or it computes wrongly
 */
export async function provenExecutor(options: ProvenOptions): Promise<Executor> {
  const { provider, trusted, cacheDir, isChosen = false } = options;
  const devices = devicesHere();
  if (!isChosen && provider === 'webgpu' && devices.gpus.length === 0)
    throw refused(provider, 'there is no graphics card here');
  const executor = await openOnnxExecutor(options);
  const key = [executor.build, await buildHash(), devices];
  const file = cacheDir === null ? null : path.join(cacheDir, 'devices', `${hashOf(key)}.json`);
  const known = file === null ? null : await readVerdict(file);
  const verdict = known ?? { fault: await selfTest(executor, trusted) };
  if (known === null && file !== null) await writeVerdict(file, verdict);
  if (verdict.fault === null) return executor;
  const names = devices.gpus.join(', ') || 'its device';
  throw refused(
    provider,
    `${names} computes wrongly: ${verdict.fault}; update its driver, or set engine.provider: cpu`,
  );
}

interface Verdict {
  /** Null: it computes rightly. */
  fault: string | null;
}

function refused(provider: string, why: string): DeepCoderError {
  return new DeepCoderError('provider-refused', `engine.provider ${provider}: ${why}`, {
    exitCode: 2,
  });
}

function hashOf(key: unknown): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}

async function readVerdict(file: string): Promise<Verdict | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Verdict;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return null;
    throw error;
  }
}

/** Caches the verdict; if it cannot be written, the self-test runs again next time. */
async function writeVerdict(file: string, verdict: Verdict): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await atomicWrite(file, Buffer.from(JSON.stringify(verdict)));
  } catch (error) {
    if (!(error instanceof DeepCoderError) && systemCode(error) === undefined) throw error;
  }
}
