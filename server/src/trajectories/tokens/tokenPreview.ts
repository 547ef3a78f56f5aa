import path from 'node:path';
import { tokenPreviewRequest, type TokenColumns } from '@deepcoder/server-protocol';
import { REASONS, reasonText } from '@deepcoder/trajectory';
import type { ServiceResult } from '@deepcoder/trainer-protocol';
import type { z } from 'zod';
import { KIND, SPAN_KINDS, TOKEN_KINDS, type TrainedKind } from '@deepcoder/vocabulary';
import { configFolder } from '../../configs/configFolder.ts';
import { cancelSignal } from '../../lsp/cancelSignal.ts';
import type { ServerContext } from '../../lsp/context.ts';
import { onCustomRequest } from '../../lsp/onCustomRequest.ts';
import { serviceOf } from '../../trainerService/serviceOf.ts';
import type { NearestConfigs } from '../configInForce/nearestConfig.ts';
import { sections, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import type { Formats } from '../formats/formats.ts';
import { ReadFiles } from './readFiles.ts';
import { editedText, type TokenCounts } from './tokenCounts.ts';

type Preview = z.output<typeof tokenPreviewRequest.result>;
type ServiceTokens = ServiceResult<'tokenPreview'>['tokens'];

interface PreviewDeps {
  configs: NearestConfigs;
  counter: TokenCounts;
  formats: Formats;
}

/** Tokens of a trajectory as the trainer would see them, by offsets in the document. */
export function serveTokenPreview(context: ServerContext, deps: PreviewDeps): void {
  const files = new ReadFiles(context.documents, deps.formats);
  onCustomRequest(context.connection, tokenPreviewRequest, async ({ uri, traj, run }, token) => {
    const document = await files.of(uri);
    if (typeof document === 'string') return nothing(0, document);
    const { version } = document;
    const section = sectionOf(document, traj);
    if (!section) return nothing(version, 'There is no such trajectory here.');
    const asked = { document, section, traj: traj - section.traj, signal: cancelSignal(token) };
    if (run === null) return plain(context, deps, asked);
    try {
      return await withLosses(context, run, asked);
    } catch (error) {
      if (token.isCancellationRequested) return nothing(version, '');
      const answer = await plain(context, deps, asked);
      return { ...answer, message: `The losses cannot be told: ${messageOf(error)}` };
    }
  });
}

interface Asked {
  document: TrackedDocument;
  section: Section;
  /** Counted in the section. */
  traj: number;
  signal: AbortSignal;
}

/** With the tokenizer of the nearest config. */
async function plain(
  context: ServerContext,
  { configs, counter }: PreviewDeps,
  { document, section, traj, signal }: Asked,
): Promise<Preview> {
  const { uri, version } = document;
  const inForce = await configs.load(uri);
  if (!inForce) {
    return nothing(version, 'No deepcoder.yaml above this file says which tokenizer to use.');
  }
  try {
    const params = { ...counter.params(document, section, inForce), traj };
    const answer = await serviceOf(context).ask('tokenPreview', params, signal);
    const { tokenizer, maxLength, trainOn, tokens, trouble } = answer;
    const columns = columnsIn(section, tokens, { losses: NO_LOSSES, trainOn });
    return {
      ...{ version, config: inForce.path, tokenizer, maxLength },
      ...{ tokens: columns, message: trouble?.message ?? '' },
    };
  } catch (error) {
    return { ...nothing(version, messageOf(error)), config: inForce.path };
  }
}

/** As a run makes them, and what its student finds of them. */
async function withLosses(
  context: ServerContext,
  run: string,
  { document, section, traj, signal }: Asked,
): Promise<Preview> {
  const { version } = document;
  const params = {
    ...editedText(document, section),
    ...{ traj, run, cwd: configFolder(run, context.workspaceFolders()) },
  };
  const answer = await serviceOf(context).ask('tokenLosses', params, signal);
  const { tokenizer, maxLength, trainOn, tokens, trouble, teacherTrouble, ...losses } = answer;
  return {
    ...{ version, config: path.join(run, 'config.yaml'), tokenizer, maxLength },
    tokens: columnsIn(section, tokens, { losses, trainOn }),
    message: [trouble, teacherTrouble].flatMap((one) => one?.message ?? []).join('; '),
  };
}

function nothing(version: number, message: string): Preview {
  return { version, config: null, tokenizer: null, maxLength: null, tokens: null, message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sectionOf(document: TrackedDocument, traj: number): Section | null {
  for (const section of sections(document)) {
    const last = section.traj + section.parsed.trajectories.length;
    if (traj >= section.traj && traj < last) return section;
  }
  return null;
}

type Losses = Pick<TokenColumns, 'loss' | 'likeliest' | 'teacherAgreement'>;

const NO_LOSSES: Losses = { loss: null, likeliest: null, teacherAgreement: null };

function columnsIn(
  { start }: Section,
  tokens: ServiceTokens,
  { losses, trainOn }: { losses: Losses; trainOn: string },
): TokenColumns {
  const { loss, likeliest, teacherAgreement } = losses;
  return {
    id: tokens.id,
    text: tokens.text,
    start: tokens.start.map((offset) => offset + start),
    end: tokens.end.map((offset) => offset + start),
    kind: tokens.kind.map((code) => {
      const kind = trainedKind(code);
      return kind === null ? -1 : SPAN_KINDS.indexOf(kind);
    }),
    weight: tokens.weight,
    why: tokens.weight.map((weight, i) => {
      const kind = trainedKind(tokens.kind[i]);
      const reason = REASONS[tokens.reason[i] ?? -1];
      return reason === undefined ? '' : reasonText({ reason, kind, weight, trainOn });
    }),
    supervised: tokens.weight.map((weight) => (weight > 0 ? 1 : 0)),
    truncated: tokens.truncated,
    ...{ loss, likeliest, teacherAgreement },
  };
}

function trainedKind(code: number | undefined): TrainedKind | null {
  const kind = TOKEN_KINDS[code ?? KIND.none];
  return kind === undefined || kind === 'none' ? null : kind;
}
