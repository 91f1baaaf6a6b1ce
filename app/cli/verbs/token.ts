/** `cove token`: an API token of the administrator, for `vh login --token` and scripts. */
import { ApiClient } from '../api-client.ts';
import { verb } from '../command.ts';
import { findAny, isCloud } from '../installation.ts';
import { administrator } from '../vault.ts';

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
    if (isCloud(installation)) {
      const { asAdministrator } = await import('../cloud-verbs/reach.ts');
      const { token } = await asAdministrator(installation, (api) =>
        api.send<{ token: string }>('POST', '/api/v0/tokens/', { name: args.name }),
      );
      io.result({ host: installation.url, token }, () => io.say(token));
      return undefined;
    }
    const { places, urls } = installation;
    const api = new ApiClient(urls.local);
    await api.signIn(await administrator(places));
    const { token } = await api.send<{ token: string }>('POST', '/api/v0/tokens/', { name: args.name });
    await api.signOut();
    io.result({ host: urls.local, token }, () => io.say(token));
    return undefined;
  },
});
