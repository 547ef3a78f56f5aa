import { DeepCoderError } from '@deepcoder/config';
import { version_core } from '@tensorflow/tfjs-core';
import { loadRunConfig } from './commands/loadRunConfig.ts';
import { terminalProgress } from './commands/terminal.ts';
import { trainingTexts } from './eval/household/trainingTexts.ts';
import { playTable } from './recipes/playGames.ts';
import { train } from './recipes/train.ts';
import { gitCommit } from './run/gitCommit.ts';

async function main(): Promise<void> {
  const [, , , path = '', ...rest] = process.argv;
  const set = rest.flatMap((arg, i) => (rest[i - 1] === '--set' ? [arg] : []));
  const { config, yaml, text } = await loadRunConfig({ path, set });
  const now = (): number => performance.timeOrigin + performance.now();
  const trained = await train({
    config,
    yaml,
    configText: text,
    cwd: process.cwd(),
    environments: { household: trainingTexts },
    versions: { node: process.versions.node, tfjs: version_core },
    gitCommit: await gitCommit(process.cwd()),
    progress: terminalProgress(process.stdout, now),
    now,
    workers: 2,
    onRun: (run) => process.once('SIGINT', () => run.requestStop()),
  });
  process.stdout.write(
    `${playTable(trained.players)}\n${trained.folder} ${trained.end}\n${trained.report}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof DeepCoderError ? `${error.message}\n` : `${(error as Error).stack}\n`,
  );
  process.exitCode = error instanceof DeepCoderError ? error.exitCode : 1;
});
