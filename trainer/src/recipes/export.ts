import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { verifyChecksums } from '../checkpoint/checksums.ts';
import type { FloatDtype } from '../checkpoint/floatFormats.ts';
import type { WrittenType } from '../checkpoint/gguf/quantise.ts';
import { saveGguf } from '../checkpoint/gguf/saveGguf.ts';
import { writeModelfile } from '../checkpoint/gguf/writeModelfile.ts';
import { openAdapter } from '../checkpoint/openAdapter.ts';
import { writeAdapterFiles } from '../checkpoint/saveAdapter.ts';
import { writeCheckpointFiles } from '../checkpoint/saveCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { openChatTemplate } from '../data/render/chatTemplate.ts';
import { writeFolderAtomically } from '../disk/writeFolderAtomically.ts';
import { type CardFacts, writeModelCard } from '../report/modelCard.ts';
import { plainStudent } from './merge.ts';

export const EXPORT_TARGETS = ['hf', 'peft', 'gguf', 'ollama'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

export interface ExportRequest {
  to: ExportTarget;
  /** The run's config. */
  config: Config;
  cwd: string;
  checkpoint: string;
  /** The folder to write; it must be empty or absent. */
  out: string;
  /** Of hf and peft. */
  dtype: FloatDtype;
  /** Of gguf and ollama. */
  type: WrittenType;
  facts: CardFacts;
}

/** Writes a run's student as other programs take it, with a model card. */
export async function exportRun(request: ExportRequest): Promise<string[]> {
  const { to, out, checkpoint } = request;
  await verifyChecksums(checkpoint);
  const files: string[] = [];
  await writeFolderAtomically(out, async (folder) => {
    for (const name of await WRITERS[to](folder, request)) files.push(name);
    files.push(await writeModelCard(folder, request.facts, to));
  });
  return files;
}

type Writer = (folder: string, request: ExportRequest) => Promise<string[]>;

const WRITERS: Readonly<Record<ExportTarget, Writer>> = {
  hf: async (folder, request) => {
    const { checkpoint: tokenizerFolder, dtype } = request;
    await writeCheckpointFiles(folder, {
      ...(await plainStudent(request)),
      dtype,
      tokenizerFolder,
    });
    return ['config.json', 'model.safetensors', 'tokenizer.json'];
  },
  peft: async (folder, { config, checkpoint, dtype }) => {
    if (config.student.lora === null) {
      throw new DeepCoderError(
        'export-no-adapter',
        'export --to peft: the run trained all weights and has no adapter; export to hf',
        { exitCode: 2 },
      );
    }
    const adapter = await openAdapter(checkpoint);
    await writeAdapterFiles(folder, { ...adapter, dtype, tokenizerFolder: checkpoint });
    return ['adapter_config.json', 'adapter_model.safetensors'];
  },
  gguf: writeGguf,
  ollama: async (folder, request) => {
    const files = await writeGguf(folder, request);
    const tokenizer = await openTokenizer(request.checkpoint);
    const template = openChatTemplate(tokenizer);
    const stops = template === null ? [] : Object.values(template.traits.stops);
    const marks = new Set(stops.flatMap(({ token }: { token: string | null }) => token ?? []));
    return [...files, await writeModelfile(folder, { gguf: files[0]!, stops: [...marks] })];
  },
};

async function writeGguf(folder: string, request: ExportRequest): Promise<string[]> {
  const { checkpoint, type, facts } = request;
  const name = `${facts.name.replace(/[^\w.-]/g, '-')}-${type}.gguf`;
  const tokenizer = await openTokenizer(checkpoint);
  const student = await plainStudent(request);
  await saveGguf(path.join(folder, name), { ...student, name: facts.name, tokenizer, type });
  return [name];
}
