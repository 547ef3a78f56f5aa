import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import type { SupervisionWeights } from '@deepcoder/trajectory';
import { prepareData } from '../../../trainer/src/data/prepareData.ts';
import type { DataSettings, PreparedData, PrepareDeps } from '../../../trainer/src/data/types.ts';
import { byteTokenizer } from '../tokenizer/byteTokenizer.ts';

export const WEIGHTS: SupervisionWeights = {
  ...{ reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 },
};

export const SETTINGS: DataSettings = {
  ...{ train: ['.'], eval: 0, format: 'auto', render: 'auto', samples: 'auto', rules: {} },
  reasoningHistory: 'auto',
  ...{ maxLength: 4096, truncate: 'error', packing: true, trainOn: 'all' },
  ...{
    maskToolArguments: false,
    maskSteps: [],
    unlearnable: 'error',
    answerAs: 'action',
    dedupe: true,
    order: 'shuffled',
  },
};

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** A folder with these files, removed after the test. */
export async function folderWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'data-'));
  folders.push(folder);
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), contents);
  }
  return folder;
}

export async function prepare(
  cwd: string,
  settings: Partial<DataSettings> = {},
  rest: Partial<PrepareDeps> & { weights?: Partial<SupervisionWeights> } = {},
): Promise<PreparedData> {
  const { weights, ...deps } = rest;
  return prepareData(
    { data: { ...SETTINGS, ...settings }, weights: { ...WEIGHTS, ...weights } },
    {
      tokenizer: await byteTokenizer({ special: ['</s>'], config: { eos_token: '</s>' } }),
      cwd,
      environments: {},
      now: () => performance.now(),
      workers: 0,
      workerUrl: null,
      ...deps,
    },
  );
}

/** One ReAct record whose words depend on n. */
export const record = (n: number): string =>
  `Question: What is ${n}?\nThought 1: It is ${n}.\nAction 1: Finish[${n}]\n`;

export const records = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => record(from + i)).join('\n');

/** One record of a question and this answer, in OpenAI's form. */
export const chatRecord = (content: string, id?: string): string =>
  JSON.stringify({
    ...(id === undefined ? {} : { id }),
    messages: [
      { role: 'user', content: 'Q' },
      { role: 'assistant', content },
    ],
  });

/** What is thrown with this code, exit code and message. */
export const failure = (code: string, exitCode: number, message: RegExp) =>
  expect.objectContaining({
    code,
    exitCode,
    message: expect.stringMatching(message) as string,
  }) as Error;
