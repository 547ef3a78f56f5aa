import { z } from 'zod';
import { PROTOCOL_VERSION } from './protocolVersion.ts';
import { RUN_STATES } from './runFile.ts';

/** `stop` writes a checkpoint and ends; `checkpoint` writes one and goes on; `status` only answers. */
export const CONTROL_COMMANDS = ['stop', 'pause', 'continue', 'checkpoint', 'status'] as const;

export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

const requestSchema = z.object({
  version: z.int(),
  id: z.int(),
  command: z.enum(CONTROL_COMMANDS),
});

const responseSchema = z.object({
  version: z.int(),
  id: z.int().nullable(),
  ok: z.boolean(),
  /** In words: what was done, or why not. */
  message: z.string(),
  state: z.enum(RUN_STATES).optional(),
  step: z.int().optional(),
});

export type ControlRequest = z.output<typeof requestSchema>;

export type ControlResponse = z.output<typeof responseSchema>;

/** A request of one line, or the answer to send to who sent something else. */
export function parseControlRequest(line: string): ControlRequest | ControlResponse {
  const json = parseJson(line);
  const parsed = requestSchema.safeParse(json);
  const version = PROTOCOL_VERSION;
  const id = typeof json?.id === 'number' ? json.id : null;
  if (typeof json?.version === 'number' && json.version > version) {
    return {
      version,
      id,
      ok: false,
      message: `this run speaks version ${version} of the protocol`,
    };
  }
  if (parsed.success) return parsed.data;
  const message = `not a request; the commands are ${CONTROL_COMMANDS.join(', ')}`;
  return { version, id, ok: false, message };
}

/** An answer of one line, or null. */
export function parseControlResponse(line: string): ControlResponse | null {
  return responseSchema.safeParse(parseJson(line)).data ?? null;
}

/** One JSON line of either direction. */
export function formatControl(message: ControlRequest | ControlResponse): string {
  return `${JSON.stringify(message)}\n`;
}

function parseJson(line: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
