import type { ConfigYaml } from './schema/configSchema.ts';

type TeacherType = ConfigYaml['teacher']['type'];

/** Teachers that score token ids over HTTP. */
export function isScoreServer(type: TeacherType): type is 'sglang' | 'vllm' {
  return type === 'sglang' || type === 'vllm';
}

/** Whether the teacher gives scores at all, wherever it runs; others leave hard labels only. */
export function givesScores(type: TeacherType): boolean {
  return type === 'checkpoint' || isScoreServer(type);
}

/** The parts of a config, in either spelling, that say where its tokenizer is. */
interface TokenizerKeys {
  tokenizer: string | null;
  student: { model: string | null };
  teacher: { type: TeacherType; model: string | null; tokenizer: string | null };
}

/** The folder or file of a run's tokenizer: its own key, else the student's checkpoint, else the teacher's. */
export function runTokenizerPlace({ tokenizer, student, teacher }: TokenizerKeys): string | null {
  return tokenizer ?? student.model ?? teacherTokenizerPlace(teacher);
}

/** A teacher's tokenizer; null where it is only known to a server. */
export function teacherTokenizerPlace(teacher: TokenizerKeys['teacher']): string | null {
  return teacher.tokenizer ?? (teacher.type === 'checkpoint' ? teacher.model : null);
}
