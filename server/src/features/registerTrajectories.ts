import { configFolder } from '../config/configFolder.ts';
import type { ServerContext } from '../context.ts';
import { serviceOf } from '../service/serviceOf.ts';
import { followAnnotations, followConfigs } from './followFiles.ts';
import { NearestConfigs } from './nearestConfig.ts';
import { serveRelabelling } from './serveRelabelling.ts';
import { supervisionOf } from './supervision.ts';
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
    askAgain();
  });
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
      supervision: (document) => {
        const inForce = configs.of(document.uri);
        return inForce && { ...supervisionOf(inForce.config), cuts: counter.cutsOf(document) };
      },
      counter,
      symbols,
    }),
  );
  registerTrajectoryRequests(context);
  serveTokenPreview(context, { configs, counter });
  serveRelabelling(context, followAnnotations(context, askAgain));
  followConfigs(context, configs);
  settings.onChange(askAgain);
}
