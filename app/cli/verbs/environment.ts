/** `cove environment pause|resume`: no job of it starts any more, or they start again. */
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { actAsAdministrator } from '../administrator.ts';
import { type Globals, verb } from '../command.ts';
import { findAny } from '../installation.ts';

interface Changed {
  slug: string;
  paused: boolean;
  paused_by: string | null;
  pause_reason: string;
}
const path = (slug: string, what: 'pause' | 'resume') =>
  `/api/v0/environments/${encodeURIComponent(slug)}/${what}/`;

const pause = verb<{ environment: string; reason: string }>({
  command: 'pause <environment>',
  describe: 'Start no job of an environment any more; those that wait keep their place, those that run go on',
  options: (yargs) =>
    yargs
      .positional('environment', { type: 'string', demandOption: true, describe: 'Slug or id' })
      .option('reason', { type: 'string', default: '', describe: 'What those who wait are told' }),
  async run({ environment, reason, ...args }, io) {
    const changed = await actAsAdministrator(findAny(args), (api) =>
      api.send<Changed>('POST', path(environment, 'pause'), { reason }),
    );
    io.result(changed, () =>
      io.say(`Environment ${changed.slug} is paused. \`cove environment resume ${changed.slug}\` ends that.`),
    );
    return undefined;
  },
});

const resume = verb<{ environment: string }>({
  command: 'resume <environment>',
  describe: 'Start jobs of an environment again',
  options: (yargs) =>
    yargs.positional('environment', { type: 'string', demandOption: true, describe: 'Slug or id' }),
  async run({ environment, ...args }, io) {
    const changed = await actAsAdministrator(findAny(args), (api) =>
      api.send<Changed>('POST', path(environment, 'resume')),
    );
    io.result(changed, () => io.say(`Environment ${changed.slug} takes jobs again.`));
    return undefined;
  },
});

const environment: CommandModule<Globals, Globals> = {
  command: 'environment <action>',
  describe: 'Kinds of machines that jobs are queued for',
  builder: (yargs) => yargs.command(pause).command(resume).demandCommand(1, 'pause or resume?').strict(),
  handler: (_: ArgumentsCamelCase<Globals>) => {},
};
export default environment;
