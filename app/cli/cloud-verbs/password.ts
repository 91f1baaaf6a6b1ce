/** `cove password` of an installation in a cloud. */
import { cloudOf } from '../clouds/index.ts';
import type { CloudInstallation } from '../installation.ts';
import { credentialOf } from './reach.ts';

/** The bootstrap alone may write users and the entry: its own unit once more, with one step of it. */
export const EDITS = [
  's/cove-bootstrap/cove-password/g',
  's/^Type=.*/Type=oneshot/',
  '/^RemainAfterExit=/d',
  '/^Restart=/d',
  '/^ExecStopPost=/d',
  's/^ExecStart=.*/& --only password/',
];
const UNIT = '/run/systemd/system/cove-password.service';
/** No secret passes by: the new password goes into the cloud's secret store. */
const RESET = [
  `sed ${EDITS.map((edit) => `-e '${edit}'`).join(' ')} /etc/systemd/system/cove-bootstrap.service >${UNIT}`,
  'systemctl daemon-reload',
  'systemctl start cove-password.service',
].join(' && ');

export async function passwordCloud(installation: CloudInstallation, reset: boolean) {
  const { name, config } = installation;
  if (reset) await (await cloudOf(config)).runOnHost(name, config, RESET);
  return credentialOf(installation);
}
