import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { objectAsMap } from './eslint/objectAsMap.mjs';

const NODE_IO = [
  'fs',
  'node:fs',
  'fs/promises',
  'node:fs/promises',
  'child_process',
  'node:child_process',
  'net',
  'node:net',
  'os',
  'node:os',
  'process',
  'node:process',
  'worker_threads',
  'node:worker_threads',
];

/**
 * The lists that the vocabulary owns, wherever else they begin to be written: span kinds, trained kinds,
 * severities.
 */
const NO_SECOND_LISTS = [
  ['reasoning', 'action', 'observation'],
  ['error', 'warning', 'info'],
].map((list) => ({
  selector: `ArrayExpression${list.map((value, i) => `[elements.${i}.value="${value}"]`).join('')}`,
  message: 'This list has an owner: import it from @deepcoder/vocabulary.',
}));

/** Import rules for one folder: names that may not be imported there, each with the reason. */
function forbid(files, { paths = [], patterns = [], reason, ignores = [] }) {
  return {
    files,
    ignores,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: paths.map((name) => ({ name, message: reason })),
          patterns: patterns.map((group) => ({ group: [group].flat(), message: reason })),
        },
      ],
    },
  };
}

/** Calls whose arguments are elements of a list: V8 takes about 125,000 of them, then throws a RangeError. */
const OVERFLOWING =
  'CallExpression:matches([callee.object.name="Math"], [callee.property.name=/^(push|unshift|splice|concat|fromCharCode|fromCodePoint|append|prepend|replaceChildren|apply)$/])';
const NO_LONG_SPREADS = ['', ' > ArrayExpression > SpreadElement'].map((inner) => ({
  selector: `${OVERFLOWING} > SpreadElement${inner === '' ? ':not([argument.type="ArrayExpression"])' : inner}`,
  message: 'A long list overflows the stack as arguments: loop, or reduce.',
}));

const ENGINE_ONLY = [
  'koffi',
  'onnxruntime-node',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-node*',
];
const OUR_OTHERS = ['vscode', '@deepcoder/server', '@deepcoder/client', '@deepcoder/*/src/*'];
const SERVER = {
  paths: ['vscode', ...ENGINE_ONLY.slice(0, 3), 'tokenizers'],
  patterns: [
    ...['@deepcoder/client', '@deepcoder/trainer', '@deepcoder/panel', '@deepcoder/*/src/*'],
    '@tensorflow/*',
  ],
  reason:
    'The server is light: native code and tensors are reached through the trainer program. Its folders import each other in one direction.',
};
/** Which of the others each folder of the server may import. */
const SERVER_ARROWS = {
  lsp: [],
  longTexts: [],
  trainerService: ['lsp'],
  largeFiles: ['lsp'],
  configs: ['lsp', 'trainerService'],
  runs: ['lsp', 'trainerService', 'configs'],
  trajectories: ['lsp', 'trainerService', 'configs', 'largeFiles'],
};
/** Folders of the trainer, from the ground up: each may import those of the layers below its own. */
const TRAINER_LAYERS = [
  ['disk', 'http', 'tokenizer', 'vision'],
  ['gguf'],
  ['engine', 'report', 'run'],
  ['hub'],
  ['data', 'eval', 'trackers'],
  ['launch', 'losses', 'model', 'setup'],
  ['environments'],
  ['checkpoint', 'lora'],
  ['inference', 'student'],
  ['scoring'],
  ['training'],
  ['serving'],
  ['recipes', 'service'],
  ['commands'],
];
const TRAINER_IO = [
  'trackers',
  ...[
    'disk',
    'engine',
    'report',
    'run',
    'hub',
    'gguf',
    'data',
    'setup',
    'launch',
    'checkpoint',
    'scoring',
    'commands',
  ],
];
const NO_FILES = ['fs', 'node:fs', 'fs/promises', 'node:fs/promises', 'process', 'node:process'];

/** Packages that import nothing of ours but the vocabulary. */
const LEAVES = [
  'server/trajectory/src/**/*.ts',
  'server/protocol/src/**/*.ts',
  'trainer/protocol/src/**/*.ts',
  'configs/src/**/*.ts',
  'client/panel/src/**/*.ts',
];

/** Where what files and messages say becomes keys. */
const FOREIGN_KEYS = [
  'server/{src,trajectory/src,vocabulary/src}/**/*.ts',
  'client/panel/src/**/*.ts',
  'configs/src/{envReferences,explainIssue,labelRulesOf,readLayers,validate}.ts',
  'trainer/src/{eval,run}/**/*.ts',
  'trainer/src/data/{report,render/*,sources/*}.ts',
];

