import { readSettings, type Settings } from '@deepcoder/config';
import type { ClientCapabilities, Connection } from 'vscode-languageserver';

/** The settings in force, and who wants to know when they change. */
export interface SettingsStore {
  readonly current: Settings;
  onChange(listener: (settings: Settings) => void): void;
}

/**
 * Asked from clients that can be asked; from the others what they give at the start and send when it
 * changes. What does not fit is named in the log and counts as not set.
 */
export function openSettings(
  connection: Connection,
  client: ClientCapabilities,
  initial: unknown,
): SettingsStore & { load(): Promise<void> } {
  const listeners: ((settings: Settings) => void)[] = [];
  let current = readSettings({}).settings;
  const take = (given: unknown): void => {
    const { settings, problems } = readSettings(given);
    for (const problem of problems) connection.console.warn(`settings: ${problem}`);
    const changed = JSON.stringify(settings) !== JSON.stringify(current);
    current = settings;
    if (changed) listeners.forEach((listener) => listener(settings));
  };
  const asks = client.workspace?.configuration === true;
  const load = async (): Promise<void> => {
    if (!asks) return;
    try {
      take(await connection.workspace.getConfiguration('deepcoder'));
    } catch (error) {
      // A client that refuses, or is going away, must not take the server along.
      connection.console.warn(`settings: ${String(error)}`);
    }
  };
  if (!asks) take(initial);
  connection.onDidChangeConfiguration(
    ({ settings }: { settings?: { deepcoder?: unknown } | null }) => {
      if (asks) void load();
      else take(settings?.deepcoder ?? settings);
    },
  );
  return {
    get current() {
      return current;
    },
    onChange: (listener) => void listeners.push(listener),
    load,
  };
}
