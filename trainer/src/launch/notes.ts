import { z } from 'zod';

/**
 * What ranks tell the `deepcoder` that started them, as lines of standard error: launchers bring those from any host,
 * and need no folder that all can write.
 */
const note = z.object({
  run: z
    .object({
      folder: z.string(),
      members: z.array(z.object({ host: z.string(), pid: z.number() })),
    })
    .optional(),
  failure: z.object({ code: z.string(), message: z.string(), exitCode: z.number() }).optional(),
  /** How training has ended, with everything written. */
  end: z.enum(['finished', 'stopped']).optional(),
});

export type Note = z.infer<typeof note>;

const MARK = '@deepcoder ';

export function encodeNote(value: Note): string {
  return `${MARK}${JSON.stringify(value)}\n`;
}

/** Null for a line that is no note. */
export function decodeNote(line: string): Note | null {
  const at = line.indexOf(MARK);
  if (at === -1) return null;
  try {
    return note.parse(JSON.parse(line.slice(at + MARK.length)));
  } catch {
    return null;
  }
}

/** Whether this rank was started by `deepcoder`, which reads notes. */
export function isLaunched(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['DEEPCODER_RANKS'] ?? '') !== '';
}
