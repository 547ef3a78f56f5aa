import path from 'node:path';
import type { ReadText } from '@deepcoder/config';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ServerContext } from '../lsp/context.ts';
import { serviceOf } from '../trainerService/serviceOf.ts';
import { findTrainerProgram, programRoot } from '../trainerService/trainerProgram.ts';
import { analyse, type Analysis } from './analyse.ts';
import { createBackground, type Subject } from './background.ts';
import { isConfig, pathOf } from './configDocument.ts';
import { configFeatures } from './configFeatures.ts';
import { configFolder } from './configFolder.ts';
import { registerConfigRequests } from './registerConfigRequests.ts';

interface Kept {
  version: number;
  analysis: Promise<Analysis>;
  /** Files that were read for it beside its own. */
  uses: Set<string>;
}

export interface ConfigDeps {
  /** Tokens a second of the newest run of this name in a folder of runs; null: not known. */
  lastSpeed: (runsDir: string, name: string) => Promise<number | null>;
}

/** The language features of training configs, and the requests that speak of them. */
export function registerConfigs(context: ServerContext, { lastSpeed }: ConfigDeps): void {
  const { documents, env } = context;
  const kept = new Map<string, Kept>();
  const background = createBackground({
    service: serviceOf(context),
    env,
    programRoot: () => {
      const program = findTrainerProgram(context.settings.current.trainer, env);
      return program && programRoot(program.file);
    },
    lastSpeed: ({ yaml: { run }, cwd }) => lastSpeed(path.resolve(cwd, run.dir), run.name),
    onFindings: () => {
      context.refresh('diagnostics');
      context.refresh('codeLenses');
    },
  });
  const readText = openOrOnDisk(context);
  const analysisOf = (document: TextDocument): Promise<Analysis> => {
    const { uri, version } = document;
    const before = kept.get(uri);
    if (before?.version === version) return before.analysis;
    const uses = new Set<string>();
    const reading: ReadText = (file) => {
      uses.add(file);
      return readText(file);
    };
    const options = { path: pathOf(uri), text: document.getText(), readText: reading, env };
    const analysis = analyse(options);
    kept.set(uri, { version, analysis, uses });
    return analysis;
  };
  const subjectOf = async (document: TextDocument, { loaded, path: file }: Analysis) => {
    const yaml = loaded?.yaml ?? loaded?.sound ?? null;
    if (loaded === null || yaml === null) return null;
    const onDisk = await context.readText(file).catch(() => null);
    const isSaved = onDisk === document.getText();
    const cwd = configFolder(file, context.workspaceFolders());
    return {
      uri: document.uri,
      file,
      yaml,
      isValid: loaded.yaml !== null,
      isSaved,
      cwd,
    } satisfies Subject;
  };
  documents.onDidChangeContent(({ document }) => forgetUsers(context, kept, pathOf(document.uri)));
  context.onFilesChanged((paths) => {
    for (const file of paths) forgetUsers(context, kept, file);
  });
  documents.onDidSave(({ document }) => {
    if (isConfig(document)) background.again();
  });
  documents.onDidClose(({ document: { uri } }) => {
    kept.delete(uri);
    background.forget(uri);
  });
  context.onTrainerChange(() => background.again());
  context.onShutdown(() => background.stop());
  context.addLanguage(
    configFeatures(context, {
      analysisOf,
      findingsOf: async (document, analysis) => {
        if (!context.settings.current.config.checkDisk) return null;
        const subject = await subjectOf(document, analysis);
        return subject && background.of(subject);
      },
    }),
  );
  registerConfigRequests(context, {
    readText,
    onCheck: async (file, check) => {
      const document = documents.all().find(({ uri }) => pathOf(uri) === file);
      const subject = document && (await subjectOf(document, await analysisOf(document)));
      if (subject) background.remember(subject, check);
    },
  });
}

/** What is open counts as it is in the editor. */
function openOrOnDisk(context: ServerContext): (file: string) => Promise<string> {
  return async (file) => {
    const open = context.documents.all().find(({ uri }) => pathOf(uri) === file);
    return open === undefined ? context.readText(file) : open.getText();
  };
}

/** What was worked out from a file that is now another must be worked out anew. */
function forgetUsers(
  { refresh }: Pick<ServerContext, 'refresh'>,
  kept: Map<string, Kept>,
  file: string,
): void {
  const users = [...kept].filter(([, { uses }]) => uses.has(file));
  for (const [uri] of users) kept.delete(uri);
  if (users.length > 0) refresh('diagnostics');
}
