import * as vscode from 'vscode';
import {
  LanguageClient,
  State,
  TransportKind,
  type DocumentSelector,
} from 'vscode-languageclient/node';
import { z } from 'zod';
import type { Disposer } from './disposer.ts';
import type { NotificationSpec, ServerConnection } from './serverConnection.ts';

const DOCUMENTS: DocumentSelector = [
  { scheme: 'file', language: 'trajectory-text' },
  { scheme: 'file', language: 'trajectory-jsonl' },
  { scheme: 'file', language: 'json' },
  { scheme: 'file', language: 'jsonl' },
  { scheme: 'file', language: 'yaml' },
  { scheme: 'untitled', language: 'trajectory-text' },
  { scheme: 'untitled', language: 'trajectory-jsonl' },
  { scheme: 'untitled', language: 'yaml' },
];

export interface DeepCoderClient extends ServerConnection, Disposer {
  /** Starts the server where it does not run yet, without waiting for it. */
  wake(): void;
  log: vscode.LogOutputChannel;
}

/** Makes the client of the language server; nothing is started by this. */
export function createLanguageClient(context: vscode.ExtensionContext): DeepCoderClient {
  const log = vscode.window.createOutputChannel('DeepCoder Language Server', { log: true });
  const client = new LanguageClient(
    'deepcoder',
    'DeepCoder Language Server',
    {
      module: context.asAbsolutePath('server/dist/server.mjs'),
      transport: TransportKind.ipc,
    },
    {
      documentSelector: DOCUMENTS,
      outputChannel: log,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        version: (context.extension.packageJSON as { version: string }).version,
      },
    },
  );
  let starting: Promise<void> | null = null;
  const start = () => (starting ??= client.start());
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (client.isRunning()) void client.sendNotification('deepcoder/trusted');
    }),
  );
  return {
    log,
    wake: () => void start().catch((error: unknown) => log.error(String(error))),
    async request(spec, params, token) {
      await start();
      const answer: unknown = await client.sendRequest(
        spec.method,
        spec.params.parse(params),
        token,
      );
      return spec.result.parse(answer);
    },
    onNotification: (spec, handler) =>
      client.onNotification(spec.method, (params: unknown) =>
        receive(spec, params, { handler, log }),
      ),
    onStarted: (handler) =>
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) handler();
      }),
    dispose: () => void client.dispose(),
  };
}

function receive<Params extends z.ZodType>(
  { method, params }: NotificationSpec<Params>,
  given: unknown,
  { handler, log }: { handler: (params: z.output<Params>) => void; log: vscode.LogOutputChannel },
): void {
  const checked = params.safeParse(given);
  if (checked.success) handler(checked.data);
  else log.warn(`${method}: ${z.prettifyError(checked.error)}`);
}
