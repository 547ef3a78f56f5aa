import path from 'node:path';
import type {
  InspectedFile,
  InspectorChoices,
  InspectorQuestion,
  Reveal,
  ToInspector,
} from '@deepcoder/panel';
import {
  indexCompareRequest,
  indexFiltersRequest,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexSimilarRequest,
  indexTextRequest,
  tokenPreviewRequest,
  type IndexState,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import { DEFAULT_INSPECTOR, INSPECTOR } from '../manifest/views.ts';
import type { LossRuns } from '../runs/lossRuns.ts';
import type { ServerConnection } from '../serverConnection.ts';
import type { Services } from '../services.ts';
import { isOnDisk, pageOfWhatIsNeeded } from '../withoutDisk.ts';
import { ComparedRecord } from './comparedRecord.ts';
import { IndexedFile } from './indexedFile.ts';
import { choicesSchema, DEFAULT_SHARE, inspectorMessageSchema } from './inspectorMessage.ts';
import { showInText } from './showInText.ts';
import { pagesFolder, webviewHtml } from './webviewHtml.ts';

const CHOICES = 'inspector.choices';
const NO_CHOICES: InspectorChoices = {
  hidden: [],
  folded: [],
  raw: false,
  listShare: DEFAULT_SHARE,
};

/** Where in a file its inspector opens next, by uri. */
const reveals = new Map<string, Reveal>();

/** Opens a file's inspector, at a byte where one is given. */
export async function openInspector(uri: vscode.Uri, reveal?: Reveal): Promise<void> {
  if (reveal !== undefined) reveals.set(uri.toString(), reveal);
  await vscode.commands.executeCommand('vscode.openWith', uri, inspectorFor(uri));
}

/** The one that opens with a click counts as another editor than the one that is chosen. */
function inspectorFor({ path: name }: vscode.Uri): string {
  return name.endsWith('.eval') ? DEFAULT_INSPECTOR : INSPECTOR;
}

/** The reader of trajectory files of any size; the server indexes them, nothing is loaded whole. */
export function registerInspector({
  context,
  server,
  lossRuns,
}: Pick<Services, 'context' | 'server' | 'lossRuns'>): vscode.Disposable {
  const compared = new ComparedRecord(server);
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor({ uri }, panel) {
      if (isOnDisk(uri)) showFile({ context, server, lossRuns, compared, uri, panel });
      else panel.webview.html = pageOfWhatIsNeeded();
    },
  };
  const options = { supportsMultipleEditorsPerDocument: true };
  return vscode.Disposable.from(
    compared,
    ...[INSPECTOR, DEFAULT_INSPECTOR].map((type) =>
      vscode.window.registerCustomEditorProvider(type, provider, options),
    ),
  );
}

interface Showing extends Pick<Services, 'context' | 'server' | 'lossRuns'> {
  compared: ComparedRecord;
  uri: vscode.Uri;
  panel: vscode.WebviewPanel;
}

