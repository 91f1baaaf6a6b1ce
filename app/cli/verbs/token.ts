/** `cove token`: an API token of the administrator, for `vh login --token` and scripts. */
import { actAsAdministrator } from '../administrator.ts';
import { verb } from '../command.ts';
import { findAny, isCloud } from '../installation.ts';

export default verb<{ name: string }>({
  command: 'token',
  describe: 'Make an API token of the administrator; it is shown once',
  options: (yargs) =>
    yargs.option('name', {
      type: 'string',
      default: 'cove token',
      describe: 'What to call it in the web application',
    }),
  async run(args, io) {
    const installation = findAny(args);
    const { token } = await actAsAdministrator(installation, (api) =>
      api.send<{ token: string }>('POST', '/api/v0/tokens/', { name: args.name }),
    );
    const host = isCloud(installation) ? installation.url : installation.urls.local;
    io.result({ host, token }, () => io.say(token));
    return undefined;
  },
});
