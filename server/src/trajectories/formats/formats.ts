import path from 'node:path';
import type { Settings } from '@deepcoder/config';
import {
  AUTO_FORMAT,
  FORMATS,
  globMatcher,
  namedFormat,
  type ParseOptions,
} from '@deepcoder/trajectory';

/** Stands for a format where there is to be none. */
export const NO_FORMAT = 'none';

/** How files are read: by what the config in force says of them, else the settings, else as detected. */
export interface Formats {
  /** By the path of a file. */
  optionsOf: (file: string) => ParseOptions;
  /** A format, `none`, or a name from the settings' rules; null: there is none of this name. */
  named: (name: string) => ParseOptions | null;
  /** Every such name, with what it stands for. */
  all: () => { name: string; title: string }[];
  /** Takes from now on what configs say of files; null: nothing. */
  follow: (ofConfig: (file: string) => ParseOptions | null) => void;
}

type Given = Settings['trajectories'];

/** Formats that follow the settings. */
export interface SettledFormats extends Formats {
  /** Returns in words what of the settings cannot be. */
  update: (given: Given, folders: () => readonly string[]) => string[];
}

export function createFormats(): SettledFormats {
  let rules: Given['rules'] = {};
  let choices: {
    matches: (name: string) => boolean;
    isInFolder: boolean;
    options: ParseOptions;
  }[] = [];
  let roots = (): readonly string[] => [];
  let ofConfig: (file: string) => ParseOptions | null = () => null;
  const named = (name: string): ParseOptions | null => {
    if (name === NO_FORMAT) return { format: name };
    return name === AUTO_FORMAT ? null : namedFormat(name, rules);
  };
  return {
    named,
    all: () => [
      ...Object.keys(rules).map((name) => ({ name, title: 'your rules of this name' })),
      ...FORMATS.filter(({ id }) => id !== 'label_rules').map(({ id, title }) => ({
        name: id,
        title,
      })),
      { name: NO_FORMAT, title: 'no trajectory' },
    ],
    follow: (next) => {
      ofConfig = next;
    },
    optionsOf: (file) => {
      const chosen = ofConfig(file);
      if (chosen) return { ...chosen, fileName: file };
      const inside = roots().map((root) => path.relative(root, file).split(path.sep).join('/'));
      const base = path.basename(file);
      const found = choices.find(({ matches, isInFolder }) =>
        isInFolder ? inside.some(matches) : matches(base),
      );
      return { ...found?.options, fileName: file };
    },
    update: ({ formats, rules: givenRules }, folders) => {
      rules = givenRules;
      roots = folders;
      choices = [];
      return Object.entries(formats).flatMap(([glob, name]) => {
        const options = named(name);
        if (!options) return [`trajectories.formats: ${JSON.stringify(name)} is no format`];
        choices.push({ matches: globMatcher(glob), isInFolder: glob.includes('/'), options });
        return [];
      });
    },
  };
}

/** A format in words, by its id. */
export function titleOf(format: string): string {
  return FORMATS.find(({ id }) => id === format)?.title ?? 'Not a trajectory';
}
