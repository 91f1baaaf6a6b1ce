/** `cove environment pause|resume|retries`: no job of it starts any more, or they start again; what follows a loss. */
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
const WHICH = { type: 'string', demandOption: true, describe: 'Slug or id' } as const;
const path = (slug: string, what: 'pause' | 'resume') =>
  `/api/v0/environments/${encodeURIComponent(slug)}/${what}/`;

const pause = verb<{ environment: string; reason: string }>({
  command: 'pause <environment>',
  describe: 'Start no job of an environment any more; those that wait keep their place, those that run go on',
  options: (yargs) =>
    yargs
      .positional('environment', WHICH)
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
  options: (yargs) => yargs.positional('environment', WHICH),
  async run({ environment, ...args }, io) {
    const changed = await actAsAdministrator(findAny(args), (api) =>
      api.send<Changed>('POST', path(environment, 'resume')),
    );
    io.result(changed, () => io.say(`Environment ${changed.slug} takes jobs again.`));
    return undefined;
  },
});

const retries = verb<{ environment: string; times: number }>({
  command: 'retries <environment> <times>',
  describe: 'Run jobs again that were lost with their machine, so many times at most; 0: they end',
  options: (yargs) =>
    yargs
      .positional('environment', WHICH)
      .positional('times', { type: 'number', demandOption: true, describe: 'For jobs made from now on' }),
  async run({ environment, times, ...args }, io) {
    const changed = await actAsAdministrator(findAny(args), (api) =>
      api.send<{ slug: string; max_retries: number }>(
        'PATCH',
        `/api/v0/environments/${encodeURIComponent(environment)}/`,
        { max_retries: times },
      ),
    );
    const { slug, max_retries: most } = changed;
    const what =
      most === 0 ? 'end as crashed' : `are run again, at most ${most} ${most === 1 ? 'time' : 'times'}`;
    io.result(changed, () => io.say(`Jobs of environment ${slug} that are lost ${what}.`));
    return undefined;
  },
});

const environment: CommandModule<Globals, Globals> = {
  command: 'environment <action>',
  describe: 'Kinds of machines that jobs are queued for',
  builder: (yargs) =>
    yargs
      .command(pause)
      .command(resume)
      .command(retries)
      .demandCommand(1, 'pause, resume or retries?')
      .strict(),
  handler: (_: ArgumentsCamelCase<Globals>) => {},
};
export default environment;
