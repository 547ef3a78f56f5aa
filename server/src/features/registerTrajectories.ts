import { URI } from 'vscode-uri';
import { configFolder } from '../config/configFolder.ts';
import type { ServerContext } from '../context.ts';
import { fileOf } from '../documents.ts';
import { serviceOf } from '../service/serviceOf.ts';
import { configuredFormat } from './configuredFormat.ts';
import { isDataOf } from './isDataOf.ts';
import { followAnnotations, followConfigs } from './followFiles.ts';
import { serveLossRuns } from './lossRuns.ts';
import { NearestConfigs } from './nearestConfig.ts';
import { serveRelabelling } from './serveRelabelling.ts';
import { supervisionOf } from './supervision.ts';
import { TrackedDocument } from '../trackedDocument.ts';
import { TokenCounts } from './tokenCounts.ts';
import { serveTokenPreview } from './tokenPreview.ts';
import { trajectoryFeatures } from './trajectoryFeatures.ts';
import { registerTrajectoryRequests } from './trajectoryRequests.ts';
import { WorkspaceSymbols } from '../symbols/workspaceSymbol.ts';

/** Everything about trajectory files in the editor. */
export function registerTrajectories(context: ServerContext): void {
  const { settings } = context;
  const folders = (): readonly string[] => context.workspaceFolders();
  const askAgain = (): void => {
    for (const what of ['semanticTokens', 'inlayHints', 'codeLenses', 'diagnostics'] as const) {
      context.refresh(what);
    }
  };
  const configs: NearestConfigs = new NearestConfigs(context, () => {
    counter.clear();
    symbols.forget();
    readAnew(context);
    requests.tellVerdicts();
    askAgain();
  });
  context.formats.follow((file) => {
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
    optionsOf: (file) => context.formats.optionsOf(file),
    now: () => context.clock.now(),
  });
  settings.onChange(() => symbols.forget());
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
  const requests = registerTrajectoryRequests(context);
  serveTokenPreview(context, { configs, counter });
  serveLossRuns(context, configs);
  serveRelabelling(context, followAnnotations(context, askAgain));
  followConfigs(context, configs);
  settings.onChange(askAgain);
  context.onTrainerChange(() => {
    counter.clear();
    askAgain();
  });
}

/** Open documents, as the configs say by now. */
function readAnew({ documents, formats }: Pick<ServerContext, 'documents' | 'formats'>): void {
  for (const document of documents.all()) {
    if (document instanceof TrackedDocument) {
      document.configure(formats.optionsOf(fileOf(document.uri)));
    }
  }
}
