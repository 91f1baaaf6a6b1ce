/** `cove worker join|list|remove`: the command that makes any Linux machine with Docker a worker, and all there are. */
import { existsSync, readFileSync } from 'node:fs';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { AGENT_LABEL, invitationText } from '../../platform/invitation.ts';
import { actAsAdministrator } from '../administrator.ts';
import { type Globals, verb } from '../command.ts';
import { CliError, EXIT } from '../errors.ts';
import { type AnyInstallation, findAny, isCloud } from '../installation.ts';
import { list, remove } from '../workers.ts';

interface Options {
  environment: string;
  image?: string;
  url?: string;
  slots: number;
  gpus: boolean;
  folder?: string;
}
interface JoinCode {
  code: string;
  expires: string;
  image: string | null;
}

/** What is typed on the machine. The agent sees the machine's network and Docker Engine, and starts with the Engine. Pure. */
export function dockerCommand(
  slug: string,
  image: string,
  folder: string,
  invitation: string,
  gpus = false,
): string[] {
  return [
    ...['docker', 'run', '--detach', '--name', `cove-worker-${slug}`],
    ...['--restart', 'unless-stopped', '--stop-timeout', '45'],
    ...['--network', 'host', '--user', '0:0', '--no-healthcheck', '--label', `${AGENT_LABEL}=${folder}`],
    ...['--volume', '/var/run/docker.sock:/var/run/docker.sock', '--volume', `${folder}:${folder}`],
    ...(gpus ? ['--gpus', 'all'] : []),
    ...[image, '--join', invitation],
  ];
}

const join = verb<Options>({
  command: 'join <environment>',
  describe: 'Print a command that makes a Linux machine with Docker a worker; good once, for an hour',
  options: (yargs) =>
    yargs
      .positional('environment', { type: 'string', demandOption: true, describe: 'Whose jobs it runs' })
      .option('image', {
        type: 'string',
        describe: 'The platform’s image, where the machine can pull it [default: the installation’s own]',
      })
      .option('url', { type: 'string', describe: 'Where the machine reaches the installation' })
      .option('slots', { type: 'number', default: 1, describe: 'Jobs at the same time' })
      .option('gpus', {
        type: 'boolean',
        default: false,
        describe: 'The machine has NVIDIA GPUs, and its Docker their toolkit',
      })
      .option('folder', {
        type: 'string',
        describe: 'Where it keeps jobs and cache [default: /var/lib/cove/ENVIRONMENT]',
      }),
  async run(args, io) {
    const { environment: slug, slots, folder = `/var/lib/cove/${slug}` } = args;
    if (!Number.isInteger(slots) || slots < 1)
      throw new CliError(`--slots ${slots}: a whole number from 1 on is needed.`, { exitCode: EXIT.usage });
    if (!/^\/[\w./-]*$/.test(folder))
      throw new CliError(`--folder ${folder}: a path from / on is needed, without spaces and colons.`, {
        exitCode: EXIT.usage,
      });
    const installation = findAny(args);
    const made = await actAsAdministrator(installation, (api) =>
      api.send<JoinCode>('POST', `/api/v0/environments/${encodeURIComponent(slug)}/join-codes/`),
    );
    const image = args.image ?? made.image;
    if (image === null)
      throw new CliError('This installation has no image in a registry that the machine could pull.', {
        todo: '`npm run image` builds it. Push it to a registry, and name it with --image.',
      });
    const url = args.url ?? (isCloud(installation) ? installation.url : installation.urls.web);
    const authorities = await authoritiesOf(installation);
    const invitation = invitationText({ url, code: made.code, folder, slots, ...authorities });
    const command = dockerCommand(slug, image, folder, invitation, args.gpus).join(' ');
    io.result({ command, expires: made.expires, url, image }, () => io.say(command));
    if (io.terminal) {
      io.say(
        `\nType it on the machine before ${made.expires}; it must reach ${url}. It is good for one machine.`,
      );
    }
    return undefined;
  },
});

/** Those that no machine trusts by itself: the installation's own, or its company's. */
async function authoritiesOf(installation: AnyInstallation): Promise<{ authorities?: string }> {
  const authorities = isCloud(installation)
    ? (await import('../cloud-verbs/reach.ts')).ownAuthorities(installation.config, installation.configFile)
    : [installation.places.authority]
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8'));
  return authorities.length === 0 ? {} : { authorities: authorities.join('\n') };
}

const worker: CommandModule<Globals, Globals> = {
  command: 'worker <action>',
  describe: 'Machines that run jobs',
  builder: (yargs) =>
    yargs.command(join).command(list).command(remove).demandCommand(1, 'join, list or remove?').strict(),
  handler: (_: ArgumentsCamelCase<Globals>) => {},
};
export default worker;
