import { fileURLToPath } from 'node:url';
import type { Cli } from './commands/cli.ts';
import { failureOf, formatFailure } from './commands/failure.ts';
import { openInterrupt } from './commands/interrupt.ts';
import { deepcoderProgram } from './commands/program.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

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
        exit: (code) => process.exit(code),
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
    process.stderr.write(formatFailure(failure, args.includes('--json')));
    process.exitCode = failure.exitCode;
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await main();
