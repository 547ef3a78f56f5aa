import { pingRequest } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { DocumentSelector, LanguageClient } from 'vscode-languageclient/node';
import { z } from 'zod';
import type { Disposer } from './disposer.ts';
import type { NotificationSpec, ServerConnection } from './serverConnection.ts';
import { guardServer, type ServerGuard } from './serverGuard.ts';

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
  /** Ends the server where there is one, and starts it anew. */
  restart(): Promise<void>;
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
  let isPending = false;
  const guard = guardServer(context.asAbsolutePath('server/dist/server.mjs'), {
    ping: () => (client?.isRunning() === true ? client.sendRequest(pingRequest.method, {}) : null),
    onDeaf: (document) => void tellDeaf(document, wake),
    leftAloneText,
  });
  const wake = (): void => void start().catch((error: unknown) => log.error(String(error)));
  const start = () => {
    // After several crashes it is given up; who asks for something has it try once more.
    if (!isPending && client !== null && isDown(client)) starting = started(client);
    return (starting ??= startClient());
  };
  const started = async (given: LanguageClient): Promise<LanguageClient> => {
    isPending = true;
    try {
      await given.start();
    } finally {
      isPending = false;
    }
    return given;
  };
  const startClient = async (): Promise<LanguageClient> => {
    const made = await makeClient(context, log, guard);
    client = made;
    for (const setup of setups.keys()) setups.set(setup, setup(made));
    offerRestart(made);
    return started(made);
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
  context.subscriptions.push(followTrust(() => client));
  return {
    log,
    wake,
    async restart() {
      if (client === null) {
        await start();
        return;
      }
      const end = guard.forget();
      // A server that hangs does not answer that it ends.
      await client.stop(STOP_MS).catch((error: unknown) => log.warn(String(error)));
      end();
      await (starting = started(client));
    },
    async request(spec, params, token) {
      const running = await start();
      const given = spec.params.parse(params);
      guard.check(given);
      return spec.result.parse(await send(running, spec.method, { given, token }));
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
    dispose: () => {
      guard.dispose();
      void client?.dispose();
    },
  };
}

function followTrust(client: () => LanguageClient | null): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(() => {
    if (client()?.isRunning() === true) void client()?.sendNotification('deepcoder/trusted');
  });
}

/** Without a token no argument: what is undefined would be sent as a second parameter. */
function send(
  client: LanguageClient,
  method: string,
  { given, token }: { given: unknown; token: vscode.CancellationToken | undefined },
): Promise<unknown> {
  return token === undefined
    ? client.sendRequest(method, given)
    : client.sendRequest(method, given, token);
}

/** `State` of the client's package, which is not loaded for two names. */
const RUNNING = 2;
const STARTING = 3;

function isDown({ state }: LanguageClient): boolean {
  const now: number = state;
  return now !== RUNNING && now !== STARTING;
}

/** Its client starts it again, unless it has given up after several crashes. */
async function tellDeaf(document: string | null, wake: () => void): Promise<void> {
  setTimeout(wake, RESTART_MS);
  const { l10n } = vscode;
  const again = l10n.t('Restart Language Server');
  const name =
    document === null ? null : vscode.workspace.asRelativePath(vscode.Uri.parse(document));
  const text =
    name === null
      ? l10n.t('The DeepCoder language server did not answer for 10 seconds and was started again.')
      : l10n.t(
          'The DeepCoder language server did not answer for 10 seconds while it had {0} to read. It was started again and leaves this file alone until you restart it.',
          name,
        );
  const chosen = await vscode.window.showWarningMessage(text, again);
  if (chosen === again) await vscode.commands.executeCommand('deepcoder.restartServer');
}

function leftAloneText(): string {
  return vscode.l10n.t(
    'The language server did not answer while it read this file, and leaves it alone until it is restarted.',
  );
}

const STOP_MS = 2000;

/** How long a server that crashed may take to be started by its client. */
const GIVEN_UP_MS = 2000;

/** Before `GIVEN_UP_MS`, or one that is about to be started would be told to have ended. */
const RESTART_MS = 500;

/** Says so when the server is gone and nobody starts it. */
function offerRestart(client: LanguageClient): void {
  const look = async () => {
    if (!isDown(client)) return;
    const restart = vscode.l10n.t('Restart Language Server');
    const text = vscode.l10n.t('The DeepCoder language server has ended.');
    const chosen = await vscode.window.showWarningMessage(text, restart);
    if (chosen === restart) await vscode.commands.executeCommand('deepcoder.restartServer');
  };
  client.onDidChangeState(() => {
    if (isDown(client)) setTimeout(() => void look(), GIVEN_UP_MS);
  });
}

async function makeClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  { startProcess, middleware }: Pick<ServerGuard, 'startProcess' | 'middleware'>,
): Promise<LanguageClient> {
  const { LanguageClient: Client } = await import('vscode-languageclient/node');
  const { version } = context.extension.packageJSON as { version: string };
  return new Client('deepcoder', 'DeepCoder Language Server', startProcess, {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    middleware,
    initializationOptions: { trusted: vscode.workspace.isTrusted, version },
  });
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
