/** `cove run-example`: the proving run, again. */
import { verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { findInstallation } from '../installation.ts';
import { proveInstallation } from '../up/prove-installation.ts';

export default verb({
  command: 'run-example',
  describe: 'Run the example through the platform, in a container where one can run',
  async run(args, io) {
    const { run, missing } = await proveInstallation(io, findInstallation(args), { always: true });
    if (run === null) throw new CliError(`The example cannot run here: ${missing}.`);
    io.result({ ...run, container: missing === null, missing }, () => {
      if (missing !== null) io.say(`It ran without a container, so containers are unproven: ${missing}.`);
    });
    return undefined;
  },
});
