import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { cachedModels, hubCacheFolder } from '@deepcoder/trainer-protocol/node';
import { CodeActionKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ServerContext } from '../lsp/context.ts';
import { FIX_ALL } from '../lsp/languageFeatures.ts';
import type { LanguageFeatures } from '../lsp/languageFeatures.ts';
import type { Analysis } from './analyse.ts';
import type { Findings } from './background.ts';
import { completion } from './completion.ts';
import { configActions } from './configActions.ts';
import { diagnosticOf, rangeOf } from './configDiagnostic.ts';
import { isConfig, pathOf } from './configDocument.ts';
import { configFolder } from './configFolder.ts';
import type { EditorProblem } from './configProblem.ts';
import { cursorAt } from './cursor.ts';
import { findingProblems } from './findingProblems.ts';
import { formatYaml } from './formatting.ts';
import { hover } from './hover.ts';
import { configLenses } from './lens.ts';
import { fileLinks } from './links.ts';
import { documentSymbols, foldingRanges, selectionRange } from './outline.ts';

export interface ConfigState {
  analysisOf: (document: TextDocument) => Promise<Analysis>;
  /** Null where the config has errors, or the disk is not to be looked at. */
  findingsOf: (document: TextDocument, analysis: Analysis) => Promise<Findings | null>;
}

/** Everything that is offered for training configs. */
export function configFeatures(context: ServerContext, state: ConfigState): LanguageFeatures {
  const problemsOf = async (document: TextDocument): Promise<EditorProblem[]> => {
    const analysis = await state.analysisOf(document);
    const findings = await state.findingsOf(document, analysis);
    return [
      ...analysis.problems,
      ...(findings === null ? [] : findingProblems(analysis, findings)),
    ];
  };
  return {
    handles: isConfig,
    completionTriggers: [' ', ':', '/', '{', ','],
    codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL],
    diagnostics: async (document) =>
      (await problemsOf(document)).map((problem) => diagnosticOf(document, problem)),
    codeAction: async (document, { range, context: asked }) =>
      configActions(document, await problemsOf(document), { range, only: asked.only }),
    completion: async (document, { position }) => {
      const cursor = cursorAt(document.getText(), document.offsetAt(position));
      if (cursor === null) return [];
      const { entries } = await state.analysisOf(document);
      const file = pathOf(document.uri);
      const isBase = cursor.path.at(-1) === 'extends';
      const base = isBase ? path.dirname(file) : configFolder(file, context.workspaceFolders());
      const listFolder = (typed: string): Promise<string[]> => namesIn(path.resolve(base, typed));
      return completion(document, cursor, {
        ...{ entries, listFolder },
        cachedModels: () => cachedModels(hubCacheFolder(context.env)),
      });
    },
    hover: async (document, { position }) =>
      hover(document, await state.analysisOf(document), {
        offset: document.offsetAt(position),
        cwd: configFolder(pathOf(document.uri), context.workspaceFolders()),
        env: context.env,
        shortPath: (file) => shortPath(file, context.workspaceFolders()),
      }),
    documentSymbol: async (document) =>
      documentSymbols(document, (await state.analysisOf(document)).entries),
    foldingRange: async (document) =>
      foldingRanges(document, (await state.analysisOf(document)).entries),
    selectionRange: async (document, { positions }) => {
      const { entries } = await state.analysisOf(document);
      return positions.map((at) => selectionRange(document, entries, document.offsetAt(at)));
    },
    documentLink: async (document) =>
      (await linksOf(context, state, document)).map(({ place, target }) => ({
        range: rangeOf(document, place),
        target,
      })),
    definition: async (document, { position }) => {
      const offset = document.offsetAt(position);
      const links = await linksOf(context, state, document);
      const found = links.find(({ place }) => place.start <= offset && offset <= place.end);
      const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      return found === undefined ? null : [{ uri: found.target, range: top }];
    },
    formatting: (document) => {
      const text = document.getText();
      const newText = formatYaml(text);
      if (newText === null) return [];
      return [{ range: rangeOf(document, { start: 0, end: text.length }), newText }];
    },
    codeLens: async (document) => {
      if (!context.settings.current.config.lens) return [];
      const analysis = await state.analysisOf(document);
      const findings = await state.findingsOf(document, analysis);
      const { preset, loaded } = analysis;
      return configLenses({ uri: document.uri, preset, yaml: loaded?.yaml ?? null, findings });
    },
  };
}

async function linksOf(context: ServerContext, state: ConfigState, document: TextDocument) {
  const { entries } = await state.analysisOf(document);
  const file = pathOf(document.uri);
  return fileLinks(entries, { file, cwd: configFolder(file, context.workspaceFolders()) });
}

async function namesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

function shortPath(file: string, folders: readonly string[]): string {
  const inside = folders
    .map((folder) => path.relative(folder, file))
    .find((relative) => !relative.startsWith('..') && !path.isAbsolute(relative));
  return inside ?? file;
}
