import type { Config } from '@deepcoder/config';
import type { Environment } from '../eval/environment.ts';
import type { Panel } from '../eval/playPanel.ts';
import { openEnvironment } from './openEnvironment.ts';

/** Seed of the games of `eval.environment`: not those that a run's own seed would give. */
export const GAMES_SEED = 7;
const MAX_TURNS = 30;

/** The games that a config asks for, as settings; `eval.environment` is the short form of one entry. */
export function panelSettings({
  environment,
  environments,
  games,
}: Config['eval']): Config['eval']['environments'] {
  if (environment === null) return environments;
  return [{ name: environment, split: 'test', games, seed: GAMES_SEED, maxTurns: MAX_TURNS }];
}

export interface OpenPanels {
  panels: readonly Panel[];
  close(): Promise<void>;
}

/** Panels with their environments; panels of one environment share it. */
export function openPanels(
  settings: Config['eval']['environments'],
  place: { env: Config['env']; cwd: string },
): OpenPanels {
  const open = new Map<string, Environment>();
  const environmentOf = (name: string): Environment => {
    const known = open.get(name) ?? openEnvironment(name, place);
    open.set(name, known);
    return known;
  };
  const panels = settings.map(({ name, ...games }) => ({
    environment: environmentOf(name),
    ...games,
  }));
  return {
    panels,
    async close() {
      for (const environment of open.values()) await environment.close();
    },
  };
}
