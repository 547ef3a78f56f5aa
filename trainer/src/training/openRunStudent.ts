import type { Config } from '@deepcoder/config';
import { verifyChecksums } from '../checkpoint/checksums.ts';
import { openStudent, type Student } from '../student/openStudent.ts';
import { readTrained } from './runCheckpoint.ts';

export interface RunStudentOptions {
  /** The run's config. */
  config: Config;
  cwd: string;
  /** The folder of one of its checkpoints. */
  checkpoint: string;
}

/** The student of a run as a checkpoint holds it; an adapter comes with the base that it was trained on. */
export async function openRunStudent(options: RunStudentOptions): Promise<Student> {
  const { config, cwd, checkpoint } = options;
  await verifyChecksums(checkpoint);
  if (config.student.lora === null) {
    const student = { ...config.student, model: checkpoint, architecture: null };
    return openStudent({ ...config, tokenizer: checkpoint, student }, cwd);
  }
  const student = await openStudent({ ...config, tokenizer: checkpoint }, cwd);
  const trained = await readTrained(checkpoint, student);
  return { ...student, parameters: { ...student.parameters, ...trained } };
}
