import { adp } from './adp.ts';
import { agentLabPrompt } from './agentLabPrompt.ts';
import { agentNet } from './agentNet.ts';
import { aiderMarkdown } from './aiderMarkdown.ts';
import { alfworldText } from './alfworldText.ts';
import { ampThread } from './ampThread.ts';
import { anthropicBlocks } from './anthropicBlocks.ts';
import { atif } from './atif.ts';
import { autoGen } from './autoGen.ts';
import { browserUse } from './browserUse.ts';
import { callRows } from './callRows.ts';
import { camel } from './camel.ts';
import { claudeCode } from './claudeCode.ts';
import { claudeStream } from './claudeStream.ts';
import { codexExec } from './codexExec.ts';
import { codexRollout } from './codexRollout.ts';
import { continueSession } from './continueSession.ts';
import { copilotChat } from './copilotChat.ts';
import { copilotCli } from './copilotCli.ts';
import { cursorTranscript } from './cursorTranscript.ts';
import { deviceSteps } from './deviceSteps.ts';
import { droidStream } from './droidStream.ts';
import { chatExport } from './exports/chatExport.ts';
import { clineScreen } from './exports/clineScreen.ts';
import { gatewayTelemetry } from './gatewayTelemetry.ts';
import { geminiContents } from './geminiContents.ts';
import { gooseSession } from './gooseSession.ts';
import { hermesSession } from './hermesSession.ts';
import { inspectEval } from './inspectEval.ts';
import { interCode } from './interCode.ts';
import { kimiWire } from './kimiWire.ts';
import { labelledChat } from './labelledChat.ts';
import { labelRules } from './labelRules.ts';
import { langchainText } from './langchainText.ts';
import { messageLog } from './messageLog.ts';
import { miniSweAgent } from './miniSweAgent.ts';
import { openaiChat } from './openaiChat.ts';
import { openaiResponses } from './openaiResponses.ts';
import { openCode } from './openCode.ts';
import { openHands } from './openHands.ts';
import { openHandsV1 } from './openHandsV1.ts';
import { piSession } from './piSession.ts';
import { reactJson } from './reactJson.ts';
import { reactText } from './reactText.ts';
import { recordedCalls } from './recordedCalls.ts';
import { shareGpt } from './shareGpt.ts';
import { smolagents } from './smolagents.ts';
import { specStory } from './specStory.ts';
import { stepRecords } from './stepRecords.ts';
import { sweAgent } from './sweAgent.ts';
import { tauTicks } from './tauTicks.ts';
import { templateText } from './templateText.ts';
import { toolBench } from './toolBench.ts';
import { langSmith, langfuse, traces } from './traces.ts';
import { traeAgent } from './traeAgent.ts';
import { transcriptText } from './transcripts/transcriptText.ts';
import { typedParts } from './typedParts.ts';
import { webShopText } from './webShopText.ts';
import { zedThread } from './zedThread.ts';
import type { Format } from './format.ts';

/** Every format, in the order in which detection asks them: the particular before the general. */
export const FORMATS: readonly Format[] = [
  atif,
  miniSweAgent,
  browserUse,
  sweAgent,
  inspectEval,
  openHandsV1,
  openHands,
  adp,
  recordedCalls,
  typedParts,
  geminiContents,
  claudeCode,
  claudeStream,
  codexRollout,
  codexExec,
  smolagents,
  agentNet,
  deviceSteps,
  interCode,
  toolBench,
  tauTicks,
  autoGen,
  traces,
  langSmith,
  langfuse,
  chatExport,
  clineScreen,
  camel,
  copilotCli,
  copilotChat,
  cursorTranscript,
  droidStream,
  piSession,
  openCode,
  ampThread,
  gooseSession,
  hermesSession,
  traeAgent,
  continueSession,
  zedThread,
  kimiWire,
  gatewayTelemetry,
  alfworldText,
  labelledChat,
  shareGpt,
  messageLog,
  openaiResponses,
  anthropicBlocks,
  openaiChat,
  callRows,
  stepRecords,
  specStory,
  aiderMarkdown,
  webShopText,
  langchainText,
  transcriptText,
  agentLabPrompt,
  reactJson,
  reactText,
  templateText,
  labelRules,
];

export function formatById(id: string): Format | null {
  return FORMATS.find((format) => format.id === id) ?? null;
}
