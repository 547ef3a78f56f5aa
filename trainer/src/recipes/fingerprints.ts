import { DeepCoderError } from '@deepcoder/config';
import type { RunFingerprints } from '@deepcoder/trainer-protocol';
import type { PreparedData } from '../data/types.ts';
import type { Executor } from '../engine/program.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import { compareMakings, formatChange, type RunChange } from '../run/compareRuns.ts';
import { fingerprintText } from '../run/fingerprintText.ts';
import { checkpointFingerprint } from '../scoring/checkpointFingerprint.ts';
import type { Student } from '../student/openStudent.ts';
import type { TrainRequest } from './trainRequest.ts';

/** What the numbers of a run depend on beside its config and the versions of programs. */
export async function fingerprintsOf(
  request: TrainRequest,
  { data, student }: { data: PreparedData; student: Pick<Student, 'tokenizer'> },
): Promise<RunFingerprints> {
  const { config, configText, cwd, resume } = request;
  const { files, fingerprint, chatTemplate } = student.tokenizer;
  const folders = { base: config.student.model, teacher: config.teacher.model };
  const models = { tokenizer: fingerprint, tokenizer_config: textOf(files.tokenizerConfig) };
  const found = new Map<string, string>([
    ...Object.entries(models),
    ['chat_template', textOf(chatTemplate)],
  ]);
  for (const [name, folder] of Object.entries(folders)) {
    if (folder === null) continue;
    found.set(name, await checkpointFingerprint(await modelPlace(folder, { cwd })));
  }
  return {
    config: fingerprintText(configText),
    data: [{ path: 'samples', sha256: data.report.fingerprint }],
    models: [...found].map(([name, sha256]) => ({ path: name, sha256 })),
    // Known once the executor is open; until then what the run was started with.
    executor: resume?.makings.fingerprints.executor ?? null,
  };
}

function textOf(text: string | null): string {
  return fingerprintText(text ?? '');
}

/** Refuses to go on with a run that was made from something else, and says from what. */
export function refuseChanges(request: TrainRequest, fingerprints: RunFingerprints): void {
  const { resume, yaml, versions, gitCommit } = request;
  if (resume === undefined) return;
  refuse(
    request,
    compareMakings(resume.makings, { config: yaml, versions, gitCommit, fingerprints }),
  );
}

/** The same for what computes, which is known only once it is open. */
export function refuseOtherExecutor(request: TrainRequest, { build }: Executor): void {
  const before = request.resume?.makings.fingerprints.executor ?? null;
  if (before === null || before === build) return;
  refuse(request, [{ what: 'engine', name: 'executor', before, after: build }]);
}

function refuse({ resume, progress }: TrainRequest, found: readonly RunChange[]): void {
  const changes = found.map(formatChange);
  if (resume === undefined || changes.length === 0) return;
  if (resume.acceptChanges) {
    for (const change of changes) progress.say(`changed since: ${change}`);
    return;
  }
  throw new DeepCoderError(
    'run/changed',
    `run ${resume.folder}: something has changed since it was started, so its numbers would not be those of one run:\n  ${changes.join('\n  ')}\nundo the changes, or resume with --accept-changes`,
    { exitCode: 3 },
  );
}
