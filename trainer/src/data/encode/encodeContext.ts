import type { SupervisionWeights } from '@deepcoder/trajectory';
import { teacherSide, type TeacherSide } from '../align/teacherSide.ts';
import { openChatTemplate } from '../render/chatTemplate.ts';
import type { RenderContext } from '../render/renderRecord.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { PictureSettings } from '../../vision/pictureSettings.ts';
import type { DataSettings } from '../types.ts';

/** What every text of a run is encoded with. */
export interface EncodeContext extends RenderContext {
  settings: EncodeSettings;
  weights: SupervisionWeights;
  now: () => number;
  /** Null where no teacher has a tokenizer of its own. */
  teacher: TeacherSide | null;
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
> & {
  /** How the student is shown pictures; none where it does not see. */
  vision?: PictureSettings | null;
};

export function encodeContext(
  tokenizer: Tokenizer,
  {
    teacherTokenizer = null,
    ...rest
  }: Pick<EncodeContext, 'settings' | 'weights' | 'now'> & { teacherTokenizer?: Tokenizer | null },
): EncodeContext {
  const { vision = null } = rest.settings;
  const needsTemplate = rest.settings.render === 'auto' || rest.settings.render === 'chat';
  const template = needsTemplate ? openChatTemplate(tokenizer) : null;
  const own = { ...rest, tokenizer, vision, template };
  return { ...own, teacher: teacherTokenizer && teacherSide(own, teacherTokenizer) };
}
