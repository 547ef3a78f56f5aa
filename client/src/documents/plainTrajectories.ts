import path from 'node:path';
import { sniffRequest } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { z } from 'zod';
import type { Disposer } from '../disposer.ts';
import type { DeepCoderClient } from '../languageClient.ts';
import { isOnDisk } from '../withoutDisk.ts';

type Sniffed = NonNullable<z.output<typeof sniffRequest.result>>;

/** Trajectories under plain names, such as `log.txt`: what nobody has said to be one, and is. */
export interface PlainTrajectories extends Disposer {
  of(uri: vscode.Uri): Sniffed | undefined;
  /** Has the editor read a document as a trajectory, now and whenever it is opened here again. */
  adopt(document: vscode.TextDocument, isText: boolean): Promise<vscode.TextDocument>;
  readonly onChange: vscode.Event<void>;
}

const PLAIN = new Set(['plaintext', 'log', 'markdown']);

/** So much of a text is looked at. */
const HEAD_CHARACTERS = 1 << 18;

/** Lines that begin as somebody's turn: without two of them, no server is asked. */
const TURN =
  /^[\W_]{0,6}(thought|action|observation|reasoning|human|user|assistant|agent|tool|question|task)\b[^\n]{0,24}[:\]>*]/gim;

const OFFERED = 'plainTrajectories.offered';
const ADOPTED = 'plainTrajectories.adopted';

export function createPlainTrajectories(
  server: DeepCoderClient,
  { workspaceState: memory }: Pick<vscode.ExtensionContext, 'workspaceState'>,
): PlainTrajectories {
  const sniffed = new Map<string, Sniffed>();
  const changed = new vscode.EventEmitter<void>();
  const adopt = async (document: vscode.TextDocument, isText: boolean) => {
    const kept = memory.get<Record<string, boolean>>(ADOPTED, {});
    await memory.update(ADOPTED, { ...kept, [document.uri.toString()]: isText });
    return setLanguage(document, isText);
  };
  const look = async (document: vscode.TextDocument) => {
    const { uri, languageId } = document;
    if (!PLAIN.has(languageId) || !isOnDisk(uri)) return;
    const key = uri.toString();
    const adopted = memory.get<Record<string, boolean>>(ADOPTED, {})[key];
    if (adopted !== undefined) {
      await setLanguage(document, adopted);
      return;
    }
    const text = headOf(document);
    if (!mayBeTrajectory(text)) return;
    const found = await server.request(sniffRequest, { uri: key, text });
    if (found === null) return;
    sniffed.set(key, found);
    changed.fire();
    const offered = memory.get<string[]>(OFFERED, []);
    if (offered.includes(key)) return;
    await memory.update(OFFERED, [...offered, key]);
    const answer = await offer(uri, found);
    if (answer === 'adopt') await adopt(document, found.isText);
    else if (answer === 'inspect')
      await vscode.commands.executeCommand('deepcoder.openInspector', uri);
  };
  const lookAt = (document: vscode.TextDocument) =>
    void look(document).catch((error: unknown) => server.log.warn(String(error)));
  vscode.workspace.textDocuments.forEach(lookAt);
  const listening = vscode.Disposable.from(
    changed,
    vscode.workspace.onDidOpenTextDocument(lookAt),
    // A language that was set is another document that is opened.
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void sniffed.delete(uri.toString())),
  );
  return {
    of: (uri) => sniffed.get(uri.toString()),
    adopt,
    onChange: changed.event,
    dispose: () => void listening.dispose(),
  };
}

/** Whether it is worth asking: two turns by their labels, or JSON that speaks of roles. */
function mayBeTrajectory(text: string): boolean {
  if (/^\s*[[{]/.test(text)) return /"(role|messages|trajectory|type)"/.test(text);
  return (text.match(TURN)?.length ?? 0) > 1;
}

function headOf(document: vscode.TextDocument): string {
  const end = document.positionAt(HEAD_CHARACTERS);
  return document.getText(new vscode.Range(new vscode.Position(0, 0), end));
}

function setLanguage(
  document: vscode.TextDocument,
  isText: boolean,
): Thenable<vscode.TextDocument> {
  const language = isText ? 'trajectory-text' : 'trajectory-jsonl';
  return vscode.languages.setTextDocumentLanguage(document, language);
}

async function offer(
  uri: vscode.Uri,
  { title }: Sniffed,
): Promise<'adopt' | 'inspect' | undefined> {
  const adopt = vscode.l10n.t('Colour Its Spans');
  const inspect = vscode.l10n.t('Open Trajectory Inspector');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is a trajectory ({1}).', path.basename(uri.fsPath), title),
    adopt,
    inspect,
  );
  return chosen === adopt ? 'adopt' : chosen === inspect ? 'inspect' : undefined;
}
