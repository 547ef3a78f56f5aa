import type { Settings } from '@deepcoder/config';
import { REASONS, reasonText, type Reason } from '@deepcoder/trajectory';
import { CodeActionKind, type Diagnostic } from 'vscode-languageserver';
import { FIX_ALL, type DocumentHandlers, type LanguageFeatures } from '../lsp/languageFeatures.ts';
import type { Supervision } from './configInForce/supervision.ts';
import { rangeIn, sections, type Section } from './document/section.ts';
import { TrackedDocument } from './document/trackedDocument.ts';
import { codeAction } from './features/codeAction.ts';
import { codeLens } from './features/codeLens.ts';
import { completion } from './features/completion.ts';
import { definition, references } from './features/definition.ts';
import { documentHighlight } from './features/documentHighlight.ts';
import { documentLink } from './features/documentLink.ts';
import { documentSymbol } from './features/documentSymbol.ts';
import { foldingRange } from './features/foldingRange.ts';
import { formatting } from './features/formatting.ts';
import { hover, type SpanFacts } from './features/hover.ts';
import { inlayHint } from './features/inlayHint.ts';
import { leftOutReason } from './features/leftOut.ts';
import { prepareRename, rename } from './features/rename.ts';
import { selectionRange } from './features/selectionRange.ts';
import { deltaTokens, fullTokens, LEGEND, semanticTokenData } from './features/semanticTokens.ts';
import { toDiagnostic, trajectoryDiagnostics } from './features/trajectoryDiagnostics.ts';
import type { WorkspaceSymbols } from './symbols/workspaceSymbol.ts';
import { countProblems, unknownText, type TokenCounts } from './tokens/tokenCounts.ts';

/** What the features take from around the document. */
export interface Surroundings {
  settings: () => Settings;
  folders: () => readonly string[];
  supervision: (document: TrackedDocument) => Supervision | null;
  /** Whether there is a training config in force for it. */
  hasConfig: (document: TrackedDocument) => boolean;
  /** Whether that config trains or evaluates on it. */
  isData: (document: TrackedDocument) => boolean;
  counter: Pick<TokenCounts, 'of' | 'failure'>;
  symbols: WorkspaceSymbols;
}

/** Documents up to this length are counted as a whole for diagnostics; of longer ones what is looked at. */
const COUNTED_CHARACTERS = 1_000_000;

type Tracked<H> = H extends (document: infer _, ...rest: infer R) => infer A
  ? (document: TrackedDocument, ...rest: R) => A
  : never;

type OfDocument = Required<DocumentHandlers & Pick<LanguageFeatures, 'diagnostics'>>;

type TrackedFeatures = Omit<LanguageFeatures, keyof OfDocument> & {
  [K in keyof OfDocument]?: Tracked<OfDocument[K]>;
};

/** The editor's features for documents that are trajectories. */
export function trajectoryFeatures(around: Surroundings): LanguageFeatures {
  const { settings, supervision, counter } = around;
  const factsOf = (document: TrackedDocument): SpanFacts => {
    const inForce = supervision(document);
    return (section, span) => {
      const counted = counter.of(document, section);
      const tokens = counted?.spans[span] ?? null;
      const { traj } = section.parsed.spans[span]!;
      const record = counted?.trajectories.find((one) => one.traj === traj);
      const unknown = record && record.unknown > 0 ? unknownText(record) : null;
      if (!inForce) return { tokens, weight: null, why: null, unknown };
      const weight = counted?.weights[span];
      const reason = REASONS[counted?.reasons[span] ?? -1];
      const known =
        weight == null || reason === undefined
          ? byConfig(inForce, section, span)
          : { weight, reason };
      const kind = inForce.kinds[section.parsed.spans[span]!.kind];
      const { turns: trainOn } = inForce.learnt;
      return {
        tokens,
        weight: known.weight,
        why: reasonText({ ...known, kind, trainOn }),
        unknown,
      };
    };
  };
  const features = {
    handles: (document) => document instanceof TrackedDocument && document.isTrajectory(),
    semanticTokensLegend: LEGEND,
    completionTriggers: ['<', '/', ','],
    codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL],
    semanticTokens: (document, _, token) => fullTokens(document, supervision(document), token),
    semanticTokensDelta: (document, { previousResultId }, token) =>
      deltaTokens(document, { previousResultId, supervision: supervision(document) }, token),
    semanticTokensRange: async (document, { range }, token) => {
      const given = { range, supervision: supervision(document) };
      const data = await semanticTokenData(document, given, token);
      return data && { data };
    },
    diagnostics: async (document, token): Promise<Diagnostic[] | null> => {
      const { secrets } = settings().trajectories;
      const found = await trajectoryDiagnostics(document, { secrets }, token);
      return found && [...found, ...countDiagnostics(document, around)];
    },
    documentSymbol: (document, _, token) =>
      documentSymbol(document, settings().trajectories.outlineSpans, token),
    foldingRange: (document, _, token) => foldingRange(document, token),
    selectionRange: (document, { positions }) => selectionRange(document, positions),
    documentHighlight: (document, { position }) => documentHighlight(document, position),
    definition: (document, { position }) => definition(document, position),
    references: (document, { position }) => references(document, position),
    documentLink: (document, _, token) => documentLink(document, around.folders(), token),
    hover: (document, { position }) => hover(document, position, factsOf(document)),
    inlayHint: (document, { range }, token) =>
      inlayHint(document, { range, ...settings().inlayHints, facts: factsOf(document) }, token),
    codeLens: (document, _, token) =>
      codeLens(
        document,
        {
          ...settings().codeLens,
          counts: around.hasConfig(document) ? (section) => counter.of(document, section) : null,
        },
        token,
      ),
    codeAction,
    completion: (document, { position }) => completion(document, position),
    prepareRename: (document, { position }) => prepareRename(document, position),
    rename: (document, { position, newName }) => rename(document, position, newName),
    formatting: (document, _, token) => formatting(document, null, token),
    rangeFormatting: (document, { range }, token) => formatting(document, range, token),
    workspaceSymbol: ({ query }, token) => around.symbols.find(query, token),
  } satisfies TrackedFeatures;
  // Only documents that `handles` accepts come to them.
  return features as unknown as LanguageFeatures;
}

/** By the config alone, while tokens are not counted. */
function byConfig(
  { weights, learnt }: Supervision,
  section: Section,
  span: number,
): { weight: number; reason: Reason } {
  const reason = leftOutReason(section, span, learnt);
  if (reason !== null) return { weight: 0, reason };
  return { weight: weights[section.parsed.spans[span]!.kind], reason: 'content' };
}

function countDiagnostics(
  document: TrackedDocument,
  { counter, isData }: Pick<Surroundings, 'counter' | 'isData'>,
): Diagnostic[] {
  if (document.length > COUNTED_CHARACTERS) return [];
  const trains = isData(document);
  const diagnostics: Diagnostic[] = [];
  for (const section of sections(document)) {
    const counted = counter.of(document, section);
    for (const one of counted ? countProblems(section, counted, trains) : []) {
      diagnostics.push(toDiagnostic(one, rangeIn(section, one)));
    }
  }
  const failure = counter.failure(document);
  const start = { line: 0, character: 0 };
  if (failure) diagnostics.push(toDiagnostic(failure, { start, end: start }));
  return diagnostics;
}
