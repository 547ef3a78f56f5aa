import {
  convert,
  FORMATS,
  NOT_A_TRAJECTORY,
  parse,
  parsedOf,
  joinConverted,
  statistics,
  sumStatistics,
  type ConvertTarget,
  type Parsed,
} from '@deepcoder/trajectory';
import {
  convertRequest,
  jumpRequest,
  formatsRequest,
  overruleRequest,
  statisticsRequest,
  verdictNotification,
  verdictRequest,
  type Verdict,
} from '@deepcoder/server-protocol';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { readPartTexts } from '../largeFiles/openFile.ts';
import { cancellable } from '../lsp/cancellable.ts';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { TrackedDocument } from './document/trackedDocument.ts';
import { jump } from './features/jump.ts';
import { NO_FORMAT, type Formats } from './formats/formats.ts';

/** Larger files are opened by nobody as a text; the inspector indexes them. */
const MOST_BYTES = 50_000_000;

/** Requests of our own about one document. */
export function registerTrajectoryRequests(
  context: ServerContext,
  formats: Formats,
): {
  /** Documents may be taken for something else now. */
  tellVerdicts: () => void;
} {
  const { connection, documents } = context;
  const tracked = (uri: string): TrackedDocument | null => {
    const document = documents.get(uri);
    return document instanceof TrackedDocument ? document : null;
  };
  onCustomRequest(connection, statisticsRequest, ({ uri }, token) =>
    cancellable(token, async () => {
      const parsed = await parsedFor(tracked(uri), { uri, formats });
      return parsed && sumStatistics(parsed.map(statistics));
    }),
  );
  onCustomRequest(connection, convertRequest, ({ uri, target }, token) =>
    cancellable(token, async () => {
      const parsed = await parsedFor(tracked(uri), { uri, formats });
      return parsed && convertAll(parsed, target);
    }),
  );
  onCustomRequest(connection, verdictRequest, ({ uri }) => {
    const document = tracked(uri);
    return document && verdictOf(document);
  });
  onCustomRequest(connection, formatsRequest, () => ({ formats: formats.all() }));
  onCustomRequest(connection, overruleRequest, ({ uri, format }) => {
    const document = tracked(uri);
    if (!document) return null;
    const byHand = format === null ? null : formats.named(format);
    if (format !== null && !byHand) {
      throw new ResponseError(ErrorCodes.InvalidParams, `${format} is no format`);
    }
    document.overrule(byHand);
    for (const what of ['semanticTokens', 'diagnostics', 'inlayHints', 'codeLenses'] as const) {
      context.refresh(what);
    }
    return verdictOf(document);
  });
  onCustomRequest(connection, jumpRequest, ({ uri, ...params }) => {
    const document = tracked(uri);
    return document && jump(document, params);
  });
  return { tellVerdicts: followVerdicts(context) };
}

/** A document, or a file with all that is in it; null where there is no trajectory. */
async function parsedFor(
  document: TrackedDocument | null,
  { uri, formats }: { uri: string; formats: Formats },
): Promise<Parsed[] | null> {
  if (document) {
    const file = document.readFile();
    return file && [parsedOf(file)];
  }
  const { scheme, fsPath } = URI.parse(uri);
  if (scheme !== 'file') return null;
  const options = formats.optionsOf(fsPath);
  if (options.format === NO_FORMAT) return null;
  const texts = (await readPartTexts(fsPath, MOST_BYTES)) ?? [];
  const all = texts.map(({ name, fileName, text }) =>
    parse(text, name === null ? options : { ...options, fileName }),
  );
  const known = all.filter(({ format }) => format !== NOT_A_TRAJECTORY);
  return known.length === 0 ? null : known;
}

function convertAll(all: readonly Parsed[], target: ConvertTarget): ReturnType<typeof convert> {
  const made = all.map((parsed) => convert(parsed, target));
  const [only] = made;
  if (made.length === 1) return only!;
  const texts = made.map(({ text }) => text);
  return { text: joinConverted(texts, target), problems: made.flatMap(({ problems }) => problems) };
}

function verdictOf(document: TrackedDocument): Verdict {
  const { uri, version } = document;
  const { format, reason } = document.readUpTo(0)?.verdict ?? {
    format: NOT_A_TRAJECTORY,
    reason: 'none of the known formats',
  };
  const title = FORMATS.find(({ id }) => id === format)?.title ?? 'Not a trajectory';
  return { uri, version, format, title, reason };
}

const QUIET_MS = 300;

/** Tells the client what a document is taken for, when it is opened and when that changes. */
function followVerdicts({ connection, documents, settings }: ServerContext): () => void {
  const told = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const tell = (uri: string): void => {
    timers.delete(uri);
    const document = documents.get(uri);
    if (!(document instanceof TrackedDocument)) return;
    const verdict = verdictOf(document);
    if (told.get(uri) === verdict.format) return;
    told.set(uri, verdict.format);
    void connection.sendNotification(verdictNotification.method, verdict);
  };
  documents.onDidChangeContent(({ document: { uri } }) => {
    if (!told.has(uri)) told.set(uri, '');
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => tell(uri), told.get(uri) === '' ? 0 : QUIET_MS),
    );
  });
  const tellAll = (): void => [...told.keys()].forEach(tell);
  settings.onChange(tellAll);
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    told.delete(uri);
  });
  return tellAll;
}
