import { agentNet } from './agentNet.ts';
import { aiderMarkdown } from './aiderMarkdown.ts';
import { alfworldText } from './alfworldText.ts';
import { anthropicBlocks } from './anthropicBlocks.ts';
import { atif } from './atif.ts';
import { claudeCode } from './claudeCode.ts';
import { codexRollout } from './codexRollout.ts';
import type { Format } from './format.ts';
import { inspectEval } from './inspectEval.ts';
import { langchainText } from './langchainText.ts';
import { miniSweAgent } from './miniSweAgent.ts';
import { openHands } from './openHands.ts';
import { openHandsV1 } from './openHandsV1.ts';
import { openaiChat } from './openaiChat.ts';
import { openaiResponses } from './openaiResponses.ts';
import { reactText } from './reactText.ts';
import { smolagents } from './smolagents.ts';
import { sweAgent } from './sweAgent.ts';
import { templateText } from './templateText.ts';

/** Every format, in the order in which detection asks them: the particular before the general. */
export const FORMATS: readonly Format[] = [
  atif,
  miniSweAgent,
  sweAgent,
  inspectEval,
  openHandsV1,
  openHands,
  claudeCode,
  codexRollout,
  smolagents,
  agentNet,
  alfworldText,
  openaiResponses,
  anthropicBlocks,
  openaiChat,
  aiderMarkdown,
  langchainText,
  reactText,
  templateText,
];

export function formatById(id: string): Format | null {
  return FORMATS.find((format) => format.id === id) ?? null;
}
