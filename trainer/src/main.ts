import { fileURLToPath } from 'node:url';
import type { Cli } from './commands/cli.ts';
import { failureOf, formatFailure } from './commands/failure.ts';
import { openInterrupt } from './commands/interrupt.ts';
import { rankEnvironment } from './engine/collective/rankEnvironment.ts';
import { isInJob } from './launch/jobs/jobFiles.ts';
import { deepcoderProgram } from './commands/program.ts';

/** A terminal that closes asks for an orderly end too. Under nohup as well: Node forgets that the signal was ignored. */
const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** The one that mpirun and batch systems pass on to ranks; without a listener Node would open its debugger. */
if (rankEnvironment(process.env) !== null || isInJob(process.env)) SIGNALS.push('SIGUSR1');

async function main(): Promise<void> {
  let isCancelled = (): boolean => false;
  const now = (): number => performance.timeOrigin + performance.now();
  const cli: Cli = {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now,
    programFolder: fileURLToPath(new URL('..', import.meta.url)),
    end: { code: 0 },
    interrupt: (say) => {
      const interrupt = openInterrupt({
        onSignal: (listener) => SIGNALS.forEach((signal) => process.on(signal, listener)),
        exit: (code) => {
          cli.end.leave?.(code);
          process.exit(code);
        },
        say,
        now,
      });
      isCancelled = () => interrupt.signal.aborted;
      return interrupt;
    },
  };
  const args = process.argv.slice(2);
  try {
    await deepcoderProgram(cli).parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    process.exitCode = cli.end.code;
  } catch (error) {
    const failure = failureOf(error, isCancelled());
    const text = cli.end.tell?.(failure) ?? formatFailure(failure, args.includes('--json'));
    const { leave } = cli.end;
    process.exitCode = failure.exitCode;
    process.stderr.write(text, () => leave?.(failure.exitCode));
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await main();
