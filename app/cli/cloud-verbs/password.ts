/** `cove password` of an installation in a cloud. */
import { cloudOf } from '../clouds/index.ts';
import type { CloudInstallation } from '../installation.ts';
import { credentialOf } from './reach.ts';

/** The bootstrap alone may write users and the entry: its own unit's command, with one step of it. No secret passes by. */
const RESET =
  'exec sh -c "$(systemctl cat cove-bootstrap.service | sed -n \'s/^ExecStart=//p\') --only password" >/dev/null';

export async function passwordCloud(installation: CloudInstallation, reset: boolean) {
  const { name, config } = installation;
  if (reset) await (await cloudOf(config)).runOnHost(name, config, RESET);
  return credentialOf(installation);
}
