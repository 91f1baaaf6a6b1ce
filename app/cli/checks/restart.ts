/** What happens when the machine restarts. */
import { userInfo } from 'node:os';
import { returnsAt } from '../../../stacks/services.ts';
import { type Finding, ok, warn } from './finding.ts';

export function judgeRestart(at: Awaited<ReturnType<typeof returnsAt>>, user: string): Finding {
  if (at === 'boot') return ok('restart', 'systemd brings the installation back at every boot');
  if (at === 'up')
    return ok('restart', 'no systemd here: after a restart of the machine `npx cove up` brings it back');
  return warn(
    'restart',
    `after a restart of the machine the installation waits until ${user} signs in`,
    'a start at boot',
    `sudo loginctl enable-linger ${user}`,
  );
}

export const checkRestart = async (): Promise<Finding> =>
  judgeRestart(await returnsAt(), userInfo().username);
