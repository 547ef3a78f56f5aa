import {
  KINDS,
  tokenPreviewRequest,
  type Kind,
  type TokenColumns,
} from '@deepcoder/server-protocol';
import type { ServiceResult } from '@deepcoder/trainer-protocol';
import type { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { onCustomRequest } from '../onCustomRequest.ts';
import { cancelSignal } from '../service/cancelSignal.ts';
import { serviceOf } from '../service/serviceOf.ts';
import { TrackedDocument } from '../trackedDocument.ts';
import type { NearestConfigs } from './nearestConfig.ts';
import { sections, type Section } from './section.ts';
import type { TokenCounts } from './tokenCounts.ts';

type Preview = z.output<typeof tokenPreviewRequest.result>;
type ServiceTokens = ServiceResult<'tokenPreview'>['tokens'];

/** Tokens of a trajectory as the trainer would see them, by offsets in the document. */
export function serveTokenPreview(
  context: ServerContext,
  { configs, counter }: { configs: NearestConfigs; counter: TokenCounts },
): void {
  onCustomRequest(context.connection, tokenPreviewRequest, async ({ uri, traj }, token) => {
    const document = context.documents.get(uri);
    if (!(document instanceof TrackedDocument)) return nothing(0, 'This document is not open.');
    const { version } = document;
    const section = sectionOf(document, traj);
    if (!section) return nothing(version, 'There is no such trajectory here.');
    const inForce = await configs.load(uri);
    if (!inForce) {
      return nothing(version, 'No deepcoder.yaml above this file says which tokenizer to use.');
    }
    const place = { config: inForce.path, tokenizer: null, maxLength: null };
    try {
      const params = counter.params(document, section.text, inForce);
      const local = { ...params, traj: traj - section.traj };
      const answer = await serviceOf(context).ask('tokenPreview', local, cancelSignal(token));
      return {
        version,
        config: inForce.path,
        tokenizer: answer.tokenizer,
        maxLength: answer.maxLength,
        tokens: columnsIn(section, answer.tokens),
        message: answer.trouble?.message ?? '',
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...nothing(version, message), ...place };
    }
  });
}

function nothing(version: number, message: string): Preview {
  return { version, config: null, tokenizer: null, maxLength: null, tokens: null, message };
}

function sectionOf(document: TrackedDocument, traj: number): Section | null {
  for (const section of sections(document)) {
    const last = section.traj + section.parsed.trajectories.length;
    if (traj >= section.traj && traj < last) return section;
  }
  return null;
}

/** The service's kinds, in its order. */
const SERVICE_KINDS: readonly (Kind | null)[] = [
  null,
  'reasoning',
  'action',
  'observation',
  'other',
];

function columnsIn({ start }: Section, tokens: ServiceTokens): TokenColumns {
  return {
    id: tokens.id,
    text: tokens.text,
    start: tokens.start.map((offset) => offset + start),
    end: tokens.end.map((offset) => offset + start),
    kind: tokens.kind.map((code) => {
      const kind = SERVICE_KINDS[code];
      return kind ? KINDS.indexOf(kind) : -1;
    }),
    weight: tokens.weight,
    supervised: tokens.weight.map((weight) => (weight > 0 ? 1 : 0)),
    truncated: tokens.truncated,
    loss: null,
    teacherAgreement: null,
  };
}
