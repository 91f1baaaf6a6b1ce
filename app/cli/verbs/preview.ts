/** `cove preview`: what `up` would change. */
import { verb } from '../command.ts';
import { findStack, isCloud, isWorkers } from '../installation.ts';
import { getPrograms } from '../programs.ts';

export default verb({
  command: 'preview',
  describe: 'What `up` would change; changes nothing',
  async run(args, io) {
    const installation = findStack(args);
    if (isWorkers(installation)) {
      const { previewWorkers } = await import('../cloud-verbs/workers.ts');
      return previewWorkers(io, installation);
    }
    if (isCloud(installation)) {
      const { previewCloud } = await import('../cloud-verbs/up.ts');
      return previewCloud(io, installation);
    }
    const progress = (line: string) => void process.stderr.write(`${line}\n`);
    // All of them: the stack's own program names each.
    const { pulumi } = await getPrograms(progress);
    const { onStack } = await import('../up/apply.ts');
    const { preview } = await import('../engine/operate.ts');
    const { planLines } = await import('../plan/plan.ts');
    const steps = await onStack(io, installation, pulumi, () => {}, preview);
    io.result({ name: installation.name, changes: steps.length, steps }, () => {
      for (const line of planLines(steps, io.terminal)) io.say(line);
    });
    return undefined;
  },
});
