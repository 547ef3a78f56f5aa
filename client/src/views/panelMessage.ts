import { RUN_COMMANDS, type FromPanel } from '@deepcoder/panel';
import { z } from 'zod';

/** What the page of metrics may say; anything else is dropped. */
export const panelMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('ack'), sequence: z.int() }),
  z.object({ type: z.literal('detail'), from: z.number(), to: z.number() }),
  z.object({ type: z.literal('save'), name: z.string().max(200), base64: z.base64() }),
  z.object({
    type: z.literal('control'),
    run: z.string(),
    command: z.enum(RUN_COMMANDS),
  }),
  z.object({ type: z.literal('compare') }),
]) satisfies z.ZodType<FromPanel>;
