import type { DeviceTensors, Executor, HostTensor } from './program.ts';

/** Parameters as an executor holds them. */
export function uploaded(
  executor: Executor,
  parameters: Readonly<Record<string, HostTensor>>,
): DeviceTensors {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, executor.tensor(value)]),
  );
}
