/** The network of an Azure installation: sizes, overlaps, and what private mode needs. Pure. */
import type { AzureConfig } from '../azure.ts';
import { overlaps, parseCidr } from '../cidr.ts';
import { isGpu } from './azure-sizes.ts';
import type { Complain } from './complain.ts';

/** Docker's own network on every host: an address in it never leaves the machine. */
const DOCKER = '172.17.0.0/16';

export function checkAzureNetwork(config: AzureConfig, complain: Complain): void {
  const { network, access, machineImages } = config;
  if (network.kind === 'dedicated') {
    const own = parseCidr(network.cidr);
    if (own.prefix < 16 || own.prefix > 22)
      complain(
        ['network', 'cidr'],
        `is ${network.cidr}; more than /16 is never used, and less than /22 is too small`,
      );
    if (overlaps(own, parseCidr(DOCKER)))
      complain(
        ['network', 'cidr'],
        `is ${network.cidr}, which overlaps ${DOCKER}, Docker's own on every host`,
      );
    network.connections.forEach(({ cidr }, index) => {
      if (overlaps(own, parseCidr(cidr)))
        complain(
          ['network', 'connections', index, 'cidr'],
          `is ${cidr}, which overlaps network.cidr, ${network.cidr}; connected networks need addresses of their own`,
        );
      network.connections.slice(0, index).forEach((other) => {
        if (overlaps(parseCidr(other.cidr), parseCidr(cidr)))
          complain(
            ['network', 'connections', index, 'cidr'],
            `is ${cidr}, which overlaps ${other.cidr} above`,
          );
      });
    });
  }
  if (!network.private) return;
  if (!access.internal)
    complain(
      ['access', 'internal'],
      'is false; in private mode nothing is reachable from the internet: say true',
    );
  // An authority on the internet could not be asked from in there, nor for long without.
  if (config.certificate.kind === 'acme' && config.certificate.directoryUrl.includes('letsencrypt.org'))
    complain(
      ['certificate'],
      'is from Let’s Encrypt; in private mode give one (kind: given), or the directoryUrl of an authority of your own',
    );
  const needed = config.environments.some(({ machineType }) => isGpu(machineType))
    ? (['appHost', 'worker', 'gpuWorker'] as const)
    : (['appHost', 'worker'] as const);
  for (const image of needed) {
    if (machineImages[image] === undefined)
      complain(
        ['machineImages', image],
        'is missing; in private mode machines fetch nothing, so they need images that hold Docker (docs/azure.md)',
      );
  }
}