function showFile({ context, server, lossRuns, compared, uri, panel }: Showing): void {
  const { webview } = panel;
  const post = (message: ToInspector) => void webview.postMessage(message);
  const file = new IndexedFile(server, uri.toString(), (state) =>
    post({ type: 'progress', file: inspected(state) }),
  );
  const open = async () => {
    const state = await file.open().catch((error: unknown) => {
      post({ type: 'refusal', id: null, message: reason(error) });
      return null;
    });
    if (state === null) return;
    const choices = choicesSchema.safeParse(context.globalState.get(CHOICES)).data ?? NO_CHOICES;
    const reveal = reveals.get(uri.toString()) ?? null;
    reveals.delete(uri.toString());
    post({ type: 'file', file: inspected(state), choices, reveal });
    tellCompared();
  };
  const tellCompared = () => post({ type: 'compared', compared: compared.toldTo(uri.toString()) });
  const answer = async (id: number, question: InspectorQuestion, params: object) => {
    try {
      if (file.state === null) throw new Error(vscode.l10n.t('The file is not open.'));
      const asking = { server, lossRuns, compared, webview, uri, handle: file.state.handle };
      const result = await ask(asking, question, params);
      post({ type: 'answer', id, result });
    } catch (error) {
      post({ type: 'refusal', id, message: reason(error) });
    }
  };
  const listening = vscode.Disposable.from(
    webview.onDidReceiveMessage((data: unknown) => {
      const { data: message } = inspectorMessageSchema.safeParse(data);
      if (message === undefined) return;
      if (message.type === 'ready') void open();
      else if (message.type === 'ask') void answer(message.id, message.question, message.params);
      else if (message.type === 'choices')
        void context.globalState.update(CHOICES, message.choices);
      else if (message.type === 'selectForComparison')
        compared.choose(uri.toString(), message.record, message.name);
      else if (message.type === 'copy') void vscode.env.clipboard.writeText(message.text);
      else if (file.state !== null)
        void showInText(server, { uri, handle: file.state.handle, ...message }).catch(
          (error: unknown) => void vscode.window.showErrorMessage(reason(error)),
        );
    }),
    compared.listen(tellCompared),
    panel.onDidChangeViewState(() => {
      const reveal = reveals.get(uri.toString());
      if (!panel.active || reveal === undefined) return;
      reveals.delete(uri.toString());
      post({ type: 'reveal', reveal });
    }),
  );
  panel.onDidDispose(() => {
    listening.dispose();
    file.dispose();
  });
  webview.options = {
    enableScripts: true,
    localResourceRoots: [
      pagesFolder(context.extensionUri),
      // Pictures that a record names lie beside it or in the workspace.
      vscode.Uri.file(path.dirname(uri.fsPath)),
      ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri),
    ],
  };
  webview.html = webviewHtml(webview, context.extensionUri, {
    name: 'inspector',
    title: path.basename(uri.fsPath),
    images: true,
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function inspected(state: IndexState): InspectedFile {
  const { uri, format, title, reason: why, size, bytes, records, complete, byKind } = state;
  const name = path.basename(vscode.Uri.parse(uri).fsPath);
  return { name, format, title, reason: why, size, bytes, records, complete, byKind };
}

interface Asking {
  server: ServerConnection;
  lossRuns: LossRuns;
  compared: ComparedRecord;
  webview: vscode.Webview;
  uri: vscode.Uri;
  handle: number;
}

/** Params are checked by the protocol's schemas; those of the page never name another file. */
async function ask(
  { server, lossRuns, compared, webview, uri, handle }: Asking,
  question: InspectorQuestion,
  params: object,
): Promise<unknown> {
  if (question === 'rows')
    return server.request(indexRowsRequest, indexRowsRequest.params.parse({ ...params, handle }));
  if (question === 'filters') return server.request(indexFiltersRequest, { handle });
  if (question === 'text')
    return server.request(indexTextRequest, indexTextRequest.params.parse({ ...params, handle }));
  if (question === 'search')
    return server.request(
      indexSearchRequest,
      indexSearchRequest.params.parse({ ...params, handle }),
    );
  if (question === 'similar')
    return server.request(
      indexSimilarRequest,
      indexSimilarRequest.params.parse({ ...params, handle }),
    );
  if (question === 'compare') {
    const { record } = compareParams.parse(params);
    const left = await compared.place();
    return server.request(indexCompareRequest, { left, right: { handle, record } });
  }
  if (question === 'tokens') return tokensOf({ server, lossRuns, uri }, params);
  const record = await server.request(
    indexRecordRequest,
    indexRecordRequest.params.parse({ ...params, handle }),
  );
  if (record === null) return null;
  const images = record.images.map((image) => ({
    ...image,
    uri: webview.asWebviewUri(vscode.Uri.parse(image.uri)).toString(),
  }));
  return { ...record, images };
}

const compareParams = z.object({ record: z.int().min(0) });

const tokensParams = z.object({ traj: z.int().min(0), losses: z.boolean() });

/** Tokens of a record; where no run can be asked for losses, why, beside the tokens. */
async function tokensOf(
  { server, lossRuns, uri }: Pick<Asking, 'server' | 'lossRuns' | 'uri'>,
  params: object,
) {
  const { traj, losses } = tokensParams.parse(params);
  const found = losses ? await lossRuns.find(uri) : null;
  const run = found?.run?.folder ?? null;
  const answer = await server.request(tokenPreviewRequest, { uri: uri.toString(), traj, run });
  const messages = [found?.message ?? '', answer.message].filter((one) => one !== '');
  return { ...answer, message: messages.join(' ') };
}
