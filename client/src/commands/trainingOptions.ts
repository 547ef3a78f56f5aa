import { configPresets } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';

export interface Start {
  /** A file's path, or a preset's name. */
  config: string;
  set?: string[];
  environment?: string;
  /** Also where it trains already. */
  again?: boolean;
}

const EXECUTORS = ['auto', 'cpu', 'webgpu', 'cuda', 'tfjs-cpu', 'tfjs-cuda'];
/** Those that executor onnx has. */
const PROVIDERS = ['cpu', 'webgpu', 'cuda'];

/** Asks, one after the other, what to change for this run; undefined when the user gives up. */
export async function trainingOptions(
  services: Services,
  start: Start,
): Promise<Start | undefined> {
  const executor = await vscode.window.showQuickPick(
    EXECUTORS.map((label) => ({ label, description: executorText(label) })),
    { title: vscode.l10n.t('Executor (1 of 4)') },
  );
  if (executor === undefined) return undefined;
  const preset = await pickPreset(services);
  if (preset === undefined) return undefined;
  const data = await pickData();
  if (data === undefined) return undefined;
  const more = await vscode.window.showInputBox({
    title: vscode.l10n.t('Other keys (4 of 4)'),
    prompt: vscode.l10n.t('key=value, several with spaces between; empty for none'),
    placeHolder: 'train.steps=100 loss.kd=0.5',
  });
  if (more === undefined) return undefined;
  return {
    ...start,
    set: [
      ...engineKeys(executor.label),
      ...(preset === '' ? [] : [`extends=${preset}`]),
      ...(data.length === 0 ? [] : [`data.train=${JSON.stringify(data)}`]),
      ...more.split(/\s+/).filter((part) => part !== ''),
    ],
  };
}

function engineKeys(name: string): string[] {
  if (name === 'auto') return [];
  if (!PROVIDERS.includes(name)) return [`engine.executor=${name}`];
  return ['engine.executor=onnx', `engine.provider=${name}`];
}

function executorText(name: string): string {
  return (
    {
      auto: vscode.l10n.t('the fastest that is installed'),
      cpu: vscode.l10n.t('the processor, by ONNX Runtime'),
      webgpu: vscode.l10n.t('any graphics card, by ONNX Runtime'),
      cuda: vscode.l10n.t('an NVIDIA graphics card, after deepcoder setup cuda'),
      'tfjs-cpu': vscode.l10n.t('the processor, by libtensorflow'),
      'tfjs-cuda': vscode.l10n.t('an NVIDIA graphics card, by libtensorflow'),
    }[name] ?? ''
  );
}

async function pickPreset(services: Services): Promise<string | undefined> {
  const { presets } = await services.server.request(configPresets, {});
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('As in the config'), description: '', name: '' },
      ...presets.map(({ name, about }) => ({ label: name, description: about, name })),
    ],
    { title: vscode.l10n.t('Preset below the config (2 of 4)') },
  );
  return picked?.name;
}

/** Paths of data files; empty: as in the config. */
async function pickData(): Promise<string[] | undefined> {
  const asInConfig = { label: vscode.l10n.t('As in the config') };
  const files = { label: vscode.l10n.t('Choose files…') };
  const picked = await vscode.window.showQuickPick([asInConfig, files], {
    title: vscode.l10n.t('Training data (3 of 4)'),
  });
  if (picked === undefined) return undefined;
  if (picked === asInConfig) return [];
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    canSelectFolders: true,
  });
  return chosen?.map(({ fsPath }) => fsPath);
}
