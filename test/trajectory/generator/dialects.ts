import type { Dialect } from './dialect.ts';
import { OPENAI_CHAT } from './dialects/openaiChat.ts';

export const DIALECTS: readonly Dialect[] = [...OPENAI_CHAT];
