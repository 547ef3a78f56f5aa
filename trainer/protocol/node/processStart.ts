import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process began, in a form that is equal for one process and differs for another that was given
 * the same number later; null when there is no such process. Where the system does not tell (no
 * `ps`, no PowerShell), 'unknown' for a process that is alive.
 */
export function processStart(pid: number): string | null {
  if (pid <= 0 || !isAlive(pid)) return null;
  try {
    const start = startOn[process.platform] ?? startWithPs;
    return start(pid);
  } catch {
    return isAlive(pid) ? 'unknown' : null;
  }
}

const startOn: Partial<Record<NodeJS.Platform, (pid: number) => string | null>> = {
  linux: startOnLinux,
  win32: startOnWindows,
};

/** Clock ticks since boot (field 22 of `stat`), with the boot's id: ticks repeat after a reboot. */
function startOnLinux(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, field 2, is in parentheses and may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not looked yet.
  if (fields[0] === 'Z') return null;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}:${fields[19] ?? ''}`;
}

function startWithPs(pid: number): string {
  const options = {
    encoding: 'utf8',
    timeout: 5000,
    env: { ...process.env, LC_ALL: 'C' },
  } as const;
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim();
}

function startOnWindows(pid: number): string {
  const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
  const options = { encoding: 'utf8', timeout: 15_000, windowsHide: true } as const;
  return execFileSync('powershell', ['-NoProfile', '-Command', script], options).trim();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
