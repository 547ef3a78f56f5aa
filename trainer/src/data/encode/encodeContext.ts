import { openChatTemplate } from '../render/chatTemplate.ts';
import type { RenderContext } from '../render/renderRecord.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { DataSettings } from '../types.ts';
import type { SupervisionWeights } from '../sample.ts';

/** What every text of a run is encoded with. */
export interface EncodeContext extends RenderContext {
  settings: EncodeSettings;
  weights: SupervisionWeights;
  now: () => number;
}

export type EncodeSettings = Pick<
  DataSettings,
  | 'render'
  | 'samples'
  | 'reasoningHistory'
  | 'maxLength'
  | 'truncate'
  | 'trainOn'
  | 'maskToolArguments'
  | 'maskSteps'
  | 'answerAs'
>;

export function encodeContext(
  tokenizer: Tokenizer,
  rest: Pick<EncodeContext, 'settings' | 'weights' | 'now'>,
): EncodeContext {
  const needsTemplate = rest.settings.render === 'auto' || rest.settings.render === 'chat';
  return { ...rest, tokenizer, template: needsTemplate ? openChatTemplate(tokenizer) : null };
}
