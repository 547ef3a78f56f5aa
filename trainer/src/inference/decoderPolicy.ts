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
    const room = { decoder, tokenizer };
    const rowIds = new Map<number, number[]>();
    const written = (row: number): number[] => {
      const ids = rowIds.get(row) ?? [];
      rowIds.set(row, ids);
      return ids;
    };
    const append: Append = (row, ids) => {
      for (const id of ids) written(row).push(id);
    };
    return {
      length: (row) => decoder.length(row),
      ids: (row) => written(row),
      rewind: (marks) => {
        for (const { row, length } of marks) {
          decoder.rewind(row, length);
          written(row).length = decoder.length(row);
        }
      },
      close: () => decoder.dispose(),
      extend: (texts) => extend(room, texts, append),
      async generate(rows, { stop, maxTokens, temperature, drafts, uniform: ofRow }) {
        const isStopped = async (ids: readonly number[]): Promise<boolean> =>
          (await lastText(ids, stop.length)).includes(stop);
        const draw = ofRow ?? uniform;
        const sampling = { temperature, topP: 1, uniform: draw };
        const options = { ...sampling, maxTokens, stopIds, isStopped };
        const begun =
          drafts === undefined || temperature > 0
            ? new Map<number, number[]>()
            : await begin(room, drafts, maxTokens);
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
        for (const row of rows) {
          append(row, begun.get(row) ?? []);
          append(row, rest.get(row) ?? []);
        }
        return Promise.all(
          rows.map((row) => said(row, [...(begun.get(row) ?? []), ...(rest.get(row) ?? [])], stop)),
        );
      },
    };
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

/** Where texts become tokens. */
interface Room {
  decoder: CachedDecoder;
  tokenizer: Tokenizer;
}

/** What each row would write of its draft; it stays in the row. */
async function begin(
  { decoder, tokenizer }: Room,
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

async function extend(
  { decoder, tokenizer }: Room,
  texts: readonly RowText[],
  append: Append,
): Promise<number[]> {
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
  for (const { row, ids } of feeds) append(row, ids);
  return full;
}

/** Notes what a row has been given or has written. */
type Append = (row: number, ids: readonly number[]) => void;

/** The text of single tokens, decoded once each. */
function tokenTexts(tokenizer: Tokenizer): (id: number) => Promise<string> {
  const known = new Map<number, string>();
  return async (id) => {
    const text = known.get(id) ?? (await tokenizer.decode([id]));
    known.set(id, text);
    return text;
  };
}
