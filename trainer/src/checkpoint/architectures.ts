import type { ModelConfig } from '../model/modelConfig.ts';
import { llama } from './llama.ts';
import type { Architecture } from './architecture.ts';

export const ARCHITECTURES: Readonly<Record<ModelConfig['modelType'], Architecture>> = { llama };
