import { shellWord, shellWords } from '../shellWord.ts';
import { STOPPING } from './jobFiles.ts';
import { jobPath } from './job.ts';

export interface Work {
  id: string;
  /** Shell, as it stands, for the number of this part. */
  part: string;
  /** Starts the program with the arguments that follow. */
  command: readonly string[];
  /** Further arguments of `train` and `resume`. */
  args?: readonly string[];
  /** Of each part, what `--set` takes. */
  settings?: readonly (readonly string[])[];
  /** Lines of shell that come before. */
  setup: readonly string[];
  /** Whether SIGTERM for the shell is one for the training: of a container it reaches the shell alone. */
  passesTerm?: boolean;
}

/**
 * Lines for a POSIX shell that start a run, or go on with it where it has a checkpoint, and keep what became of it in
 * the job's folder. `$code` is the exit code, `$end` how the training ended. The working folder is the config's.
 */
export function workLines({
  id,
  part,
  command,
  args = [],
  settings = [],
  setup,
  passesTerm = false,
}: Work): string[] {
  const more = args.map((arg) => ` ${shellWord(arg)}`).join('');
  return [
    ...setup,
    `export DEEPCODER_JOB=${shellWord(jobPath(id))} DEEPCODER_JOB_PART=${part}`,
    'files() { echo "$DEEPCODER_JOB/$1-$DEEPCODER_JOB_PART"; }',
    'run=$(cat "$(files run)" 2>/dev/null)',
    'if [ -n "$run" ] && ls -d "$run"/checkpoints/step-* >/dev/null 2>&1; then',
    `  set -- resume "$run"${more}`,
    'else',
    `  set -- train "$DEEPCODER_JOB/config.yaml" --on local${more}`,
    ...settingLines(settings),
    'fi',
    'echo started >>"$(files starts)"',
    'rm -f "$(files end)"',
    ...(passesTerm ? inBackground(command) : [`${shellWords(command)} "$@"`, 'code=$?']),
    'end=$(cat "$(files end)" 2>/dev/null)',
    `if [ -e "$DEEPCODER_JOB/${STOPPING}" ]; then why=ended; else why=failed; fi`,
    'if [ -z "$end" ]; then echo "$why $code" >"$(files end)"; fi',
  ];
}

/** A shell hears of signals only while it waits; what it waits for may outlive the first one. */
function inBackground(command: readonly string[]): string[] {
  return [
    `${shellWords(command)} "$@" &`,
    'child=$!',
    `trap 'kill -s TERM "$child"' TERM`,
    'while :; do',
    '  wait "$child"',
    '  code=$?',
    '  kill -s 0 "$child" 2>/dev/null || break',
    'done',
  ];
}

function settingLines(settings: readonly (readonly string[])[]): string[] {
  if (settings.length === 0) return [];
  const cases = settings.map((one, part) => `    ${part}) set -- "$@" --set ${shellWords(one)} ;;`);
  return ['  case $DEEPCODER_JOB_PART in', ...cases, '  esac'];
}

/** Shell that is true where the training was told to end from outside, and nobody has stopped the job. */
export const SHOULD_GO_ON = `[ "$end" = interrupted ] && [ ! -e "$DEEPCODER_JOB/${STOPPING}" ]`;
