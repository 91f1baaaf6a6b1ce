/** What every verb shares: the options, the installation they name, and how the end is told. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { referenceOf } from './addressed.ts';
import { type Io, makeIo } from './io.ts';

export interface Globals {
  stack?: string;
  config?: string;
  json: boolean;
  yes: boolean;
}
export interface Verb<Options> {
  command: string;
  describe: string;
  options?: (yargs: Argv<Globals>) => Argv<Globals & Options>;
  /** Returns an exit code other than 0 where the result itself is bad news. */
  run(args: ArgumentsCamelCase<Globals & Options>, io: Io): Promise<number | undefined>;
}

let reference: string | undefined;
/** Of the verb that has begun, how it names its installation. Undefined: the command line itself was wrong. */
export const begun = () => reference;

export function verb<Options = object>({
  command,
  describe,
  options,
  run,
}: Verb<Options>): CommandModule<Globals, Globals & Options> {
  return {
    command,
    describe,
    ...(options === undefined ? {} : { builder: options }),
    async handler(args) {
      reference = referenceOf(args);
      const exitCode = await run(args, makeIo(args));
      if (exitCode !== undefined) process.exitCode = exitCode;
    },
  };
}

export const withGlobals = (yargs: Argv): Argv<Globals> =>
  yargs
    .option('stack', {
      alias: 's',
      type: 'string',
      describe: 'Name of the installation; config/NAME.yaml describes it [default: local]',
      requiresArg: true,
    })
    .option('config', {
      type: 'string',
      describe: 'Configuration file; its base name is the name of the installation',
      requiresArg: true,
    })
    .option('json', { type: 'boolean', default: false, describe: 'One JSON document on standard output' })
    .option('yes', {
      alias: 'y',
      type: 'boolean',
      default: false,
      describe: 'Answer every question with yes',
    }) as Argv<Globals>;
