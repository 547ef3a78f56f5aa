import type { Analysis } from './analyse.ts';
import { placeOfPath } from './analyse.ts';
import type { Findings } from './background.ts';
import type { EditorProblem } from './configProblem.ts';
import { bytesText } from './lens.ts';

/** What the disk and the trainer say of a config, at the keys that they speak of. */
export function findingProblems({ entries }: Analysis, findings: Findings): EditorProblem[] {
  const told = [...(findings.disk ?? []), ...(findings.fit?.problems ?? [])];
  const problems = told.map(({ path, code, message, severity }) => ({
    ...{ code, message, severity },
    ...placeOfPath(entries, path),
  }));
  return [...problems, ...memoryProblem(entries, findings)];
}

function memoryProblem(entries: Analysis['entries'], { fit }: Findings): EditorProblem[] {
  if (fit?.memoryBytes == null || fit.memoryBytes <= fit.availableBytes) return [];
  const message = `the run takes about ${bytesText(fit.memoryBytes)}, this machine has ${bytesText(fit.availableBytes)} free; lower train.micro_batch_size or data.max_length, set train.gradient_checkpointing, or train an adapter (student.lora)`;
  const place = placeOfPath(entries, ['train', 'micro_batch_size']);
  return [{ code: 'fit/memory', message, severity: 'warning', ...place }];
}