/** What the files of each folder of the trainer may not import. */
function trainerLayers() {
  return TRAINER_LAYERS.flatMap((layer, level) =>
    layer.map((folder) => {
      const above = TRAINER_LAYERS.slice(level).flat();
      const others = above.filter((other) => other !== folder);
      return forbid([`trainer/src/${folder}/**/*.ts`], {
        paths: ['vscode', ...(TRAINER_IO.includes(folder) ? [] : NO_FILES)],
        patterns: [
          ...OUR_OTHERS.slice(1),
          ...(folder === 'engine' ? [] : ENGINE_ONLY),
          ...others.flatMap(pathsInto),
        ],
        reason: `${folder} imports only layers below its own, no backend (engine does) and, unless it is listed for that, no files: see TRAINER_LAYERS.`,
      });
    }),
  );
}

/** Relative paths that lead out of a folder into another, from any depth. */
function pathsInto(folder) {
  return ['..', '../..', '../../..'].map((up) => `${up}/${folder}/**`);
}

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      'runs/**',
      '.deepcoder/**',
      'coverage/**',
      'test/fixtures/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({
    ...config,
    files: ['**/*.ts'],
  })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 4 }],
      'no-restricted-syntax': ['error', ...NO_LONG_SPREADS, ...NO_SECOND_LISTS],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: FOREIGN_KEYS,
    plugins: { deepcoder: { rules: { 'object-as-map': objectAsMap } } },
    rules: { 'deepcoder/object-as-map': 'error' },
  },
  {
    // Texts of any length come from files: a pattern that takes quadratic time freezes who matches it.
    // The pages' patterns are for numbers.
    files: ['{client,configs,server,trainer}/**/*.ts'],
    ignores: ['client/panel/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': 'error',
    },
  },
  {
    files: ['server/vocabulary/src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...NO_LONG_SPREADS] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['trainer/src/{recipes,training}/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 160, skipComments: true }] },
  },
  forbid(LEAVES, {
    paths: ['vscode', ...NODE_IO],
    patterns: [['@deepcoder/*', '!@deepcoder/vocabulary']],
    reason:
      'A leaf package imports nothing of ours but the vocabulary and touches no file system, clock or process.',
  }),
  forbid(['server/vocabulary/src/**/*.ts'], {
    paths: ['vscode', ...NODE_IO],
    patterns: ['@deepcoder/*'],
    reason: 'The vocabulary lies below all packages: it imports nothing of ours.',
  }),
  {
    files: ['server/src/**/*.ts', 'trainer/src/**/*.ts'],
    ignores: ['**/src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['argv', 'exit', 'exitCode'].map((property) => ({
          object: 'process',
          property,
          message: 'Only main reads argv or exits.',
        })),
      ],
    },
  },
  forbid(['client/src/**/*.ts'], {
    paths: ENGINE_ONLY.slice(0, 2),
    patterns: [
      ...['@deepcoder/server', '@deepcoder/trainer', '@deepcoder/trajectory', '@deepcoder/*/src/*'],
      '@tensorflow/*',
    ],
    reason: 'The client asks the server, in the words of the protocols.',
  }),
  forbid(['server/src/*.ts'], SERVER),
  ...Object.entries(SERVER_ARROWS).map(([folder, others]) =>
    forbid([`server/src/${folder}/**/*.ts`], {
      ...SERVER,
      patterns: [
        ...SERVER.patterns,
        ...Object.keys(SERVER_ARROWS)
          .filter((one) => one !== folder && !others.includes(one))
          .map((one) => `**/../${one}/**`),
      ],
    }),
  ),
  ...trainerLayers(),
  forbid(['trainer/src/main.ts'], {
    paths: ['vscode'],
    patterns: [...OUR_OTHERS.slice(1), ...ENGINE_ONLY],
    reason: 'Only engine names a backend.',
  }),
  forbid(['trainer/src/training/tokenWeights/**/*.ts'], {
    paths: ['vscode', ...NODE_IO],
    patterns: [
      ...[...OUR_OTHERS.slice(1), ...ENGINE_ONLY, '../../model/**', '../../inference/**'],
      ...['../../checkpoint/**', '../../student/**', '../../recipes/**'],
    ],
    reason: 'What a token weighs never depends on the model.',
  }),
);
