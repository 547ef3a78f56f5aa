import { adp } from './adp.ts';
import { agentLabPrompt } from './agentLabPrompt.ts';
import { agentNet } from './agentNet.ts';
import { aiderMarkdown } from './aiderMarkdown.ts';
import { alfworldText } from './alfworldText.ts';
import { anthropicBlocks } from './anthropicBlocks.ts';
import { atif } from './atif.ts';
import { autoGen } from './autoGen.ts';
import { claudeCode } from './claudeCode.ts';
import { codexRollout } from './codexRollout.ts';
import { geminiContents } from './geminiContents.ts';
import { inspectEval } from './inspectEval.ts';
import { interCode } from './interCode.ts';
import { labelRules } from './labelRules.ts';
import { labelledChat } from './labelledChat.ts';
import { langchainText } from './langchainText.ts';
import { miniSweAgent } from './miniSweAgent.ts';
import { openHands } from './openHands.ts';
import { openHandsV1 } from './openHandsV1.ts';
import { openaiChat } from './openaiChat.ts';
import { openaiResponses } from './openaiResponses.ts';
import { reactJson } from './reactJson.ts';
import { reactText } from './reactText.ts';
import { shareGpt } from './shareGpt.ts';
import { smolagents } from './smolagents.ts';
import { specStory } from './specStory.ts';
import { sweAgent } from './sweAgent.ts';
import { tauTicks } from './tauTicks.ts';
import { templateText } from './templateText.ts';
import { toolBench } from './toolBench.ts';
import { webShopText } from './webShopText.ts';
import {
  copilotCli,
  cursorTranscript,
  droidStream,
  gatewayTelemetry,
  kimiWire,
  piSession,
} from './cliSessions.ts';
import { langSmith, langfuse, traces } from './traces.ts';
import type { Format } from './format.ts';

/** Every format, in the order in which detection asks them: the particular before the general. */
export const FORMATS: readonly Format[] = [
  atif,
  miniSweAgent,
  sweAgent,
  inspectEval,
  openHandsV1,
  openHands,
  adp,
  geminiContents,
  claudeCode,
  codexRollout,
  smolagents,
  agentNet,
  interCode,
  toolBench,
  tauTicks,
  autoGen,
  traces,
  langSmith,
  langfuse,
  copilotCli,
  cursorTranscript,
  droidStream,
  piSession,
  kimiWire,
  gatewayTelemetry,
  alfworldText,
  labelledChat,
  shareGpt,
  openaiResponses,
  anthropicBlocks,
  openaiChat,
  reactJson,
  specStory,
  aiderMarkdown,
  webShopText,
  langchainText,
  agentLabPrompt,
  reactText,
  templateText,
  labelRules,
];

export function formatById(id: string): Format | null {
  return FORMATS.find((format) => format.id === id) ?? null;
}
