/** That no command and no option of the official client was forgotten: each is named in a test of this folder. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { officialClient } from '../../setup/python.ts';

/** What is not typed here, and why. */
const EXCUSED: Record<string, string> = {
  deployment: 'not in Cove yet',
  model: 'not in Cove yet',
  pipeline: 'not in Cove yet',
  task: 'not in Cove yet',
  'update-check': "asks Python's index, not us",
  'exec run --ssh': 'asks for the key and the address; `exec ssh`, which it calls, is typed with both',
  'parcel --unparcel-script': 'writes a file, and asks nobody',
};

const WALK = `
import click
from valohai_cli.cli import cli
def walk(command, path):
    print(" ".join(path))
    for param in command.params:
        if param.param_type_name == "option":
            print(" ".join(path), *param.opts, *param.secondary_opts, sep="\\t")
    for name in getattr(command, "list_commands", lambda _: [])(click.Context(command)):
        walk(command.get_command(click.Context(command), name), [*path, name.replace("_", "-")])
for name in cli.list_commands(click.Context(cli)):
    walk(cli.get_command(click.Context(cli), name), [name.replace("_", "-").replace("execution", "exec")])
`;

test('every command and option is named in a test here, or excused with a reason', async () => {
  const python = join(dirname(await officialClient()), 'python');
  const tree = execFileSync(python, ['-W', 'ignore', '-c', WALK], { encoding: 'utf8' }).trim().split('\n');
  const typed = readdirSync(import.meta.dirname)
    .filter((file) => file !== 'commands.test.ts')
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const excused = (line: string) => Object.keys(EXCUSED).some((one) => `${line} `.startsWith(`${one} `));
  const forgotten = tree
    .map((line) => line.split('\t'))
    .filter(([command = '', ...options]) => {
      if (excused(command) || options.some((option) => excused(`${command} ${option}`))) return false;
      const words = options.length > 0 ? options : [command.split(' ').at(-1)];
      return !words.some((word) => typed.includes(`'${word}'`));
    });
  expect(tree.length).toBeGreaterThan(100);
  expect(forgotten).toEqual([]);
});
