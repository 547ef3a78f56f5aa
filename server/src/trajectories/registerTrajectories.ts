import { URI } from 'vscode-uri';
import { configFolder } from '../configs/configFolder.ts';
import type { ServerContext } from '../lsp/context.ts';
import { serviceOf } from '../trainerService/serviceOf.ts';
import { followAnnotations } from './annotations/followAnnotations.ts';
import { serveRelabelling } from './annotations/serveRelabelling.ts';
import { configuredFormat } from './configInForce/configuredFormat.ts';
import { followConfigs } from './configInForce/followConfigs.ts';
import { isDataOf } from './configInForce/isDataOf.ts';
import { NearestConfigs } from './configInForce/nearestConfig.ts';
import { supervisionOf } from './configInForce/supervision.ts';
import { fileOf } from './document/documents.ts';
import { TrackedDocument } from './document/trackedDocument.ts';
import type { Formats, SettledFormats } from './formats/formats.ts';
import { WorkspaceSymbols } from './symbols/workspaceSymbol.ts';
import { serveLossRuns } from './tokens/lossRuns.ts';
import { TokenCounts } from './tokens/tokenCounts.ts';
import { serveTokenPreview } from './tokens/tokenPreview.ts';
import { trajectoryFeatures } from './trajectoryFeatures.ts';
import { registerTrajectoryRequests } from './trajectoryRequests.ts';

/** Everything about trajectory files in the editor. */
export function registerTrajectories(context: ServerContext, formats: SettledFormats): void {
  const { settings } = context;
  followSettings(context, formats);
  const folders = (): readonly string[] => context.workspaceFolders();
  const askAgain = (): void => {
    for (const what of ['semanticTokens', 'inlayHints', 'codeLenses', 'diagnostics'] as const) {
      context.refresh(what);
    }
  };
  const configs: NearestConfigs = new NearestConfigs(context, () => {
    counter.clear();
    symbols.forget();
    readAnew(context, formats);
    requests.tellVerdicts();
    askAgain();
  });
  formats.follow((file) => {
    const inForce = configs.ofFile(file);
    if (!inForce) return null;
    return configuredFormat(inForce.config, { file, cwd: configFolder(inForce.path, folders()) });
  });
  context.documents.onDidOpen(({ document }) => void configs.load(document.uri));
  const counter = new TokenCounts({
    service: { ask: (method, params) => serviceOf(context).ask(method, params) },
    configOf: (uri) => configs.of(uri),
    cwdOf: (config) => configFolder(config, folders()),
    now: () => context.clock.now(),
    onChange: askAgain,
  });

  const symbols = new WorkspaceSymbols({
    folders,
    optionsOf: (file) => formats.optionsOf(file),
    now: () => context.clock.now(),
  });
  settings.onChange(() => {
    symbols.forget();
    configs.forget();
  });
  context.addLanguage(
    trajectoryFeatures({
      settings: () => settings.current,
      folders,
      hasConfig: (document) => configs.of(document.uri) !== null,
      isData: ({ uri }) => {
        const inForce = configs.of(uri);
        if (inForce === null) return false;
        const place = { file: URI.parse(uri).fsPath, cwd: configFolder(inForce.path, folders()) };
        return isDataOf(inForce.config, place);
      },
      supervision: (document) => {
        const inForce = configs.of(document.uri);
        return inForce && { ...supervisionOf(inForce.config), cuts: counter.cutsOf(document) };
      },
      counter,
      symbols,
    }),
  );
  const requests = registerTrajectoryRequests(context, {
    formats,
    configOf: (uri) => configs.of(uri)?.path ?? null,
  });
  serveTokenPreview(context, { configs, counter, formats });
  serveLossRuns(context, configs);
  serveRelabelling(context, followAnnotations(context, askAgain));
  followConfigs(context, configs);
  settings.onChange(askAgain);
  context.onTrainerChange(() => {
    counter.clear();
    askAgain();
  });
}

/** Reads documents as the settings say; first of all, so that who asks again is answered by them. */
function followSettings(context: ServerContext, formats: SettledFormats): void {
  const { connection, settings } = context;
  const follow = (): void => {
    const problems = formats.update(settings.current.trajectories, () =>
      context.workspaceFolders(),
    );
    for (const problem of problems) connection.console.warn(`settings: ${problem}`);
    readAnew(context, formats);
  };
  follow();
  settings.onChange(follow);
}

/** Open documents, as settings and configs say by now. */
function readAnew({ documents }: ServerContext, formats: Formats): void {
  for (const document of documents.all()) {
    if (document instanceof TrackedDocument) {
      document.configure(formats.optionsOf(fileOf(document.uri)));
    }
  }
}
