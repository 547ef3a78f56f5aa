import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError, labelRulesOf, type RuleSets } from '@deepcoder/config';
import { Option } from 'commander';

/** A file with label rules, and a config, for commands that read trajectories. */
export const rulesOption = (): Option =>
  new Option(
    '--rules <file>',
    'label rules for home-made logs: YAML or JSON as in data.rules, from kind to pattern',
  );

export const dataConfigOption = (): Option =>
  new Option('--config <config>', 'a training config: its data.format and data.rules hold');

/** The rules of a file by name, as `data.rules` has them; rules without a name are called after the file. */
export async function readRules(file: string, cwd: string): Promise<RuleSets> {
  const text = await readFile(path.resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fault(`cannot be read (${why})`, file);
  });
  const { name } = path.parse(file);
  const { rules, problems } = labelRulesOf(text, name);
  if (problems.length > 0) throw fault(problems.join('; '), file);
  return rules;
}

/** The name of the rules to take: the only ones, or those that `--format` names. */
export function chosenRules(rules: RuleSets, format: string | undefined, file: string): string {
  const names = Object.keys(rules);
  const [first] = names;
  if (format === undefined && names.length === 1 && first !== undefined) return first;
  if (format !== undefined && names.includes(format)) return format;
  throw fault(`holds the rules ${names.join(', ')}; name one of them with --format`, file);
}

function fault(what: string, file: string): DeepCoderError {
  return new DeepCoderError('bad-rule', `--rules ${file}: ${what}`, { exitCode: 2 });
}
