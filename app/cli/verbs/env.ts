/** `cove env`: what a shell needs for a plain `pulumi up` on the same state. */
import { verb } from '../command.ts';
import { restoreStackFile } from '../engine/stack-file.ts';
import { findStack, isElsewhere } from '../installation.ts';
import { getProgram, getPrograms } from '../programs.ts';
import { seatOf } from '../seat.ts';
import { shellWord } from '../table.ts';

export default verb({
  command: 'env',
  describe: 'Shell exports for a plain `pulumi`: eval "$(npx cove env)"',
  async run(args, io) {
    const installation = findStack(args);
    const { engineEnvironment, enginePath } = await import('../engine/environment.ts');
    const { openStack } = await import('../engine/stack.ts');
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    // All of them: a local stack's own program names each.
    const pulumi = isElsewhere(installation)
      ? await getProgram('pulumi', say)
      : (await getPrograms(say)).pulumi;
    const { backend, store } = await seatOf(installation);
    const settings = { ...installation, pulumi, ...(backend && { backend }) };
    if (backend !== undefined)
      await restoreStackFile(
        installation.places.project,
        installation.name,
        await store.latest(installation.name),
      );
    const path = enginePath(pulumi);
    // A plain `pulumi up` expects that the stack exists.
    await openStack(settings, async () => {});
    const variables = {
      ...engineEnvironment(settings),
      PULUMI_OPTION_CWD: installation.places.project,
      PATH: path,
    };
    io.result(variables, () => {
      for (const [name, value] of Object.entries(variables)) io.say(`export ${name}=${shellWord(value)}`);
    });
    return undefined;
  },
});
