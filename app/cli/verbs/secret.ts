/** `cove secret put|list|remove`: the operator's own secrets in Vault. */
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { type Globals, verb } from '../command.ts';
import { CliError, EXIT } from '../errors.ts';
import { findAny } from '../installation.ts';
import { declined, readStandardInput } from '../io.ts';
import { withSecrets } from '../secrets.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
interface Named {
  name: string;
}

function checked(name: string): string {
  if (NAME.test(name)) return name;
  throw new CliError(
    `"${name}" cannot be a secret's name: letters, digits, ".", "_" and "-" only, at most 100.`,
    {
      exitCode: EXIT.usage,
    },
  );
}

const put = verb<Named>({
  command: 'put <name>',
  describe: 'Store a secret; its value is read from standard input',
  options: (yargs) => yargs.positional('name', { type: 'string', demandOption: true }),
  async run(args, io) {
    const name = checked(args.name);
    const installation = findAny(args);
    if (process.stdin.isTTY) process.stderr.write('Type the value, end with Ctrl-D on a line of its own.\n');
    // A trailing line break is the shell's, not the secret's.
    const value = (await readStandardInput()).replace(/\r?\n$/, '');
    if (value === '')
      throw new CliError('Standard input was empty: there is no value to store.', { exitCode: EXIT.usage });
    await withSecrets(installation, (secrets) => secrets.put(name, value));
    io.result({ name }, () => io.say(`Stored ${name}.`));
    return undefined;
  },
});

const list = verb({
  command: 'list',
  describe: 'Names of the stored secrets',
  async run(args, io) {
    const installation = findAny(args);
    const names = await withSecrets(installation, (secrets) => secrets.list());
    io.result({ secrets: names }, () => {
      for (const name of names) io.say(name);
      if (names.length === 0) io.say('No secret is stored. `cove secret put NAME` stores one.');
    });
    return undefined;
  },
});

const remove = verb<Named>({
  command: 'remove <name>',
  describe: 'Remove a secret with all its versions',
  options: (yargs) => yargs.positional('name', { type: 'string', demandOption: true }),
  async run(args, io) {
    const name = checked(args.name);
    const installation = findAny(args);
    await withSecrets(installation, async (secrets) => {
      if (!(await secrets.list()).includes(name)) {
        throw new CliError(`There is no secret ${name}.`, {
          todo: '`cove secret list` shows what there is.',
        });
      }
      if (!(await io.confirm(`Remove secret ${name} for good?`))) throw declined();
      await secrets.remove(name);
    });
    io.result({ name }, () => io.say(`Removed ${name}.`));
    return undefined;
  },
});

const secret: CommandModule<Globals, Globals> = {
  command: 'secret <action>',
  describe: "The operator's own secrets in Vault",
  builder: (yargs) =>
    yargs.command(put).command(list).command(remove).demandCommand(1, 'put, list or remove?').strict(),
  handler: (_: ArgumentsCamelCase<Globals>) => {},
};
export default secret;
