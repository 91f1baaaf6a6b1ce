/** That no command and no option of the official client was forgotten: each is named in a test of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vhMany } from '../../support/vh.ts';

/** What is not typed here, and why. */
const EXCUSED: Record<string, string> = {
  deployment: 'not in Cove yet',
  model: 'not in Cove yet',
  pipeline: 'not in Cove yet',
  task: 'not in Cove yet',
  'update-check': "asks Python's index, not us",
  'execution run --ssh': 'asks for the key and the address; `exec ssh`, which it calls, is typed with both',
  'parcel --unparcel-script': 'writes a file, and asks nobody',
};

test('every command and option is named in a test here, or excused with a reason', async () => {
  const { tree, options } = await vhMany([]);
  const typed = readdirSync(import.meta.dirname)
    .filter((file) => file !== 'commands.test.ts')
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const excused = (line: string) => Object.keys(EXCUSED).some((one) => `${line} `.startsWith(`${one} `));
  const isTyped = (word = '') => typed.includes(`'${word}'`);
  const commands = tree.filter((command) => !excused(command) && !isTyped(command.split(' ').at(-1)));
  const forgotten = options.filter(
    ([command, ...names]) =>
      !excused(command) && !names.some((name) => excused(`${command} ${name}`) || isTyped(name)),
  );
  expect(tree.length + options.length).toBeGreaterThan(100);
  expect([...commands, ...forgotten]).toEqual([]);
});
