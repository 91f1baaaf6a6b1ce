/** `cove preview`: what `up` would change. */
import { verb } from '../command.ts';
import { findInstallation } from '../installation.ts';
import { getPrograms } from '../programs.ts';

export default verb({
  command: 'preview',
  describe: 'What `up` would change; changes nothing',
  async run(args, io) {
    const installation = findInstallation(args);
    const progress = (line: string) => void process.stderr.write(`${line}\n`);
    // All of them: the stack's own program names each.
    const { pulumi } = await getPrograms(progress);
    const { onStack } = await import('../up/apply.ts');
    const { preview } = await import('../engine/operate.ts');
    const steps = await onStack(io, installation, pulumi, () => {}, preview);
    io.result({ name: installation.name, changes: steps.length, steps }, () => {
      for (const step of steps) io.say(step);
      io.say(steps.length === 0 ? 'No change.' : `${steps.length} changes.`);
    });
    return undefined;
  },
});
