import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { Disposer } from '../disposer.ts';
import { programOf } from '../tasks/deepCoderTask.ts';

/** What `deepcoder serve --json` says when it is ready. */
const readySchema = z.object({
  url: z.string(),
  models: z.array(z.string()).min(1),
  /** Whether it answers chats; else it completes texts. */
  chat: z.boolean(),
});

export interface StudentServer {
  folder: string;
  name: string;
  url: string;
  model: string;
  answersChats: boolean;
}

/** The students that this window serves, each by a process of its own. */
export interface StudentServers extends Disposer {
  all: () => readonly StudentServer[];
  /** The one of a run, which is started where there is none; it rejects with what the program says. */
  start: (run: RunInfo, token: vscode.CancellationToken) => Promise<StudentServer>;
  stop: (folder: string) => void;
  onChange: vscode.Event<void>;
}

interface Entry {
  child: ChildProcess;
  ready: Promise<StudentServer>;
  server: StudentServer | null;
}

export function createStudentServers(log: vscode.LogOutputChannel): StudentServers {
  const entries = new Map<string, Entry>();
  const changed = new vscode.EventEmitter<void>();
  const begin = (run: RunInfo): Entry => {
    const child = spawnServer(run.folder);
    const ready = whenReady(child, run, log);
    const entry: Entry = { child, ready, server: null };
    entries.set(run.folder, entry);
    const forget = (): void => {
      if (entries.get(run.folder) !== entry) return;
      entries.delete(run.folder);
      changed.fire();
    };
    child.on('close', forget);
    child.on('error', forget);
    ready.then(
      (server) => {
        entry.server = server;
        changed.fire();
      },
      () => undefined,
    );
    return entry;
  };
  return {
    all: () => [...entries.values()].flatMap(({ server }) => server ?? []),
    async start(run, token) {
      const entry = entries.get(run.folder) ?? begin(run);
      const cancelled = token.onCancellationRequested(() => entry.child.kill());
      try {
        return await entry.ready;
      } finally {
        cancelled.dispose();
      }
    },
    stop: (folder) => {
      entries.get(folder)?.child.kill();
    },
    onChange: changed.event,
    dispose() {
      for (const { child } of entries.values()) child.kill();
      changed.dispose();
    },
  };
}

function spawnServer(folder: string): ChildProcess {
  const { command, program, env } = programOf();
  const cwd = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder))?.uri.fsPath;
  // Its input ends with this process, also where that is killed.
  const args = [program, 'serve', folder, '--port', '0', '--json', '--until-eof'];
  return spawn(command, args, { cwd, env: { ...process.env, ...env }, windowsHide: true });
}

function whenReady(
  child: ChildProcess,
  { folder, name }: RunInfo,
  log: vscode.LogOutputChannel,
): Promise<StudentServer> {
  return new Promise((resolve, reject) => {
    let last = vscode.l10n.t('The program ended without a word.');
    createInterface({ input: child.stderr! }).on('line', (line) => {
      log.info(`serve ${name}: ${line}`);
      if (line.trim() !== '') last = line;
    });
    createInterface({ input: child.stdout! }).once('line', (line) => {
      const read = readySchema.safeParse(parsed(line));
      if (!read.success) {
        reject(new Error(line));
        child.kill();
        return;
      }
      const { url, models, chat } = read.data;
      resolve({ folder, name, url, model: models[0]!, answersChats: chat });
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(messageOf(last))));
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The words of an error that the program has written as JSON. */
function messageOf(line: string): string {
  const error = z.object({ error: z.object({ message: z.string() }) }).safeParse(parsed(line));
  return error.success ? error.data.error.message : line;
}
