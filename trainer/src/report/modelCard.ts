import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a model card says of a run. */
export interface CardFacts {
  name: string;
  /** The checkpoint that the student began as; null: it was made anew. */
  base: string | null;
  teacher: string | null;
  hasAdapter: boolean;
  steps: number;
  /** Measures of the evaluation that chose the checkpoint, by name. */
  metrics: Readonly<Record<string, number>>;
  version: string;
}

/** Writes the card that the Hub shows of a model, metadata in YAML and then Markdown; gives the file's name. */
export async function writeModelCard(
  folder: string,
  facts: CardFacts,
  to: string,
): Promise<string> {
  const name = 'README.md';
  await writeFile(path.join(folder, name), modelCard(facts, to));
  return name;
}

function modelCard(facts: CardFacts, to: string): string {
  const { name, base, teacher, hasAdapter, steps, metrics, version } = facts;
  const measured = Object.entries(metrics).map(([key, value]) => `| ${key} | ${value} |`);
  const isHubName = base !== null && /^[\w.-]+\/[\w.-]+(@\w+)?$/.test(base);
  return [
    '---',
    ...(isHubName ? [`base_model: ${base.split('@')[0]!}`] : []),
    `library_name: ${to === 'peft' ? 'peft' : 'transformers'}`,
    'pipeline_tag: text-generation',
    'tags: [agent, distillation, deepcoder]',
    '---',
    '',
    `# ${name}`,
    '',
    `A student of agent trajectories, trained with DeepCoder ${version} for ${steps} steps` +
      `${hasAdapter ? ' with LoRA' : ''}, span by span.`,
    '',
    `- Base: ${base ?? 'none, trained from scratch'}`,
    `- Teacher: ${teacher ?? 'none (hard labels)'}`,
    ...(measured.length === 0 ? [] : ['', '| measure | value |', '| --- | --- |', ...measured]),
    '',
  ].join('\n');
}
