import type { ConfigYaml } from '@deepcoder/config';
import { CONFIG_COMMANDS } from '@deepcoder/server-protocol';
import type { CodeLens } from 'vscode-languageserver';
import type { Findings } from './background.ts';

export interface LensInput {
  uri: string;
  preset: string | null;
  /** Null where the config has errors. */
  yaml: ConfigYaml | null;
  findings: Findings | null;
}

/** The lenses at the top of a config: what can be done, and what it would take. */
export function configLenses({ uri, preset, yaml, findings }: LensInput): CodeLens[] {
  const lens = (title: string, command: string): CodeLens => ({
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    command: { title, command, arguments: [{ uri, preset }] },
  });
  const estimate = yaml === null || findings === null ? '' : estimateText(yaml, findings);
  return [
    ...(yaml === null ? [] : [lens('Run Train', CONFIG_COMMANDS.runTrain)]),
    lens('Check', CONFIG_COMMANDS.check),
    ...(preset === null
      ? []
      : [lens(`Compare with preset ${preset}`, CONFIG_COMMANDS.compareWithPreset)]),
    ...(estimate === '' ? [] : [lens(estimate, CONFIG_COMMANDS.check)]),
  ];
}

/** `800 steps, 1.6 M tokens, about 420 MB of memory, about 2 min`; what is not known is left out. */
export function estimateText({ train }: ConfigYaml, findings: Findings): string {
  const { fit, check, tokensPerSecond } = findings;
  const steps = check?.totalSteps ?? train.steps;
  const perStep = check?.tokensPerStep ?? fit?.tokensPerStep ?? null;
  const tokens = steps === null || perStep === null ? null : steps * perStep;
  const memory = check?.memoryBytes ?? fit?.memoryBytes ?? null;
  const seconds = tokens === null || tokensPerSecond === null ? null : tokens / tokensPerSecond;
  const parts = [
    steps === null ? `${train.epochs} epochs` : `${steps} steps`,
    tokens === null ? '' : `up to ${countText(tokens)} tokens`,
    memory === null ? '' : `about ${bytesText(memory)} of memory`,
    seconds === null ? '' : `about ${timeText(seconds)} at the last run's speed`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

function countText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e4 ? `${Math.round(count / 1e3)} k` : String(count);
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
