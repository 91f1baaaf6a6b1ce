/** `cove password` of an installation in a cloud. */
import { cloudOf } from '../clouds/index.ts';
import type { CloudInstallation } from '../installation.ts';
import { credentialOf } from './reach.ts';

/** A unit of the boot document. No secret passes by: the new password goes into the cloud's secret store. */
const RESET = 'systemctl start cove-password.service';

export async function passwordCloud(installation: CloudInstallation, reset: boolean) {
  const { name, config } = installation;
  if (reset) {
    const cloud = await cloudOf(config);
    if (cloud.resetPassword !== undefined) await cloud.resetPassword(name, config);
    else await cloud.runOnHost(name, config, RESET);
  }
  return credentialOf(installation);
}
