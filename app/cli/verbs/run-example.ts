/** `cove run-example`: the proving run, again. */
import { verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { findAny, isCloud } from '../installation.ts';
import { proveInstallation } from '../up/prove-installation.ts';

export default verb({
  command: 'run-example',
  describe: 'Run the example through the platform, in a container where one can run',
  async run(args, io) {
    const installation = findAny(args);
    if (isCloud(installation)) {
      const { proveCloud } = await import('../cloud-verbs/prove.ts');
      const proof = await proveCloud(io, installation, { always: true });
      if (proof === null) throw new CliError(`${installation.url} serves no example.`);
      io.result(proof, () => io.say(`Complete: ${proof.url}`));
      return undefined;
    }
    const { run, missing } = await proveInstallation(io, installation, { always: true });
    if (run === null) throw new CliError(`The example cannot run here: ${missing}.`);
    io.result({ ...run, container: missing === null, missing }, () => {
      if (missing !== null) io.say(`It ran without a container, so containers are unproven: ${missing}.`);
    });
    return undefined;
  },
});
