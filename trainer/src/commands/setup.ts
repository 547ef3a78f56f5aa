import path from 'node:path';
import { Argument, Command, Option } from 'commander';
import { setupCuda } from '../setup/setupCuda.ts';
import { type MpiName, setupMpi } from '../setup/setupMpi.ts';
import { setupNative } from '../setup/setupNative.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { setupEnvironmentCommand } from './setupEnvironmentCommand.ts';
import { jsonOption } from './options.ts';

interface SetupOptions {
  libtensorflow?: string;
  cuda?: string;
  library: MpiName;
  json?: boolean;
}

const WHAT = ['cuda', 'mpi', 'tfjs-cpu', 'tfjs-cuda', 'native'] as const;

export function setupCommand(cli: Cli): Command {
  return new Command('setup')
    .summary('set up CUDA, MPI, the executor tfjs-cpu or tfjs-cuda, or an environment')
    .description(
      'cuda downloads ONNX Runtime with CUDA from the Python registry (0.8 GB), for engine.provider: cuda; with ' +
        '--cuda it uses the CUDA 13 that is there. mpi downloads MPICH or Open MPI from there (13 or 7 MB), for ' +
        'train --ranks where no mpirun is on the PATH. tfjs-cpu and tfjs-cuda build the add-on of @tensorflow/tfjs-node ' +
        'against libtensorflow, which is downloaded without --libtensorflow; they need a C++ compiler. native is the ' +
        'old name of tfjs-cpu. Other GPUs than NVIDIA need no set-up: engine.provider: webgpu. environment NAME sets ' +
        'up a world that students can play in.',
    )
    .addCommand(setupEnvironmentCommand(cli))
    .addArgument(new Argument('<what>', 'what to set up').choices(WHAT))
    .option('--cuda <folder>', 'for cuda: a folder with the libraries of CUDA 13')
    .addOption(
      new Option('--library <which>', 'for mpi: which one')
        .choices(['mpich', 'openmpi'])
        .default('mpich'),
    )
    .option(
      '--libtensorflow <folder>',
      'for tfjs-*: an unpacked libtensorflow or Python package tensorflow',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('setup cuda', 'setup cuda --cuda /usr/local/cuda', 'setup mpi', 'setup tfjs-cpu'),
    )
    .action(async (what: (typeof WHAT)[number], options: SetupOptions) => {
      const { json = false } = options;
      const log = (line: string): void => {
        if (!json) cli.stderr.write(`${line}\n`);
      };
      const at = (folder: string | undefined): string | null =>
        folder === undefined ? null : path.resolve(cli.cwd, folder);
      if (what === 'cuda') {
        const libraries = await setupCuda({ cuda: at(options.cuda), log });
        if (json) printJson(cli, { what, ...libraries });
        else print(cli, 'CUDA is there; deepcoder doctor says whether it runs');
        return;
      }
      if (what === 'mpi') {
        const mpi = await setupMpi({ which: options.library, log });
        if (json) printJson(cli, { what, ...mpi });
        else print(cli, `MPI is there (${mpi.library}); deepcoder train CONFIG --ranks 2 uses it`);
        return;
      }
      const kind = what === 'native' ? 'tfjs-cpu' : what;
      const addon = await setupNative({ kind, libtensorflow: at(options.libtensorflow), log });
      if (json) printJson(cli, { executor: kind, ...addon });
      else print(cli, `executor ${kind} is ready: set engine.executor: ${kind}`);
    });
}
