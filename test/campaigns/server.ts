import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initText } from '@deepcoder/config';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { buildProgram } from '../support/deepcoderProgram.ts';
import { type LanguageServer, startLanguageServer } from '../support/languageServer.ts';
import type { Count } from './campaign.ts';
import { MALFORMED } from './malformedMessages.ts';
import { pieceOf } from './pieces.ts';
import { randomFrom, type Random } from './random.ts';
import { realFiles } from './realFiles.ts';
import { appliedTokens, plainAnswer, within } from './serverAnswers.ts';
import { paramsFor, REQUESTS } from './serverRequests.ts';

export const limitMs = 900_000;
export const shortTries = 4;

export const refusal = (): string | null =>
  process.platform === 'linux' ? null : 'the memory of a process is read from /proc';

/** A document is edited so often before its answers are compared, and another one is opened. */
const ROUNDS = 25;
const LONGEST = 40_000;
const FULL_TOKENS = 'textDocument/semanticTokens/full';

const CONFIGS = [
  initText(),
  'extends: quickstart\ntrain: {steps: 5, epochs: 2}\n',
  'data: {train: [a.jsonl]}\nstudent: {model: m}\nloss:\n  kd: 0.5\n  type: kl\nenvironments:\n  gpu:\n    train: {steps: 3}\n',
];

/** The server under attack, one that answers beside it, and what the first weighed when it was warm. */
interface Servers {
  folder: string;
  server: LanguageServer;
  fresh: LanguageServer;
  documents: number;
  warmBytes: number | null;
}

let servers: Servers | null = null;

export const end = async (): Promise<void> => {
  if (servers === null) return;
  const { folder, server, fresh } = servers;
  servers = null;
  for (const { child, connection } of [server, fresh]) {
    connection.dispose();
    child.kill();
  }
  await sleep(100);
  rmSync(folder, { recursive: true, force: true });
};

/** One document is opened and edited, asked about, let go of and spoken of nonsensically; then all is compared. */
export async function attempt(seed: number, count: Count): Promise<string | null> {
  const random = randomFrom(seed);
  servers ??= await startServers();
  const { server, fresh } = servers;
  let open = openAny(server, seed, random);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      open = await editDocument(server, open, random, count);
      await disturb(server, open, random, count);
    }
    const fault = await compare({ server, fresh, open }, count);
    await close(server, open.uri);
    if (fault !== null) return `${open.name}: ${fault}`;
    return memoryFault(servers);
  } catch (error) {
    await end();
    throw error;
  }
}

async function startServers(): Promise<Servers> {
  await buildProgram();
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  const start = async (): Promise<LanguageServer> => {
    const server = await startLanguageServer({
      folder,
      capabilities: { textDocument: { diagnostic: {} } },
      // What lies on the disk is told when it was looked at, which is sooner or later.
      settings: { config: { checkDisk: false } },
    });
    server.connection.onError(() => undefined);
    return server;
  };
  return { folder, server: await start(), fresh: await start(), documents: 0, warmBytes: null };
}

interface Open {
  uri: string;
  name: string;
  kind: keyof typeof REQUESTS;
  document: TextDocument;
}

function openAny(server: LanguageServer, seed: number, random: Random): Open {
  if (random.below(6) === 0)
    return openAs(server, `seed-${String(seed)}/deepcoder.yaml`, random.pick(CONFIGS));
  const { name, text } = random.pick(realFiles);
  const most = random.below(20) === 0 ? 10 * LONGEST : LONGEST;
  return openAs(server, `seed-${String(seed)}-${name.replaceAll('/', '-')}`, text.slice(0, most));
}

function openAs(server: LanguageServer, name: string, text: string): Open {
  const kind = name.endsWith('.yaml') ? 'config' : 'trajectory';
  const languageId = kind === 'config' ? 'yaml' : 'trajectory-text';
  const uri = server.open(name, text, languageId);
  return { uri, name, kind, document: TextDocument.create(uri, languageId, 1, text) };
}

async function editDocument(
  server: LanguageServer,
  open: Open,
  random: Random,
  count: Count,
): Promise<Open> {
  const { length } = open.document.getText();
  const start = random.below(length + 1);
  const most = random.below(20) === 0 || length > 12 * LONGEST ? 2000 : 4;
  const last = Math.min(length, start + random.below(most));
  const range = { start: open.document.positionAt(start), end: open.document.positionAt(last) };
  const version = open.document.version + 1;
  const contentChanges = [{ range, text: pieceOf(open.document.getText(), random) }];
  const document = TextDocument.update(open.document, contentChanges, version);
  const params = { textDocument: { uri: open.uri, version }, contentChanges };
  await server.connection.sendNotification('textDocument/didChange', params);
  count('edits');
  return { ...open, document };
}

