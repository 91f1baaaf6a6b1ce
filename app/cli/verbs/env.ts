/** `cove env`: what a shell needs for a plain `pulumi up` on the same state. */
import { verb } from '../command.ts';
import { findInstallation } from '../installation.ts';
import { getPrograms } from '../programs.ts';
import { shellWord } from '../table.ts';

export default verb({
  command: 'env',
  describe: 'Shell exports for a plain `pulumi`: eval "$(npx cove env)"',
  async run(args, io) {
    const installation = findInstallation(args);
    const { engineEnvironment, enginePath } = await import('../engine/environment.ts');
    const { openStack } = await import('../engine/stack.ts');
    // All of them: the stack's own program names each.
    const { pulumi } = await getPrograms((line) => process.stderr.write(`${line}\n`));
    const settings = { ...installation, pulumi };
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
