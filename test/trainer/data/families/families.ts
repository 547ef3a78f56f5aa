import { DEEPSEEK_V31, R1_DISTILL } from './deepSeek.ts';
import { GEMMA, LLAMA2, LLAMA31, NEMOTRON, PHI3 } from './llama.ts';
import { COMMAND_R7B, GLM45, GPT_OSS, GRANITE4, KIMI_K2, MISTRAL, SMOLLM3 } from './others.ts';
import type { Family } from './family.ts';
import { QWEN25, QWEN3, QWEN3_CODER, QWEN3_THINKING, QWQ } from './qwen.ts';

export const FAMILIES: Family[] = [
  ...[QWEN25, QWEN3, QWEN3_THINKING, QWQ, QWEN3_CODER],
  ...[LLAMA31, LLAMA2, NEMOTRON, GEMMA, PHI3],
  ...[R1_DISTILL, DEEPSEEK_V31],
  ...[MISTRAL, COMMAND_R7B, KIMI_K2, GLM45, GRANITE4, GPT_OSS, SMOLLM3],
];
