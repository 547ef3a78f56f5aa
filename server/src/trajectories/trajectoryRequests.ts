import {
  convert,
  NOT_A_TRAJECTORY,
  parse,
  parsedOf,
  joinConverted,
  statistics,
  sumStatistics,
  textOf,
  type ConvertTarget,
  type Parsed,
} from '@deepcoder/trajectory';
import {
  convertRequest,
  jumpRequest,
  formatsRequest,
  overruleRequest,
  sniffRequest,
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
import { NO_FORMAT, titleOf, type Formats } from './formats/formats.ts';
import { sniff } from './sniff.ts';

/** Larger files are opened by nobody as a text; the inspector indexes them. */
const MOST_BYTES = 50_000_000;

/** Requests of our own about one document. */
export function registerTrajectoryRequests(
  context: ServerContext,
  { formats, configOf }: { formats: Formats; configOf: ConfigOf },
): {
  /** Documents may be taken for something else now. */
  tellVerdicts: () => void;
} {
  const { connection, documents } = context;
  const tracked = (uri: string): TrackedDocument | null => {
    const document = documents.get(uri);
    return document instanceof TrackedDocument ? document : null;
  };
  const tellVerdicts = followVerdicts(context, configOf);
  onCustomRequest(connection, statisticsRequest, ({ uri }, token) =>
    cancellable(token, async () => {
      const all = await readAll(tracked(uri), { uri, formats });
      return all && sumStatistics(all.map(({ parsed }) => statistics(parsed)));
    }),
  );
  onCustomRequest(connection, convertRequest, ({ uri, target }, token) =>
    cancellable(token, async () => {
      const all = await readAll(tracked(uri), { uri, formats });
      return all && convertAll(all, target);
    }),
  );
  onCustomRequest(connection, verdictRequest, ({ uri }) => {
    const document = tracked(uri);
    return document && verdictOf(document, configOf);
  });
  onCustomRequest(connection, sniffRequest, ({ uri, text }) =>
    sniff(text, formats.optionsOf(URI.parse(uri).fsPath)),
  );
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
    tellVerdicts();
    return verdictOf(document, configOf);
  });
  onCustomRequest(connection, jumpRequest, ({ uri, ...params }) => {
    const document = tracked(uri);
    return document && jump(document, params);
  });
  return { tellVerdicts };
}

interface ReadText {
  text: string;
  parsed: Parsed;
}

/** A document, or a file with all that is in it; null where there is no trajectory. */
async function readAll(
  document: TrackedDocument | null,
  { uri, formats }: { uri: string; formats: Formats },
): Promise<ReadText[] | null> {
  if (document) {
    const file = document.readFile();
    return file && [{ text: textOf(file), parsed: parsedOf(file) }];
  }
  const { scheme, fsPath } = URI.parse(uri);
  if (scheme !== 'file') return null;
  const options = formats.optionsOf(fsPath);
  if (options.format === NO_FORMAT) return null;
  const texts = (await readPartTexts(fsPath, MOST_BYTES)) ?? [];
  const all = texts.map(({ name, fileName, text }) => ({
    text,
    parsed: parse(text, name === null ? options : { ...options, fileName }),
  }));
  const known = all.filter(({ parsed }) => parsed.format !== NOT_A_TRAJECTORY);
  return known.length === 0 ? null : known;
}

function convertAll(all: readonly ReadText[], target: ConvertTarget): ReturnType<typeof convert> {
  const made = all.map(({ parsed, text }) => convert(parsed, target, text));
  const [only] = made;
  if (made.length === 1) return only!;
  const texts = made.map(({ text }) => text);
  return { text: joinConverted(texts, target), problems: made.flatMap(({ problems }) => problems) };
}

/** The path of the config that counts for a document, as far as it was looked for. */
type ConfigOf = (uri: string) => string | null;

function verdictOf(document: TrackedDocument, configOf: ConfigOf): Verdict {
  const { uri, version } = document;
  const { format, reason } = document.readUpTo(0)?.verdict ?? {
    format: NOT_A_TRAJECTORY,
    reason: 'none of the known formats',
  };
  return { uri, version, format, title: titleOf(format), reason, config: configOf(uri) };
}

const QUIET_MS = 300;

/** Tells the client what a document is taken for, when it is opened and when that changes. */
function followVerdicts(
  { connection, documents, settings }: ServerContext,
  configOf: ConfigOf,
): () => void {
  const told = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const tell = (uri: string): void => {
    timers.delete(uri);
    const document = documents.get(uri);
    if (!(document instanceof TrackedDocument)) return;
    const verdict = verdictOf(document, configOf);
    const news = `${verdict.format} ${verdict.config ?? ''}`;
    if (told.get(uri) === news) return;
    told.set(uri, news);
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
