import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batches } from '../../../trainer/src/data/batches.ts';
import type { PreparedData } from '../../../trainer/src/data/types.ts';
import { prepare, WEIGHTS } from './prepareSupport.ts';
import { PLAIN, REWRITING } from './chatTemplates.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

const corpus = process.env['DEEPCODER_CORPUS'];
const dev = corpus === undefined ? null : join(corpus, 'dev');

const FOLDERS = ['react_text', 'openai_chat', 'tau_bench', 'sweagent_traj', 'think_toolcall'];

/** One line a source, and the reasons of rejections with their numbers. */
function told(name: string, { train, eval: held, report }: PreparedData): string {
  const lines = report.sources.map((s) => {
    const tokens = Object.entries(s.tokensPerKind).map(([kind, count]) => `${kind} ${count}`);
    const spans = Object.entries(s.spansPerKind).map(([kind, count]) => `${kind} ${count}`);
    return (
      `  ${s.source} [${s.format}] records ${s.records}, samples ${s.samples}, rejected ${s.rejected}, ` +
      `cut ${s.truncated}\n    spans: ${spans.join(', ')}\n    tokens: ${tokens.join(', ')}, glue ${s.glueTokens}`
    );
  });
  const reasons = new Map<string, number>();
  for (const { code } of report.rejected) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const rejected = [...reasons].map(([code, count]) => `${code} ${count}`).join(', ');
  return `${name}: train ${train.length}, eval ${held.length}; rejected: ${rejected}\n${lines.join('\n')}`;
}

describe.skipIf(dev === null || !existsSync(dev))(
  'real files, where DEEPCODER_CORPUS names them',
  () => {
    // Prompts longer than that leave nothing to learn, which is an error unless asked for.
    const settings = {
      eval: 0.05,
      maxLength: 16_384,
      truncate: 'right',
      unlearnable: 'drop',
    } as const;

    it.each(FOLDERS)(
      '%s becomes samples, or is rejected with a reason',
      async (folder) => {
        const prepared = await prepare(dev!, { ...settings, train: [folder] });
        console.log(told(folder, prepared));
        check(prepared);
      },
      120_000,
    );

    it.each([
      ['that keeps what it has shown', PLAIN, ['openai_chat', 'tau_bench', 'sweagent_traj']],
      [
        'that rewrites earlier turns',
        REWRITING,
        ['openai_chat', 'sweagent_traj', 'think_toolcall'],
      ],
    ])(
      'through a chat template %s',
      async (name, chatTemplate, train) => {
        const tokenizer = await createTokenizer({
          ...{ place: 'm', chatTemplate, bosTokenId: null, eosTokenId: null },
          tokenizer: byteTokenizerJson({ special: ['<|im_start|>', '<|im_end|>', '</s>'] }),
          tokenizerConfig: '{"eos_token": "</s>"}',
        });
        const prepared = await prepare(dev!, { ...settings, train, render: 'chat' }, { tokenizer });
        console.log(told(`chat template ${name}`, prepared));
        console.log(prepared.report.timings);
        check(prepared);
      },
      120_000,
    );

    function check({ train, eval: held, report }: PreparedData): void {
      expect(train.length).toBeGreaterThan(0);
      const samples = [...train, ...held];
      for (const { source } of report.sources) {
        const own = samples.filter((sample) => sample.source === source).length;
        const rejected = report.rejected.filter((entry) => entry.source.startsWith(source)).length;
        expect(own + rejected).toBeGreaterThan(0);
      }
      for (const { ids, kinds, glue } of samples) {
        expect(kinds.length).toBe(ids.length);
        glue.forEach((isGlue, t) => isGlue === 1 && expect(kinds[t]).not.toBe(0));
      }
      const options = { rows: 1, length: 16_384, seed: 1, epoch: 0, weights: WEIGHTS };
      const supervised = [...batches(train, options)].reduce((sum, b) => sum + b.targets.count, 0);
      const byKind = train.reduce(
        (sum, { tokensPerKind }) => sum + tokensPerKind[1]! + tokensPerKind[2]!,
        0,
      );
      // A sample's first token is never a target, and never the agent's where a task comes first.
      expect(supervised).toBeLessThanOrEqual(byKind);
      expect(supervised).toBeGreaterThan(byKind - train.length - 1);
    }
  },
);
