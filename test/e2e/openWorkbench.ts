import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { root } from '../vscode/support/buildSuite.mjs';
import { loadInBrowser } from '../vscode/support/loadInBrowser.mjs';
import { openChromium } from '../vscode/support/openPage.mjs';
import { startWorkbench } from '../vscode/support/startWorkbench.mjs';
import { workbenchPage } from '../vscode/support/workbenchPage.mjs';
import { makeWorkspace } from '../vscode/support/workspace.mjs';

// A busy machine is slow; nothing here measures it.
export const PATIENCE = { timeout: 240_000 };
export const SOON = { timeout: 90_000 };

/** Learns nothing, quickly, and is evaluated on something. */
export const BRIEF_CONFIG = tinyConfig('brief', 3);

/** Trains for as long as it is let, and nearly nothing a step. */
export const ENDLESS_CONFIG = tinyConfig('tiny', 100_000);

function tinyConfig(name: string, steps: number): string {
  return `extends: quickstart
run: {name: ${name}}
data: {train: ['env:household?games=40&seed=1'], eval: ['env:household?games=2&seed=2']}
student:
  architecture: {hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, intermediate_size: 64}
train: {steps: ${steps}, micro_batch_size: 1}
eval: {every: 100000, games: 1}
checkpoints: {every: 50000}
`;
}

export interface OpenWorkbench {
  /** The sample workspace that is open. */
  workspace: string;
  /** Around it: other folders of a test can be made here. */
  folder: string;
  browser: Browser;
  /** The process group of the workbench's server, and of all that it starts. */
  group: number;
  page: Page;
  person: ReturnType<typeof workbenchPage>;
  /** The active editor's text. */
  text: () => Promise<string>;
  close: () => Promise<void>;
}

interface WorkbenchOptions {
  trusted?: boolean;
  /** The browser's window: its size, its zoom. */
  window?: BrowserContextOptions;
  /** The folder lies in an editor's memory, in place of the sample. */
  isVirtual?: boolean;
  /** false: an empty window. */
  hasFolder?: boolean;
  /** What runs the extension. */
  host?: 'node' | 'browser';
  /** Writes what the workspace shall hold. */
  prepare?: (workspace: string) => Promise<void> | void;
}

/** A browser with a workbench on a copy of the sample workspace. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<OpenWorkbench> {
  const place = makeWorkspace();
  await options.prepare?.(place.workspace);
  const server = await startWorkbench({
    userDataDir: place.userDataDir,
    trusted: options.trusted ?? true,
    dialogs: true,
  });
  const browser = await openChromium();
  const page = await browser.newPage(options.window ?? { viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(SOON.timeout);
  const person = workbenchPage(page);
  const { isVirtual = false, hasFolder = true, host = 'node' } = options;
  await loadInBrowser(page, server.port, {
    ...(host === 'browser' ? { deepcoder: root } : {}),
    ...(isVirtual ? { memory: path.join(import.meta.dirname, 'memoryFiles') } : {}),
  });
  const url = server.url({
    folder: isVirtual ? 'memory:/virtual' : hasFolder ? place.workspace : null,
    ...(host === 'node' ? { extension: root } : {}),
  });
  await page.goto(url, { timeout: 180_000 });
  await person.ready();
  return {
    workspace: place.workspace,
    folder: place.folder,
    browser,
    group: server.pid!,
    page,
    person,
    text: async () => {
      const lines = await page.locator('.editor-instance .view-lines').first().textContent();
      return lines?.replaceAll('\u00a0', ' ') ?? '';
    },
    close: async () => {
      await browser.close();
      await server.close();
      place.remove();
    },
  };
}
