import { z } from 'zod';
import { size } from './configKeys.ts';

/** Of a family in which some layers attend to a window of the last tokens only. */
export const layerTypeKeys = {
  sliding_window: size.nullable().default(null),
  layer_types: z
    .array(z.enum(['full_attention', 'sliding_attention']))
    .nullable()
    .default(null),
};

/** The same with a switch, as Qwen has it. */
export const switchedWindowKeys = {
  ...layerTypeKeys,
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.int().nonnegative().default(28),
};

interface LayerTypes {
  numHiddenLayers: number;
  slidingWindow: number | null;
  layerTypes: ('full_attention' | 'sliding_attention')[] | null;
}

interface SwitchedWindows extends LayerTypes {
  useSlidingWindow: boolean;
  maxWindowLayers: number;
}

/** A layer's window: by `layer_types`, else layers from `max_window_layers` on; none with the switch off. */
export function switchedWindow(config: SwitchedWindows, layer: number): number | null {
  if (!config.useSlidingWindow) return null;
  const slides =
    config.layerTypes === null
      ? layer >= config.maxWindowLayers
      : config.layerTypes[layer] === 'sliding_attention';
  return slides ? config.slidingWindow : null;
}

export function layerTypeFaults({ layerTypes, numHiddenLayers }: LayerTypes): string[] {
  if (layerTypes === null || layerTypes.length === numHiddenLayers) return [];
  return [`"layer_types": has ${layerTypes.length} entries for ${numHiddenLayers} layers`];
}