/** Asks something, asks and lets go, or says what makes no sense. */
async function disturb(
  server: LanguageServer,
  open: Open,
  random: Random,
  count: Count,
): Promise<void> {
  const kind = random.below(4);
  const method = random.pick(Object.keys(REQUESTS[open.kind]));
  if (kind === 0) {
    await ask(server, open, { method, at: random.below(1000) / 1000 });
    count('requests');
  } else if (kind === 1) {
    const letGo = ask(server, open, { method, at: 0.5, letGoMs: random.below(5) });
    await letGo.catch(() => undefined);
    count('cancellations');
  } else if (kind === 2) {
    const nonsense = random.pick(MALFORMED);
    await within(nonsense(server, { uri: open.uri, method }), 'a malformed message');
    count('malformed');
  }
}

interface Question {
  method: string;
  at: number;
  letGoMs?: number;
}

async function ask(
  { connection }: LanguageServer,
  open: Pick<Open, 'uri' | 'kind' | 'document'>,
  { method, at, letGoMs }: Question,
): Promise<unknown> {
  const params = paramsFor(method, open.uri, REQUESTS[open.kind][method]!(open.document, at));
  if (letGoMs === undefined) return within(connection.sendRequest(method, params), method);
  const source = new CancellationTokenSource();
  const answer = connection.sendRequest(method, params, source.token);
  setTimeout(() => {
    source.cancel();
  }, letGoMs);
  return within(answer, method);
}

interface Pair {
  server: LanguageServer;
  fresh: LanguageServer;
  open: Open;
}

/** All answers beside those that the fresh server gives for the same text. */
async function compare({ server, fresh, open }: Pair, count: Count): Promise<string | null> {
  const anew = openAs(fresh, open.name, open.document.getText());
  let fault = await deltaFault({ server, fresh, open }, anew);
  for (const method of Object.keys(REQUESTS[open.kind])) {
    const takesPlace = REQUESTS[open.kind][method]!.length > 0;
    for (const at of takesPlace ? [0, 0.3, 0.7, 1] : [0]) {
      const [now, wanted] = await Promise.all([
        ask(server, open, { method, at }),
        ask(fresh, anew, { method, at }),
      ]);
      count('compared');
      if (plainAnswer(now) !== plainAnswer(wanted))
        fault ??= `${method} at ${String(at)} of ${JSON.stringify(open.document.getText()).slice(0, 500)}: ${plainAnswer(now).slice(0, 300)} instead of ${plainAnswer(wanted).slice(0, 300)}`;
    }
  }
  await close(fresh, anew.uri);
  return fault;
}

/** What one more edit makes of the tokens of before. */
async function deltaFault({ server, fresh, open }: Pair, anew: Open): Promise<string | null> {
  if (open.kind !== 'trajectory') return null;
  const before = (await ask(server, open, { method: FULL_TOKENS, at: 0 })) as SemanticTokens | null;
  if (before === null) return null;
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  for (const [one, place] of [
    [server, open],
    [fresh, anew],
  ] as const) {
    const version = place.document.version + 1;
    const contentChanges = [{ range, text: '\n' }];
    place.document = TextDocument.update(place.document, contentChanges, version);
    const params = { textDocument: { uri: place.uri, version }, contentChanges };
    await one.connection.sendNotification('textDocument/didChange', params);
  }
  const params = { textDocument: { uri: open.uri }, previousResultId: before.resultId };
  const delta = server.connection.sendRequest<SemanticTokens | SemanticTokensDelta | null>(
    `${FULL_TOKENS}/delta`,
    params,
  );
  const now = await within(delta, 'a delta of tokens');
  const wanted = (await ask(fresh, anew, { method: FULL_TOKENS, at: 0 })) as SemanticTokens | null;
  const data = now && ('edits' in now ? appliedTokens(before.data, now.edits) : now.data);
  const isSame = JSON.stringify(data ?? null) === JSON.stringify(wanted?.data ?? null);
  return isSame ? null : 'the delta of tokens is not what is new';
}

async function close(server: LanguageServer, uri: string): Promise<void> {
  await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

/** Code is compiled and caches fill up at first. */
const WARM_DOCUMENTS = 40;

function memoryFault(now: Servers): string | null {
  now.documents += 1;
  const bytes = residentBytes(now.server);
  if (now.documents <= WARM_DOCUMENTS) now.warmBytes = Math.max(bytes, now.warmBytes ?? 0);
  else if (bytes > now.warmBytes! * 1.3 + 60e6)
    return `the server weighs ${megabytes(bytes)} after ${String(now.documents)} documents, ${megabytes(now.warmBytes!)} at most after ${String(WARM_DOCUMENTS)}`;
  return null;
}

const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;

function residentBytes({ child }: LanguageServer): number {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}
