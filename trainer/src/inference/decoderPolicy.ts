import type { Generated, Policy, RowText, Session } from '../eval/policy.ts';
import type { CachedDecoder } from './decoder.ts';
import { generate } from './generate.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

export interface DecoderPolicyOptions {
  tokenizer: Tokenizer;
  /** A decoder of so many rows. */
  open: (rows: number) => CachedDecoder;
  uniform: () => number;
}

/** A student or teacher as the player sees it: text in, text out. */
export function decoderPolicy({ tokenizer, open, uniform }: DecoderPolicyOptions): Policy {
  const textOf = tokenTexts(tokenizer);
  const eos = tokenizer.special.eosTokenId;
  const stopIds = new Set(eos === null ? [] : [eos]);
  return { start: (rows) => Promise.resolve(session(open(rows))) };

  function session(decoder: CachedDecoder): Session {
    return {
      length: (row) => decoder.length(row),
      rewind: (marks) => {
        for (const { row, length } of marks) decoder.rewind(row, length);
      },
      close: () => decoder.dispose(),
      extend: (texts) => extend(decoder, texts),
      async generate(rows, { stop, maxTokens, temperature, drafts }) {
        const isStopped = async (ids: readonly number[]): Promise<boolean> =>
          (await lastText(ids, stop.length)).includes(stop);
        const options = { temperature, topP: 1, uniform, maxTokens, stopIds, isStopped };
        const begun =
          drafts === undefined || temperature > 0
            ? new Map<number, number[]>()
            : await begin(decoder, drafts, maxTokens);
        const ended = new Set<number>();
        for (const [row, ids] of begun) {
          if (ids.length >= maxTokens || (await isStopped(ids))) ended.add(row);
        }
        const made = await generate(
          decoder,
          rows.filter((row) => !ended.has(row)),
          options,
        );
        const rest = new Map(made.map(({ row, ids }) => [row, ids]));
        return Promise.all(
          rows.map((row) => said(row, [...(begun.get(row) ?? []), ...(rest.get(row) ?? [])], stop)),
        );
      },
    };
  }

  /** What each row would write of its draft; it stays in the row. */
  async function begin(
    decoder: CachedDecoder,
    drafts: ReadonlyMap<number, string>,
    maxTokens: number,
  ): Promise<Map<number, number[]>> {
    const feeds: { row: number; ids: number[] }[] = [];
    for (const [row, text] of drafts) {
      const { ids } = await tokenizer.encode(text);
      const room = Math.min(maxTokens, decoder.context - decoder.length(row));
      feeds.push({ row, ids: [...ids.slice(0, room)] });
    }
    const accepted = await decoder.feedLikeliest(feeds);
    return new Map(feeds.map(({ row, ids }) => [row, ids.slice(0, accepted.get(row))]));
  }

  async function extend(decoder: CachedDecoder, texts: readonly RowText[]): Promise<number[]> {
    const full: number[] = [];
    const feeds: { row: number; ids: number[] }[] = [];
    for (const { row, text } of texts) {
      const { ids } = await tokenizer.encode(text);
      const prefix = decoder.length(row) === 0 ? tokenizer.prefixIds : [];
      const fits = decoder.length(row) + prefix.length + ids.length <= decoder.context;
      if (fits) feeds.push({ row, ids: [...prefix, ...ids] });
      else full.push(row);
    }
    await decoder.feed(feeds);
    return full;
  }

  /** The text of the last tokens, at least as long as what is looked for. */
  async function lastText(ids: readonly number[], length: number): Promise<string> {
    let text = '';
    for (let at = ids.length - 1; at >= 0 && text.length < length + 1; at--) {
      text = (await textOf(ids[at]!)) + text;
    }
    return text;
  }

  async function said(row: number, ids: number[], stop: string): Promise<Generated> {
    const text = await tokenizer.decode(ids);
    return { row, text, tokens: ids.length, stopped: text.endsWith(stop) };
  }
}

/** The text of single tokens, decoded once each. */
function tokenTexts(tokenizer: Tokenizer): (id: number) => Promise<string> {
  const known = new Map<number, string>();
  return async (id) => {
    const text = known.get(id) ?? (await tokenizer.decode([id]));
    known.set(id, text);
    return text;
  };
}
