import { type HashModel, topOf } from './hashModel.ts';
import type { Answer, Settings } from './fakeScoreServer.ts';

interface Asked {
  ids: number[];
  model?: string;
  prompt_logprobs?: number;
  return_token_ids?: boolean;
}

/** `/v1/completions` with `prompt_logprobs`, as vLLM 0.32 answers. */
export function vllmAnswer(
  asked: Asked,
  { model, settings, count }: { model: HashModel; settings: Settings; count: number },
): Answer {
  const { ids, prompt_logprobs: k = 0 } = asked;
  const refused = refusal(asked, settings);
  if (refused !== null) return refused;
  const shift = settings.noise * (count % 2);
  const entries = ids.map((id, at) => {
    if (at === 0) return null;
    const logps = model.logps(ids, at).map((logp) => logp - shift);
    const ranked = topOf(logps, logps.length).ids;
    const chosen = [id, ...ranked.slice(0, k).filter((one) => one !== id)];
    return Object.fromEntries(
      chosen.map((one) => [
        String(one),
        { logprob: logps[one], rank: ranked.indexOf(one) + 1, decoded_token: settings.textOf(one) },
      ]),
    );
  });
  const choice = {
    index: 0,
    text: ' phantom',
    finish_reason: 'length',
    prompt_logprobs: entries,
    ...(asked.return_token_ids === true && { prompt_token_ids: ids, token_ids: [1] }),
  };
  return { status: 200, body: { id: 'cmpl', model: settings.model, choices: [choice] } };
}

function refusal({ ids, model, prompt_logprobs: k = 0 }: Asked, settings: Settings): Answer | null {
  const refuse = (status: number, message: string): Answer => ({
    status,
    body: { error: { message, type: 'BadRequestError', param: null, code: status } },
  });
  if (model !== settings.model) return refuse(404, `The model \`${model ?? ''}\` does not exist.`);
  if (k > settings.maxTopK) {
    return refuse(
      400,
      `Requested prompt logprobs of ${k}, which is greater than max allowed: ${settings.maxTopK}`,
    );
  }
  if (ids.length >= settings.contextLength)
    return refuse(400, 'max_tokens must be at least 1, got 0.');
  return null;
}

export function vllmInfo(path: string, settings: Settings): object | string | null {
  const { model, contextLength, version, speculative } = settings;
  if (path === '/v1/models')
    return { data: [{ id: model, root: `/models/${model}`, max_model_len: contextLength }] };
  if (path === '/version') return { version: version ?? '0.32.0' };
  if (path !== '/metrics') return null;
  const drafts = speculative == null ? '' : 'vllm:spec_decode_num_drafts_total 0.0\n';
  return `# HELP vllm:num_requests_running\nvllm:num_requests_running 0.0\n${drafts}`;
}
