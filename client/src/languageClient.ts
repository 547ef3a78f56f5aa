import * as vscode from 'vscode';
import type { DocumentSelector, LanguageClient } from 'vscode-languageclient/node';
import { z } from 'zod';
import type { Disposer } from './disposer.ts';
import type { NotificationSpec, ServerConnection } from './serverConnection.ts';

const DOCUMENTS: DocumentSelector = [
  ...['trajectory-text', 'trajectory-jsonl', 'json', 'jsonl', 'yaml'].map((language) => ({
    scheme: 'file',
    language,
  })),
  ...['trajectory-text', 'trajectory-jsonl', 'yaml'].map((language) => ({
    scheme: 'untitled',
    language,
  })),
];

export interface DeepCoderClient extends ServerConnection, Disposer {
  /** Starts the server where it does not run yet, without waiting for it. */
  wake(): void;
  log: vscode.LogOutputChannel;
}

/** Connects a client that was just made. */
type Setup = (client: LanguageClient) => Disposer;

/** The language server's client; its code is loaded, and the server started, at the first use. */
export function createLanguageClient(context: vscode.ExtensionContext): DeepCoderClient {
  const log = vscode.window.createOutputChannel('DeepCoder Language Server', { log: true });
  const setups = new Map<Setup, Disposer | null>();
  let client: LanguageClient | null = null;
  let starting: Promise<LanguageClient> | null = null;
  const start = () => (starting ??= startClient());
  const startClient = async (): Promise<LanguageClient> => {
    const made = await makeClient(context, log);
    client = made;
    for (const setup of setups.keys()) setups.set(setup, setup(made));
    await made.start();
    return made;
  };
  const add = (setup: Setup): Disposer => {
    setups.set(setup, client === null ? null : setup(client));
    return {
      dispose() {
        setups.get(setup)?.dispose();
        setups.delete(setup);
      },
    };
  };
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (client?.isRunning() === true) void client.sendNotification('deepcoder/trusted');
    }),
  );
  return {
    log,
    wake: () => void start().catch((error: unknown) => log.error(String(error))),
    async request(spec, params, token) {
      const running = await start();
      const given = spec.params.parse(params);
      // Without a token no argument: what is undefined would be sent as a second parameter.
      const answer: unknown = await (token === undefined
        ? running.sendRequest(spec.method, given)
        : running.sendRequest(spec.method, given, token));
      return spec.result.parse(answer);
    },
    onNotification: (spec, handler) =>
      add((made) =>
        made.onNotification(spec.method, (params: unknown) => {
          receive(spec, params, { handler, log });
        }),
      ),
    onStarted: (handler) =>
      add((made) =>
        made.onDidChangeState(({ newState }) => {
          const state: number = newState;
          if (state === RUNNING) handler();
        }),
      ),
    dispose: () => void client?.dispose(),
  };
}

/** `State.Running` of the client's package, which is not loaded for its name. */
const RUNNING = 2;

async function makeClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const { LanguageClient: Client, TransportKind } = await import('vscode-languageclient/node');
  const { version } = context.extension.packageJSON as { version: string };
  return new Client(
    'deepcoder',
    'DeepCoder Language Server',
    { module: context.asAbsolutePath('server/dist/server.mjs'), transport: TransportKind.ipc },
    {
      documentSelector: DOCUMENTS,
      outputChannel: log,
      initializationOptions: { trusted: vscode.workspace.isTrusted, version },
    },
  );
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
