import { readFileSync, writeFileSync } from 'node:fs';

/** Resident bytes of this process now. */
export function residentBytes(): number {
  return statusBytes('VmRSS');
}

/** The most resident bytes while `work` ran, as the kernel counts them; Linux only. */
export async function peakResidentBytes(work: () => Promise<unknown>): Promise<number> {
  // Sets the kernel's high-water mark back to what is resident now.
  writeFileSync('/proc/self/clear_refs', '5');
  await work();
  return processPeakBytes();
}

/** The most resident bytes since the process began, or since the mark was set back; Linux only. */
export function processPeakBytes(): number {
  return statusBytes('VmHWM');
}

function statusBytes(field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync('/proc/self/status', 'utf8'),
  );
  if (line === null) throw new Error(`/proc/self/status has no ${field}`);
  return 1024 * Number(line[1]);
}
