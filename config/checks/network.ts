/** What networks of all clouds have in common: sizes, overlaps, and what private mode needs. Pure. */
import { overlaps, parseCidr } from '../cidr.ts';
import type { Complain } from './complain.ts';

/** Docker's own network on every host: an address in it never leaves the machine. */
const DOCKER = '172.17.0.0/16';

/** A network that is made. `most`: why it is /16 at most, in the cloud's words. */
export function checkDedicated(
  { cidr, connections }: { cidr: string; connections: { cidr: string }[] },
  most: string,
  complain: Complain,
): void {
  const own = parseCidr(cidr);
  if (own.prefix < 16 || own.prefix > 22)
    complain(['network', 'cidr'], `is ${cidr}; ${most}, and less than /22 is too small`);
  if (overlaps(own, parseCidr(DOCKER)))
    complain(['network', 'cidr'], `is ${cidr}, which overlaps ${DOCKER}, Docker's own on every host`);
  connections.forEach((connection, index) => {
    const path = ['network', 'connections', index, 'cidr'];
    const other = parseCidr(connection.cidr);
    if (overlaps(own, other))
      complain(
        path,
        `is ${connection.cidr}, which overlaps network.cidr, ${cidr}; connected networks need addresses of their own`,
      );
    for (const above of connections.slice(0, index)) {
      if (overlaps(parseCidr(above.cidr), other))
        complain(path, `is ${connection.cidr}, which overlaps ${above.cidr} above`);
    }
  });
}

interface Private {
  access: { internal: boolean };
  machineImages: {
    appHost?: string | undefined;
    worker?: string | undefined;
    gpuWorker?: string | undefined;
  };
}

/** Private mode: no public address, and images that hold all that a machine needs. */
export function checkPrivate(
  { access, machineImages }: Private,
  { gpu, page }: { gpu: boolean; page: string },
  complain: Complain,
): void {
  if (!access.internal)
    complain(
      ['access', 'internal'],
      'is false; in private mode nothing is reachable from the internet: say true',
    );
  checkImages(machineImages, ['appHost', 'worker', ...(gpu ? (['gpuWorker'] as const) : [])], page, complain);
}

/** In private mode machines fetch nothing. */
export function checkImages<I extends string>(
  given: { [image in I]?: string | undefined },
  needed: I[],
  page: string,
  complain: Complain,
): void {
  for (const image of needed) {
    if (given[image] === undefined)
      complain(
        ['machineImages', image],
        `is missing; in private mode machines fetch nothing, so they need images that hold Docker (${page})`,
      );
  }
}
