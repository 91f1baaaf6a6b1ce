/** The network of an Azure installation: sizes, overlaps, and what private mode needs. Pure. */
import type { AzureConfig } from '../azure.ts';
import { isGpu } from './azure-sizes.ts';
import type { Complain } from './complain.ts';
import { checkDedicated, checkPrivate } from './network.ts';

export function checkAzureNetwork(config: AzureConfig, complain: Complain): void {
  const { network } = config;
  if (network.kind === 'dedicated') checkDedicated(network, 'more than /16 is never used', complain);
  if (!network.private) return;
  const gpu = config.environments.some(({ machineType }) => isGpu(machineType));
  checkPrivate(config, { gpu, page: 'docs/azure.md' }, complain);
  // An authority on the internet could not be asked from in there, nor for long without.
  if (config.certificate.kind === 'acme' && config.certificate.directoryUrl.includes('letsencrypt.org'))
    complain(
      ['certificate'],
      'is from Let’s Encrypt; in private mode give one (kind: given), or the directoryUrl of an authority of your own',
    );
}
