import type { CommandId } from '../manifest/commands.ts';

/** What a part of the commands does, by id. Arguments come from menus and are checked by the handler. */
export type CommandTable = Partial<Record<CommandId, (...args: unknown[]) => unknown>>;
