/** Whatever `cove init` asks can be said as an option too: a CI job has nobody to answer. */
import { expect, test } from 'vitest';
import yargs, { type Argv } from 'yargs';
import { founderOf, TARGETS } from '../../../app/cli/clouds/index.ts';
import init from '../../../app/cli/verbs/init.ts';

test.each(TARGETS)('every question of %s has its option', async (target) => {
  const builder = init.builder as unknown as (argv: Argv) => Argv;
  const help = await builder(yargs([])).getHelp();
  for (const { key } of (await founderOf(target)).questions())
    expect(help).toContain(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
});
