import { settingsProperties } from '@deepcoder/config';
import { COLOURS } from './colours.ts';
import { CATEGORY, COMMANDS, type CommandEntry } from './commands.ts';
import { FONT_STYLES, GRAMMARS, KIND_LOOKS, LANGUAGES, MODIFIERS } from './languages.ts';
import { TASK_COMMANDS } from './taskCommands.ts';
import { KEYS, MENUS } from './menus.ts';
import {
  DEFAULT_INSPECTOR,
  INSPECTOR,
  MCP_PROVIDER,
  VIEWS,
  WALKTHROUGH,
  WELCOME,
  type Text,
} from './views.ts';

/** Texts that are translated, by key, as `package.nls.json` has them. */
type Texts = Record<string, string>;

/**
 * The extension's part of `package.json`, and the texts it refers to. Only what
 * stands in the tables of this folder is contributed.
 */
export function manifest(): { fields: Record<string, unknown>; texts: Texts } {
  const texts: Texts = {};
  const text = (key: string, value: string): string => {
    texts[key] = value;
    return `%${key}%`;
  };
  const contributes = {
    commands: commands(text),
    menus: { commandPalette: palette(), ...MENUS },
    keybindings: KEYS,
    languages: LANGUAGES,
    grammars: GRAMMARS,
    ...semanticTokens(text),
    colors: Object.entries(COLOURS).map(([id, { description, defaults }]) => ({
      id,
      description: text(`colour.${id}`, description),
      defaults,
    })),
    configurationDefaults: {
      'editor.semanticTokenColorCustomizations': { rules: FONT_STYLES },
      '[trajectory-text]': { 'editor.wordWrap': 'on', 'editor.semanticHighlighting.enabled': true },
      '[trajectory-jsonl]': { 'editor.semanticHighlighting.enabled': true },
    },
    configuration: { title: 'DeepCoder', properties: settingsProperties() },
    viewsContainers: {
      activitybar: [{ id: 'deepcoder', title: 'DeepCoder', icon: 'media/activity.svg' }],
    },
    views: VIEWS(text),
    viewsWelcome: WELCOME(text),
    customEditors: [
      {
        viewType: INSPECTOR,
        displayName: text('inspector.name', 'Trajectory Inspector'),
        selector: INSPECTED.map((filenamePattern) => ({ filenamePattern })),
        priority: 'option',
      },
      {
        viewType: DEFAULT_INSPECTOR,
        displayName: text('inspector.defaultName', 'Trajectory Inspector (default)'),
        selector: INSPECTED_BY_DEFAULT.map((filenamePattern) => ({ filenamePattern })),
        priority: 'default',
      },
    ],
    mcpServerDefinitionProviders: [{ id: MCP_PROVIDER, label: 'DeepCoder' }],
    taskDefinitions: TASKS(text),
    problemMatchers: PROBLEM_MATCHERS,
    walkthroughs: [WALKTHROUGH(text)],
  };
  return {
    fields: {
      main: './client/dist/extension.cjs',
      browser: './client/dist/browser.js',
      icon: 'media/icon.png',
      categories: ['Machine Learning', 'Programming Languages', 'Data Science', 'Visualization'],
      keywords: ['distillation', 'agents', 'trajectories', 'language models', 'training'],
      activationEvents: ACTIVATION,
      capabilities: CAPABILITIES(text),
      extensionKind: ['workspace'],
      l10n: './l10n',
      contributes,
    },
    texts,
  };
}

const INSPECTED = [
  ...['*.traj', '*.traj.json', '*.jsonl', '*.ndjson', '*.json', '*.react', '*.traj.txt'],
  ...['*.parquet', '*.csv', '*.tsv', '*.gz', '*.zst', '*.tgz', '*.tar', '*.zip'],
];

/** Inspect's logs are archives, and nothing else has this name. */
const INSPECTED_BY_DEFAULT = ['*.eval'];

const ACTIVATION = [
  'onLanguage:trajectory-text',
  'onLanguage:trajectory-jsonl',
  'onLanguage:json',
  'onLanguage:jsonl',
  'onLanguage:yaml',
  // Trajectories under plain names; what a text looks like is found without the server.
  'onLanguage:plaintext',
  'onLanguage:log',
  'onLanguage:markdown',
  'onWebviewPanel:deepcoder.metrics',
  // Names, not globs: those pass over what git ignores, as runs often are.
  'workspaceContains:runs',
  'workspaceContains:deepcoder.yaml',
];

function commands(text: Text) {
  return (Object.entries(COMMANDS) as [string, CommandEntry][]).map(
    ([command, { title, icon, enablement }]) => ({
      command,
      title: text(`command.${command.replace('deepcoder.', '')}`, title),
      category: CATEGORY,
      ...(icon === undefined ? {} : { icon }),
      ...(enablement === undefined ? {} : { enablement }),
    }),
  );
}

function palette() {
  return (Object.entries(COMMANDS) as [string, CommandEntry][]).flatMap(([command, entry]) =>
    entry.palette === undefined
      ? []
      : [{ command, when: entry.palette === false ? 'false' : entry.palette }],
  );
}

function semanticTokens(text: Text) {
  const kinds = Object.entries(KIND_LOOKS);
  const scopes = Object.fromEntries(kinds.map(([kind, look]) => [kind, look.scopes]));
  return {
    semanticTokenTypes: kinds.map(([id, { superType, description }]) => ({
      id,
      superType,
      description: text(`kind.${id}`, description),
    })),
    semanticTokenModifiers: Object.entries(MODIFIERS).map(([id, description]) => ({
      id,
      description: text(`modifier.${id}`, description),
    })),
    semanticTokenScopes: [{ scopes }],
  };
}

function TASKS(text: Text) {
  return [
    {
      type: 'deepcoder',
      required: ['command'],
      properties: {
        command: {
          type: 'string',
          enum: TASK_COMMANDS,
          description: text('task.command', 'What the trainer program does.'),
        },
        config: {
          type: 'string',
          description: text('task.config', 'A config file, relative to the workspace folder.'),
        },
        run: {
          type: 'string',
          description: text('task.run', 'The folder of a run, relative to the workspace folder.'),
        },
        args: {
          type: 'array',
          items: { type: 'string' },
          description: text('task.args', 'More arguments, as on the command line.'),
        },
      },
    },
  ];
}

/** As the trainer prints problems: `error: deepcoder.yaml:12:3: message`. */
const PROBLEM_MATCHERS = [
  {
    name: 'deepcoder',
    owner: 'deepcoder',
    fileLocation: ['autoDetect', '${workspaceFolder}'],
    pattern: {
      regexp: '^(?:(error|warning): )?(.+\\.ya?ml):(\\d+):(\\d+): (.+)$',
      severity: 1,
      file: 2,
      line: 3,
      column: 4,
      message: 5,
    },
  },
];

function CAPABILITIES(text: Text) {
  return {
    untrustedWorkspaces: {
      supported: 'limited',
      description: text(
        'untrusted',
        'Trajectories and configs can be read. Nothing is launched, and programs that the workspace names are not used, until you trust it.',
      ),
      restrictedConfigurations: ['deepcoder.trainer.nodePath', 'deepcoder.trainer.programPath'],
    },
    virtualWorkspaces: {
      supported: 'limited',
      description: text(
        'virtual',
        'Files are coloured. Checks, the inspector and training need files on a disk and Node.',
      ),
    },
  };
}
