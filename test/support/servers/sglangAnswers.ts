import { type HashModel, topOf } from './hashModel.ts';
import type { Answer, Settings } from './fakeScoreServer.ts';

interface Asked {
  ids: number[];
  logprob_start_len?: number;
  top_logprobs_num?: number;
  return_text_in_logprobs?: boolean;
  return_flat_raw_top_logprobs?: boolean;
  return_flat_raw_top_logprobs_b64?: boolean;
}

/** `/generate` with `max_new_tokens: 0`, as SGLang 0.5 builds it (`add_logprob_to_meta_info`). */
export function sglangAnswer(
  asked: Asked,
  { model, settings, count }: { model: HashModel; settings: Settings; count: number },
): Answer {
  const { ids, logprob_start_len: start = 0, top_logprobs_num: k = 0 } = asked;
  if (ids.length >= settings.contextLength) {
    const message = `The input (${ids.length} tokens) is longer than the model's context length (${settings.contextLength} tokens).`;
    return { status: 400, body: { error: { message } } };
  }
  const textOf = (id: number): string | null =>
    asked.return_text_in_logprobs === true ? settings.textOf(id) : null;
  const shift = settings.noise * (count % 2);
  const rows = ids.slice(start).map((id, at) => {
    if (at === 0) return null;
    const logps = model.logps(ids, start + at).map((logp) => logp - shift);
    return { label: logps[id] ?? 0, top: topOf(logps, k) };
  });
  const meta = {
    id: 'rid',
    finish_reason: { type: 'length', length: 0 },
    prompt_tokens: ids.length,
    weight_version: settings.weightVersion ?? 'default',
    input_token_logprobs: rows.map((row, at) => [
      row?.label ?? null,
      ids[start + at],
      textOf(ids[start + at] ?? 0),
    ]),
    output_token_logprobs: [],
    completion_tokens: 0,
    cached_tokens: 0,
  };
  const tops = rows.map((row) => row?.top ?? null);
  return {
    status: 200,
    body: {
      text: '',
      output_ids: [],
      meta_info: { ...meta, ...topFields(asked, tops, { settings, textOf }) },
    },
  };
}

function topFields(
  asked: Asked,
  tops: ({ ids: number[]; logps: number[] } | null)[],
  { settings, textOf }: { settings: Settings; textOf: (id: number) => string | null },
): object {
  const { layout = 'base64', shapeCountsNull = false } = settings;
  const wantsFlat = asked.return_flat_raw_top_logprobs === true && layout !== 'nested';
  if (!wantsFlat) {
    return {
      input_top_logprobs: tops.map(
        (top) => top && top.ids.map((id, at) => [top.logps[at], id, textOf(id)]),
      ),
    };
  }
  const covered = tops.filter((top) => top !== null);
  const values = covered.flatMap(({ logps }) => logps);
  const indices = covered.flatMap(({ ids }) => ids);
  const shape = {
    input_top_logprobs_shape: [covered.length + (shapeCountsNull ? 1 : 0), asked.top_logprobs_num],
    input_top_logprobs_null_prefix: 1,
  };
  if (layout === 'flat' || asked.return_flat_raw_top_logprobs_b64 !== true) {
    return { ...shape, input_top_logprobs_val_flat: values, input_top_logprobs_idx_flat: indices };
  }
  return {
    ...shape,
    input_top_logprobs_val_flat_b64: base64(Float32Array.from(values)),
    input_top_logprobs_idx_flat_b64: base64(Int32Array.from(indices)),
    input_top_logprobs_b64_dtype: ['float32', 'int32'],
  };
}

function base64(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer).toString('base64');
}

export function sglangInfo(path: string, settings: Settings): object | null {
  const { model, contextLength, version, weightVersion, speculative } = settings;
  if (path === '/v1/models')
    return { data: [{ id: model, root: model, max_model_len: contextLength }] };
  if (path === '/get_model_info') {
    return {
      model_path: `/models/${model}`,
      is_generation: true,
      weight_version: weightVersion ?? 'default',
    };
  }
  if (path !== '/get_server_info') return null;
  return { version: version ?? '0.5.23', speculative_algorithm: speculative ?? null };
}
