import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, Decoder, Heads, LayerContext } from '../architecture.ts';
import { attended, separateHeads, turned } from './attention.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { layerName } from './llamaLike.ts';
import { swiGluMlp } from './mlp.ts';
import { rmsNorm } from './norms.ts';

interface PreNormParts<C extends DecoderConfig> {
  /** Queries, keys and values of the attention, turned. */
  heads?: (
    decoder: Decoder<C>,
    module: string,
    xND: Tensor,
    context: LayerContext & { layer: number },
  ) => Heads;
  mlp?: (decoder: Decoder, module: string, xND: Tensor) => Tensor;
  /** What each part is multiplied by before it is added. */
  residual?: (config: C) => number;
}

/** The pre-norm block of Llama: `x + attention(norm(x))`, then `x + mlp(norm(x))`. */
export function preNormLayer<C extends DecoderConfig>({
  heads = rotaryHeads,
  mlp = swiGluMlp,
  residual = () => 1,
}: PreNormParts<C> = {}): Architecture<C>['layer'] {
  return (decoder, layer, xND, context) => {
    const at = layerName(layer);
    const factor = residual(decoder.config);
    const added = (x: Tensor, part: Tensor): Tensor =>
      tf.add(x, factor === 1 ? part : tf.mul(part, factor));
    const before = rmsNorm(decoder, `${at}.input_layernorm`, xND);
    const made = heads(decoder, `${at}.self_attn`, before, { ...context, layer });
    const x = added(xND, attended(decoder, `${at}.self_attn.o_proj`, made, context));
    const middle = rmsNorm(decoder, `${at}.post_attention_layernorm`, x);
    return added(x, mlp(decoder, `${at}.mlp`, middle));
  };
}

function rotaryHeads(decoder: Decoder, module: string, xND: Tensor, context: LayerContext): Heads {
  return turned(separateHeads(decoder, module, xND, context), context);
}
