import type { ServerContext } from '../lsp/context.ts';
import { findTrainerProgram } from './trainerProgram.ts';
import { createTrainerService, type TrainerService } from './trainerService.ts';

const services = new WeakMap<ServerContext, TrainerService>();

/** The server's one connection to the trainer program; nothing is started before it is asked. */
export function serviceOf(context: ServerContext): TrainerService {
  const known = services.get(context);
  if (known !== undefined) return known;
  const service = createTrainerService({
    program: () =>
      context.isTrusted()
        ? (findTrainerProgram(context.settings.current.trainer, context.env) ??
          'the trainer program is not there')
        : 'trust this workspace first: this starts a program',
    cwd: context.workspaceFolders()[0] ?? process.cwd(),
    log: (line) => context.connection.console.log(`trainer service: ${line}`),
    now: () => context.clock.now(),
  });
  services.set(context, service);
  context.onTrainerChange(() => service.renew());
  context.onShutdown(() => service.stop());
  return service;
}
