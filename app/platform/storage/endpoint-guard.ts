/** Addresses of stores that people name: the platform does not go into internal networks for them. */
import { isIP, type LookupFunction } from 'node:net';
import { CoveError, invalid } from '../errors.ts';
import { type GitUrl, isTrusted } from '../git-url.ts';
import { isInternal, outsideLookup } from '../internal-networks.ts';

const refuse = (message: string) => invalid('endpoint_url', message);
const ALLOW = 'An operator can allow it in the configuration (trustedStoreHosts).';

/** Reads an address of a store: a scheme, a host, a port and nothing else. */
export function parseEndpoint(text: string): GitUrl {
  const found = URL.canParse(text) ? new URL(text) : null;
  const protocol = found?.protocol.slice(0, -1);
  if (found === null || (protocol !== 'https' && protocol !== 'http'))
    throw refuse('Needed is an address like https://storage.example.com.');
  const { username, password, search, hash, pathname } = found;
  if ([username, password, search, hash].some((part) => part !== '') || pathname !== '/')
    throw refuse('Needed are scheme, host and port alone, like https://storage.example.com:9000.');
  const host = found.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = Number(found.port) || (protocol === 'https' ? 443 : 80);
  return { url: found.origin, protocol, host, port };
}

/** Whether an operator's list names the address. */
export const isTrustedEndpoint = (text: string, trusted: readonly string[]): boolean =>
  isTrusted(parseEndpoint(text), trusted);

/**
 * Gives the lookup that every connection to the address must use, since a second answer of the name server may differ;
 * undefined where the operator trusts it. Throws where it leads inside.
 */
export async function guardEndpoint(
  text: string,
  trusted: readonly string[],
): Promise<LookupFunction | undefined> {
  const address = parseEndpoint(text);
  if (isTrusted(address, trusted)) return undefined;
  if (address.protocol === 'http')
    throw refuse(`Plain http:// shows the data to everybody on the way: use https://. ${ALLOW}`);
  if (isIP(address.host) !== 0) {
    if (isInternal(address.host)) throw refuse(inside(address.host));
    return guardedLookup;
  }
  await new Promise<void>((resolve, reject) =>
    guardedLookup(address.host, { all: true }, (error) =>
      error === null ? resolve() : reject(refuse(error.message)),
    ),
  );
  return guardedLookup;
}

const inside = (host: string) =>
  `${host} leads into an internal network, which this server does not enter. ${ALLOW}`;

/** DNS, with every internal answer refused. */
export const guardedLookup = outsideLookup(
  (host, error) => new CoveError('upstream', error === null ? inside(host) : `The host ${host} is unknown.`),
);
