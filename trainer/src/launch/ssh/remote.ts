import { runTool, type ToolAnswer, type ToolPlace } from '../runTool.ts';
import { shellWord } from '../shellWord.ts';

/** Never asks: what needs a password or an unknown host's key fails, and says so. */
const SSH = ['ssh', '-o', 'BatchMode=yes', '-o', 'ServerAliveInterval=15'] as const;

export const SSH_CURE = 'install it, or choose another place with --on';

/** Runs lines of a POSIX shell on a host, whatever the user's own shell there is. */
export function onHost(
  host: string,
  script: string,
  place: ToolPlace,
  options: { allowed?: readonly number[] } = {},
): Promise<ToolAnswer> {
  return runTool([...SSH, '--', host, `sh -c ${shellWord(script)}`], place, options);
}

/** Copies files, named from a folder, into a folder of a host; what is there already and equal is left. */
export async function copyTo(
  host: string,
  { from, files, to }: { from: string; files: readonly string[]; to: string },
  place: ToolPlace,
): Promise<void> {
  const list = ['--files-from=-', '--from0', '--recursive'];
  await runTool(
    ['rsync', ...OPTIONS, ...list, '--', `${from}/`, `${host}:${to}/`],
    { ...place, cwd: from },
    { input: files.map((file) => `${file}\0`).join('') },
  );
}

/** Copies a folder of a host, without what `exclude` says. */
export async function copyFrom(
  host: string,
  { from, to, exclude = [] }: { from: string; to: string; exclude?: readonly string[] },
  place: ToolPlace,
): Promise<void> {
  const without = exclude.map((pattern) => `--exclude=${pattern}`);
  // A file that changes while it is read is read again next time.
  const allowed = [0, 23, 24];
  await runTool(['rsync', ...OPTIONS, ...without, '--', `${host}:${from}/`, `${to}/`], place, {
    allowed,
  });
}

/** Names go as they are, past the shell there. */
const OPTIONS = ['--archive', '--secluded-args', `--rsh=${SSH.join(' ')}`];
