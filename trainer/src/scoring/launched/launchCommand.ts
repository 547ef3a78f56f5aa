import { type Config, DeepCoderError } from '@deepcoder/config';
import { shellWord, shellWords } from '../../launch/shellWord.ts';

type Launch = NonNullable<Config['teacher']['launch']>;

/** What is started: a program, or ssh that starts it on another host. */
export interface LaunchCommand {
  program: string;
  args: string[];
  /** Added to the environment of the program. */
  env: Record<string, string>;
}

export interface LaunchSettings {
  port: number;
  /** The server asks for it in every request. */
  key: string;
  /** Tokens that it reads at once; null: as it chooses. */
  batchTokens: number | null;
}

/** How a server is started for a config, on the loopback address of its host. */
export function launchCommand(config: Config, settings: LaunchSettings): LaunchCommand {
  const { launch } = config.teacher;
  if (launch === null) {
    throw new DeepCoderError('config/teacher', NO_LAUNCH, { exitCode: 2 });
  }
  const { program, env } = serverCommand(config, launch, settings);
  if (launch.host === null) return { program: program[0]!, args: program.slice(1), env };
  return { program: 'ssh', args: sshArguments(launch.host, { program, env, settings }), env: {} };
}

const NO_LAUNCH =
  'teacher.launch: is not set, so there is no server to start; give at least teacher.launch: {}';

interface ServerCommand {
  program: string[];
  env: Record<string, string>;
}

function serverCommand(config: Config, launch: Launch, settings: LaunchSettings): ServerCommand {
  const make = config.teacher.type === 'sglang' ? sglangCommand : vllmCommand;
  const { program, env } = make(config, launch, settings);
  return { program: [...program, ...launch.args], env };
}

function sglangCommand(
  config: Config,
  launch: Launch,
  { port, key, batchTokens }: LaunchSettings,
): ServerCommand {
  return {
    program: [
      ...(launch.command ?? ['python3', '-m', 'sglang.launch_server']),
      ...['--model-path', config.teacher.model!, '--host', LOOPBACK, '--port', String(port)],
      // It takes its key from nowhere else.
      ...['--api-key', key],
      ...option('--context-length', contextLength(config)),
      ...option('--tp', launch.tensorParallel === 1 ? null : launch.tensorParallel),
      ...option('--mem-fraction-static', launch.memoryFraction),
      ...option('--chunked-prefill-size', batchTokens),
      ...option('--quantization', launch.quantization),
    ],
    env: {},
  };
}

function vllmCommand(
  config: Config,
  launch: Launch,
  { port, key, batchTokens }: LaunchSettings,
): ServerCommand {
  const { model, topK } = config.teacher;
  const own = launch.command;
  return {
    program: [
      ...(own === null ? ['vllm', 'serve', model!] : [...own, '--model', model!]),
      ...['--host', LOOPBACK, '--port', String(port), '--max-logprobs', String(topK)],
      ...option('--max-model-len', contextLength(config)),
      ...option(
        '--tensor-parallel-size',
        launch.tensorParallel === 1 ? null : launch.tensorParallel,
      ),
      ...option('--gpu-memory-utilization', launch.memoryFraction),
      ...option('--max-num-batched-tokens', batchTokens),
      ...option('--quantization', launch.quantization),
    ],
    env: { VLLM_API_KEY: key },
  };
}

const LOOPBACK = '127.0.0.1';

/** Servers want room for one token more; how long texts are in tokens of the teacher alone is not known here. */
function contextLength({ teacher, data }: Config): number | null {
  return teacher.align === 'bytes' ? null : data.maxLength + 1;
}

function option(name: string, value: string | number | null): string[] {
  return value === null ? [] : [name, String(value)];
}

/**
 * With a terminal (`-tt`), since a program without one would go on when the connection ends. The port is the same
 * on both sides.
 */
function sshArguments(
  host: string,
  { program, env, settings: { port } }: ServerCommand & { settings: LaunchSettings },
): string[] {
  const assigned = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
  const remote = [...assigned, 'exec', shellWords(program)].join(' ');
  const forward = `${port}:${LOOPBACK}:${port}`;
  const alive = ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4'];
  const strict = ['-o', 'BatchMode=yes', '-o', 'ExitOnForwardFailure=yes'];
  return ['-tt', ...strict, ...alive, '-L', forward, '--', host, remote];
}
