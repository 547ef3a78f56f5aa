import type { ChatTemplate } from '../data/render/chatTemplate.ts';
import type { SequenceModel } from '../inference/sequences.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Grammars } from './grammar/openGrammars.ts';
import type { Scheduler } from './scheduler.ts';

/** A model that answers requests, with the adapters over it. */
export interface ServedModel {
  /** What requests call the model itself. */
  name: string;
  /** Where it comes from. */
  root: string;
  config: ModelConfig;
  tokenizer: Tokenizer;
  /** Null where the tokenizer has no chat template. */
  template: ChatTemplate | null;
  /** Tokens that a request can have, prompt and answer together. */
  context: number;
  scheduler: Scheduler;
  /** Keeps answers to grammars; null where the tokenizer's tokens are no pieces of text. */
  grammars: Grammars | null;
  /** By name; the model itself is one of them. */
  variants: Map<string, Variant>;
  loadAdapter: (name: string, place: string) => Promise<void>;
  unloadAdapter: (name: string) => void;
}

/** The model, or the model with an adapter. */
export interface Variant {
  root: string;
  isAdapter: boolean;
  model: SequenceModel;
}

/** The tokens that end an answer: those of config and tokenizer, and where the template's turns end. */
export function stopIds({
  config,
  tokenizer,
  template,
}: Pick<ServedModel, 'config' | 'tokenizer' | 'template'>): Set<number> {
  const stops = template === null ? [] : Object.values(template.traits.stops);
  const marks = stops.flatMap(({ token }: { token: string | null }) =>
    token === null ? [] : (tokenizer.idOf(token) ?? []),
  );
  const { eosTokenId } = tokenizer.special;
  return new Set([...config.eosTokenIds, ...(eosTokenId === null ? [] : [eosTokenId]), ...marks]);
}
