/** `cove logs SERVICE [-f]`: what a service has written. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verb } from '../command.ts';
import { CliError, EXIT } from '../errors.ts';
import { findStack, isElsewhere } from '../installation.ts';
import { followFile, lastLines, readable } from '../log-file.ts';

export default verb<{ service?: string; follow: boolean; lines: number }>({
  command: 'logs [service]',
  describe: "A service's log",
  options: (yargs) =>
    yargs
      .positional('service', {
        type: 'string',
        describe: 'Without it, the services that have a log are listed',
      })
      .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'Go on as it grows' })
      .option('lines', { alias: 'n', type: 'number', default: 200, describe: 'How many of the last lines' }),
  async run(args, io) {
    const installation = findStack(args);
    if (isElsewhere(installation)) {
      const { logsCloud } = await import('../cloud-verbs/look.ts');
      return logsCloud(io, installation, args.service, args.lines);
    }
    const { places } = installation;
    const services = servicesWithLog(places.logs);
    const { service } = args;
    if (service === undefined) {
      io.result({ services }, () => {
        for (const name of services) io.say(name);
      });
      return undefined;
    }
    if (!services.includes(service)) {
      throw new CliError(`There is no log of a service "${service}".`, {
        exitCode: EXIT.usage,
        todo: services.length === 0 ? 'Nothing has been started yet.' : `There is: ${services.join(', ')}.`,
      });
    }
    if (args.follow && io.json) {
      throw new CliError('--json prints one document, so it cannot follow.', { exitCode: EXIT.usage });
    }
    const file = join(places.logs, `${service}.log`);
    const { lines, end } = await lastLines(file, args.lines);
    io.result({ service, file, lines }, () => {
      for (const line of lines) io.say(readable(line));
    });
    // Nobody reads any more.
    process.stdout.once('error', () => process.exit());
    if (args.follow) await followFile(file, end, (line) => io.say(readable(line)));
    return undefined;
  },
});

function servicesWithLog(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => name.slice(0, -'.log'.length))
      .sort();
  } catch {
    return [];
  }
}
