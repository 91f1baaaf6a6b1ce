/** `cove password [--reset]`: the administrator's password. */
import { verb } from '../command.ts';
import { findAny, isCloud } from '../installation.ts';
import { declined } from '../io.ts';
import { resetPassword } from '../reset-password.ts';
import { administrator } from '../vault.ts';

export default verb<{ reset: boolean }>({
  command: 'password',
  describe: "The administrator's name and password",
  options: (yargs) =>
    yargs.option('reset', { type: 'boolean', default: false, describe: 'Make a new one first' }),
  async run(args, io) {
    const installation = findAny(args);
    if (args.reset) {
      if (!(await io.confirm('Give the administrator a new password and end every session?')))
        throw declined();
      if (!isCloud(installation)) await resetPassword(installation.places);
    }
    const { username, password } = isCloud(installation)
      ? await (await import('../cloud-verbs/password.ts')).passwordCloud(installation, args.reset)
      : await administrator(installation.places);
    io.result({ username, password }, () => {
      io.say(`user:     ${username}`);
      io.say(`password: ${password}`);
    });
    return undefined;
  },
});
