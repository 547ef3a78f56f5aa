import { own } from '@deepcoder/vocabulary';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { Environment } from '../eval/environment.ts';
import { householdExpert } from '../eval/household/expert.ts';
import { household } from '../eval/household/household.ts';
import { bridgeCommand } from '../setup/bridges.ts';
import { builtIn } from './builtIn.ts';
import { programEnvironment } from './program/programEnvironment.ts';
import { agentGymEnvironment } from './server/agentGym.ts';
import { openEnvEnvironment } from './server/openEnv.ts';

type Settings = Config['env'][string];

/** An environment by its name: the built-in one, or what `env` of the config says. Nothing is started yet. */
export function openEnvironment(
  name: string,
  { env, cwd }: { env: Config['env']; cwd: string },
): Environment {
  if (name === household.name) return builtIn(household, householdExpert);
  const settings = own(env, name);
  if (settings !== undefined) return foreign(name, settings, cwd);
  const known = [household.name, ...Object.keys(env)].join(', ');
  throw new DeepCoderError(
    'environment-unknown',
    `there is no environment "${name}"; there is ${known}; env of the config adds more`,
    { exitCode: 2 },
  );
}

function foreign(name: string, settings: Settings, cwd: string): Environment {
  const { command, bridge, url, protocol, fields, task, successReward } = settings;
  const { sessions, processes } = settings;
  const timeoutMs = settings.timeout * 1000;
  if (url !== null) {
    const server = { name, url, task, successReward, sessions, timeoutMs };
    return protocol === 'openenv'
      ? openEnvEnvironment({ ...server, fields })
      : agentGymEnvironment(server);
  }
  const [program = '', ...args] = command ?? [];
  const start = bridge === null ? [program, ...args] : bridgeCommand(bridge, settings.arguments);
  return programEnvironment({
    ...{ name, cwd, processes, timeoutMs },
    command: start as [string, ...string[]],
  });
}
