import type { ServiceResult } from '@deepcoder/trainer-protocol';
import type { Env } from '@deepcoder/trainer-protocol/node';
import type { ConfigYaml } from '@deepcoder/config';
import type { TrainerService } from '../trainerService/trainerService.ts';
import { diskChecks, type DiskProblem } from './diskChecks.ts';

/** What is known of a config beside its text. */
export interface Findings {
  /** Null: not looked yet. */
  disk: DiskProblem[] | null;
  fit: ServiceResult<'fit'> | null;
  /** Of the last full check that somebody asked for. */
  check: ServiceResult<'check'> | null;
  tokensPerSecond: number | null;
}

export interface Subject {
  uri: string;
  /** Path of the file. */
  file: string;
  /** With defaults where it is wrong. */
  yaml: ConfigYaml;
  isValid: boolean;
  /** The document is as it is on the disk, so the trainer can read it there. */
  isSaved: boolean;
  cwd: string;
}

export interface BackgroundOptions {
  service: Pick<TrainerService, 'ask'>;
  programRoot: () => string | null;
  env: Env;
  /** Speed of the last run of this name; null where there is none. */
  lastSpeed: (subject: Subject) => Promise<number | null>;
  onFindings: () => void;
  quietMs?: number;
}

export interface Background {
  /** What is known now; what is not is looked at when the config has been quiet for a moment. */
  of: (subject: Subject) => Findings;
  /** Looks at the disk anew, as after a save. */
  again: () => void;
  remember: (subject: Subject, check: ServiceResult<'check'>) => void;
  forget: (uri: string) => void;
  stop: () => void;
}

interface Known {
  key: string;
  findings: Findings;
  timer: NodeJS.Timeout | undefined;
}

const NOTHING: Findings = { disk: null, fit: null, check: null, tokensPerSecond: null };

/** Checks against the disk and by the trainer, behind the editor's back and kept as long as the config says the same. */
export function createBackground(options: BackgroundOptions): Background {
  const { service, programRoot, env, lastSpeed, onFindings, quietMs = 300 } = options;
  const known = new Map<string, Known>();

  const look = async (subject: Subject, entry: Known): Promise<void> => {
    const { yaml, cwd, file, isValid, isSaved } = subject;
    const isCurrent = (): boolean => known.get(subject.uri) === entry;
    const tell = (found: Partial<Findings>): void => {
      if (!isCurrent()) return;
      entry.findings = { ...entry.findings, ...found };
      onFindings();
    };
    const disk = await diskChecks(yaml, { cwd, env, programRoot: programRoot() });
    tell({ disk, tokensPerSecond: await lastSpeed(subject) });
    const isWhole = disk.every(({ severity }) => severity !== 'error');
    if (!isCurrent() || !isValid || !isSaved || !isWhole) return;
    // Without a trainer, or while it is away, there is one finding less.
    const fit = await service.ask('fit', { config: file, cwd }).catch(() => null);
    if (fit !== null) tell({ fit });
  };
  const schedule = (subject: Subject, entry: Known): void => {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      look(subject, entry).catch(() => undefined);
    }, quietMs).unref();
  };
  const entryOf = (subject: Subject): Known => {
    const { uri, cwd, isValid, isSaved, yaml } = subject;
    const key = JSON.stringify([cwd, isValid, isSaved, yaml]);
    const before = known.get(uri);
    if (before?.key === key) return before;
    clearTimeout(before?.timer);
    const entry: Known = { key, findings: NOTHING, timer: undefined };
    known.set(uri, entry);
    schedule(subject, entry);
    return entry;
  };
  return {
    of: (subject) => entryOf(subject).findings,
    again: () => {
      for (const { timer } of known.values()) clearTimeout(timer);
      known.clear();
      onFindings();
    },
    remember: (subject, check) => {
      const entry = entryOf(subject);
      entry.findings = { ...entry.findings, check };
      onFindings();
    },
    forget: (uri) => {
      clearTimeout(known.get(uri)?.timer);
      known.delete(uri);
    },
    stop: () => {
      for (const { timer } of known.values()) clearTimeout(timer);
      known.clear();
    },
  };
}
