import { parseDocument } from 'yaml';
import { z } from 'zod';
import { explainIssue, nearest } from './explainIssue.ts';
import { type LaunchYaml, launchSchema } from './schema/launchSchema.ts';

/** Names that are targets by themselves. */
export const LAUNCH_KINDS = ['local', 'ssh', 'slurm', 'kubernetes'] as const;

/** The user's named places to train in: `cluster: {on: slurm, partition: gpu}`. */
export interface Targets {
  targets: Record<string, LaunchYaml>;
  /** What is wrong, one sentence each; such targets are left out. */
  problems: string[];
}

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Reads the text of a targets file. */
export function readTargets(text: string): Targets {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) return { targets: {}, problems: [broken.message] };
  const map = z.record(z.string(), z.unknown()).safeParse(document.toJS() ?? {});
  if (!map.success) {
    return { targets: {}, problems: ['must be a map from a name to what launch: takes'] };
  }
  const targets: Record<string, LaunchYaml> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(map.data)) {
    const parsed = launchSchema.safeParse(value);
    const isKind = (LAUNCH_KINDS as readonly string[]).includes(name);
    if (!NAME.test(name) || isKind) problems.push(nameText(name, isKind));
    else if (parsed.success) targets[name] = parsed.data;
    else {
      for (const issue of parsed.error.issues) {
        for (const text of sentences(name, value, issue)) problems.push(text);
      }
    }
  }
  return { targets, problems };
}

function nameText(name: string, isKind: boolean): string {
  return isKind
    ? `${name}: is a kind of target; give it a name of its own`
    : `${JSON.stringify(name)}: names of targets are of letters, digits, . _ and -`;
}

/** As a config with this value under `launch` would say it. */
function sentences(name: string, value: unknown, issue: z.core.$ZodIssue): string[] {
  const valueAt = (path: readonly PropertyKey[]): unknown =>
    path
      .slice(1)
      .reduce<unknown>(
        (at, key) =>
          typeof at === 'object' && at !== null
            ? (at as Record<PropertyKey, unknown>)[key]
            : undefined,
        value,
      );
  const explained = explainIssue({ ...issue, path: ['launch', ...issue.path] }, valueAt);
  return explained.map(({ message }) => message.replaceAll(/\blaunch(?=[.:])/g, name));
}

/** A target that is not there, with the names that may be meant. */
export function unknownTarget(name: string, { targets }: Targets, file: string): string {
  const names = [...Object.keys(targets), ...LAUNCH_KINDS];
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `--on ${name}: there is no such target${hint} (there are ${names.join(', ')}; ${file} names your own)`;
}
