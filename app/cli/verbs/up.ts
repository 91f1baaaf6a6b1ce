/** `cove up`: makes the installation, or makes it again what its configuration says, and proves it with a job. */

import { verb } from '../command.ts';
import { folderStore } from '../engine/state-store.ts';
import { takeStack } from '../engine/take-stack.ts';
import { findStack, isCloud, isWorkers } from '../installation.ts';
import { getPrograms } from '../programs.ts';
import { listServices } from '../services.ts';
import { runSteps } from '../steps.ts';
import { checkMachine } from '../up/check-machine.ts';
import { lastWords } from '../up/last-words.ts';
import { askAboutLostData } from '../up/lost-data.ts';
import { ensureWebApp } from '../web-app.ts';

export default verb<{ 'allow-data-loss'?: string[]; wait: number }>({
  command: 'up',
  describe: 'Make the installation, or mend and change it to what its configuration says',
  options: (yargs) =>
    yargs
      .option('allow-data-loss', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Name of a resource whose data may be lost; may be given several times (clouds)',
      })
      .option('wait', {
        type: 'number',
        default: 30,
        requiresArg: true,
        describe: 'Minutes that the address may take to answer (clouds)',
      }),
  async run(args, io) {
    const installation = findStack(args);
    if (isWorkers(installation)) {
      const { upWorkers } = await import('../cloud-verbs/workers.ts');
      return upWorkers(io, installation, args['allow-data-loss'] ?? [], args.wait * 60_000);
    }
    if (isCloud(installation)) {
      const { upCloud } = await import('../cloud-verbs/up.ts');
      return upCloud(io, installation, args['allow-data-loss'] ?? [], args.wait * 60_000);
    }
    const { name, places, urls, config } = installation;
    // Before the steps are drawn: it may have to ask.
    await takeStack(io, folderStore(places.state), name);
    await askAboutLostData(io, installation);
    const { services } = await listServices(installation);
    let changes = 0;
    let pulumi = '';
    await runSteps(io, [
      { title: 'Looking at this machine', run: (say) => checkMachine(installation, services, say) },
      {
        title: 'Getting programs',
        run: async (say) => {
          pulumi = (await getPrograms(say)).pulumi;
          return 'all here';
        },
      },
      { title: 'Web application', run: () => ensureWebApp() },
      {
        title: `Installation "${name}"`,
        run: async (say) => {
          const { apply } = await import('../up/apply.ts');
          changes = await apply(io, installation, pulumi, say);
          return changes === 0 ? 'no change' : `${changes} changes`;
        },
      },
    ]);
    const { proveInstallation } = await import('../up/prove-installation.ts');
    const proven = await proveInstallation(io, installation, { always: false });
    const { username } = config.administrator;
    const ownAuthority = config.certificate.kind === 'own-authority' ? places.authority : null;
    const container = proven.missing === null ? 'proven' : 'unproven';
    io.result(
      { name, ...urls, username, changes, container, missing: proven.missing, proof: proven.proof },
      () => {
        for (const line of lastWords({ name, urls, username, changes, proven, ownAuthority })) io.say(line);
      },
    );
    return undefined;
  },
});
