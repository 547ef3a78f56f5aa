import { readdirSync } from 'node:fs';

/**
 * The value of CUDA_VISIBLE_DEVICES that shows a rank its own GPU: of those that its launcher shows it, else of those of the
 * machine, dealt by its place among the ranks there. Null where it has no choice, as where a batch system shows it one.
 */
export function ownGpu(
  { rank, size }: { rank: number; size: number },
  { shown, devices }: { shown: string | undefined; devices: readonly string[] },
): string | null {
  const visible = shown === undefined || shown === '' ? devices : shown.split(',');
  // One alone takes the first one, as ever.
  return size < 2 || visible.length < 2 ? null : visible[rank % visible.length]!;
}

/** NVIDIA's devices of this machine, by number. */
export function gpuNumbers(folder = '/dev'): string[] {
  try {
    const numbers = readdirSync(folder).flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? []);
    return numbers.sort((a, b) => Number(a) - Number(b));
  } catch {
    return [];
  }
}
