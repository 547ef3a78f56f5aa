import type { Dialect } from './dialect.ts';
import { ARRANGED_MESSAGES } from './dialects/arrangedMessages.ts';
import { ARRANGEMENTS } from './dialects/arrangements.ts';
import { BLOCKS } from './dialects/blocks.ts';
import { FRAMEWORKS } from './dialects/frameworks.ts';
import { LABELLED_TEXTS } from './dialects/labelledTexts.ts';
import { LOGS } from './dialects/logs.ts';
import { OPEN_HANDS } from './dialects/openHands.ts';
import { OPENAI_CHAT } from './dialects/openaiChat.ts';
import { RECORDED } from './dialects/recorded.ts';
import { RESEARCH } from './dialects/research.ts';
import { SESSIONS } from './dialects/sessions.ts';
import { TEMPLATE_TEXTS } from './dialects/templates.ts';
import { TRACES } from './dialects/traces.ts';
import { TRANSCRIPTS } from './dialects/transcripts.ts';

export const DIALECTS: readonly Dialect[] = [
  ...OPENAI_CHAT,
  ...BLOCKS,
  ...SESSIONS,
  ...RESEARCH,
  ...FRAMEWORKS,
  ...LOGS,
  ...OPEN_HANDS,
  ...LABELLED_TEXTS,
  ...TEMPLATE_TEXTS,
  ...TRACES,
  ...RECORDED,
  ...ARRANGED_MESSAGES,
  ...ARRANGEMENTS,
  ...TRANSCRIPTS,
];
