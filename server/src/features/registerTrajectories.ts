import { configFolder } from '../config/configFolder.ts';
import type { ServerContext } from '../context.ts';
import type { TrackedDocument } from '../trackedDocument.ts';
import { followAnnotations, followConfigs } from './followFiles.ts';
import { NearestConfigs } from './nearestConfig.ts';
import type { Section } from './section.ts';
import { serveRelabelling } from './serveRelabelling.ts';
import { supervisionOf } from './supervision.ts';
import { TokenCounts, type CountTokens, type Counts } from './tokenCounts.ts';
import { trajectoryFeatures } from './trajectoryFeatures.ts';
import { registerTrajectoryRequests } from './trajectoryRequests.ts';
import { WorkspaceSymbols } from './workspaceSymbol.ts';

/** Everything about trajectory files in the editor. `countTokens`: null without a trainer program. */
export function registerTrajectories(
  context: ServerContext,
  { countTokens }: { countTokens: CountTokens | null },
): void {
  const { settings } = context;
  const folders = (): readonly string[] => context.workspaceFolders();
  const askAgain = (): void => {
    for (const what of ['semanticTokens', 'inlayHints', 'codeLenses', 'diagnostics'] as const) {
      context.refresh(what);
    }
  };
  const configs = new NearestConfigs(context, () => {
    counter?.clear();
    askAgain();
  });
  const counter =
    countTokens &&
    new TokenCounts({
      count: countTokens,
      configOf: (uri) => configs.of(uri),
      cwdOf: (config) => configFolder(config, folders()),
      now: () => context.clock.now(),
      onChange: askAgain,
    });
  const counts = (document: TrackedDocument, section: Section): Counts | null =>
    counter?.of(document, section) ?? null;

  context.addLanguage(
    trajectoryFeatures({
      settings: () => settings.current,
      folders,
      supervision: (document) => {
        const inForce = configs.of(document.uri);
        return inForce && { ...supervisionOf(inForce.config), cuts: [] };
      },
      counts,
      symbols: new WorkspaceSymbols(folders),
    }),
  );
  registerTrajectoryRequests(context);
  serveRelabelling(context, followAnnotations(context, askAgain));
  followConfigs(context, configs);
  settings.onChange(askAgain);
}
