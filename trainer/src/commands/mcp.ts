import { Command } from 'commander';
import { type Cli, examples } from './cli.ts';

export function mcpCommand(cli: Cli): Command {
  return new Command('mcp')
    .summary('let coding agents read trajectories, check configs and drive runs')
    .description(
      'An MCP server over stdio, for coding agents: tools that parse trajectories, check a config, list and compare ' +
        'runs, read metrics, and start and stop a run after the user has agreed. It ends with its input.',
    )
    .addHelpText('after', examples('mcp'))
    .action(async () => {
      // Only this command needs the protocol's library.
      const { serveMcp } = await import('./mcpServer.ts');
      await serveMcp(cli);
    });
}
