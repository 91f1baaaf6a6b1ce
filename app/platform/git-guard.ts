/** Where the address of a repository leads. */
import { lookup } from 'node:dns/promises';
import { CoveError } from './errors.ts';
import { type GitUrl, isTrusted } from './git-url.ts';
import { isInternal } from './internal-networks.ts';

/**
 * Resolves the host once and gives the addresses that must then be used: a second answer of the name server
 * might differ. Throws where it does not resolve, or leads inside and is not trusted.
 */
export async function guard(address: GitUrl, trusted: readonly string[]): Promise<{ ips: string[] }> {
  const found = await lookup(address.host, { all: true }).catch(() => []);
  const ips = found.map(({ address: ip }) => ip);
  if (ips.length === 0) {
    throw new CoveError(
      'upstream',
      `The host ${address.host} is unknown. Check the address of the repository.`,
    );
  }
  if (isTrusted(address, trusted)) return { ips };
  if (address.protocol === 'http') {
    throw new CoveError(
      'upstream',
      'Plain http:// shows the code to everybody on the way. Use https:// or SSH.',
    );
  }
  if (ips.some(isInternal)) {
    throw new CoveError(
      'upstream',
      `${address.host} leads into an internal network, which this server does not enter for repositories. ` +
        'An operator can allow the host in the configuration.',
    );
  }
  return { ips };
}
