import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { StudentServer, StudentServers } from '../serving/studentServers.ts';
import { runFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';

export function servingCommands({ runs, students, chats }: Services): CommandTable {
  const serve = async (argument: unknown, placeHolder: string) => {
    const run = await runFrom(runs, argument, { placeHolder });
    return run === undefined ? undefined : started(students, run);
  };
  return {
    'deepcoder.serve': async (argument) => {
      const server = await serve(argument, vscode.l10n.t('Serve the student of which run?'));
      if (server !== undefined) await offer(server);
    },
    'deepcoder.chat': async (argument) => {
      const server = await serve(argument, vscode.l10n.t('Chat with the student of which run?'));
      if (server !== undefined) chats.open(server);
    },
    'deepcoder.stopServing': async () => {
      const server = await pick(students, vscode.l10n.t('Stop serving which student?'));
      if (server !== undefined) students.stop(server.folder);
    },
    'deepcoder.copyServedUrl': async () => {
      const server = await pick(students, vscode.l10n.t('Copy the URL of which student?'));
      if (server !== undefined) await copyUrl(server);
    },
    'deepcoder.servedStudents': async () => {
      const server = await pick(students, vscode.l10n.t('Which student?'));
      if (server === undefined) return;
      const acts: { label: string; act: () => void | Promise<void> }[] = [
        { label: vscode.l10n.t('Chat'), act: () => chats.open(server) },
        { label: vscode.l10n.t('Copy URL'), act: () => copyUrl(server) },
        { label: vscode.l10n.t('Stop Serving'), act: () => students.stop(server.folder) },
      ];
      const placeHolder = `${server.name}: ${server.url}/v1`;
      const picked = await vscode.window.showQuickPick(acts, { placeHolder });
      await picked?.act();
    },
  };
}

/** It takes as long as its weights take to be read. */
async function started(students: StudentServers, run: RunInfo): Promise<StudentServer | undefined> {
  const title = vscode.l10n.t('Loading the student of {0}', run.name);
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    try {
      return await students.start(run, token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
}

async function offer(server: StudentServer): Promise<void> {
  const copy = vscode.l10n.t('Copy URL');
  const text = vscode.l10n.t('{0} is served at {1}/v1', server.name, server.url);
  const chosen = await vscode.window.showInformationMessage(text, copy);
  if (chosen === copy) await copyUrl(server);
}

async function copyUrl({ url }: StudentServer): Promise<void> {
  await vscode.env.clipboard.writeText(`${url}/v1`);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', `${url}/v1`), 5000);
}

async function pick(
  students: StudentServers,
  placeHolder: string,
): Promise<StudentServer | undefined> {
  const all = students.all();
  if (all.length === 1) return all[0];
  if (all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No student is served.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    all.map((server) => ({ label: server.name, description: `${server.url}/v1`, server })),
    { placeHolder },
  );
  return picked?.server;
}
