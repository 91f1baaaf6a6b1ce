/**
 * Connections to addresses that users name: judged by what a name resolves to at the moment of connecting, so that
 * neither a second answer of the name server nor a redirect leads inside.
 */
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isInternal, outsideLookup } from './internal-networks.ts';

/** No address for this process. `EACCES`: trying again does not help. */
export class InternalAddress extends Error {
  readonly code = 'EACCES';
  constructor(host: string, what = 'inputs', who = 'An operator can') {
    super(
      `${host} leads into an internal network, which this server does not enter for ${what}. ` +
        `${who} allow the host in the configuration: trustedInputHosts`,
    );
    this.name = 'InternalAddress';
  }
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '').toLowerCase();

/** Whether a list of `host` and `host:port` names this one. Pure. */
export function trusts(trusted: readonly string[], host: string, port: string | number): boolean {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return trusted.some((entry) => [name, bare(name), `${name}:${port}`].includes(entry.toLowerCase()));
}

const lookupOutside = outsideLookup((host, error) => error ?? new InternalAddress(host));

/** For an `Agent`: connects as undici does, to nothing inside but what is trusted. */
export function guardedConnector(
  trusted: () => readonly string[],
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  const open = buildConnector(options);
  const openOutside = buildConnector({ ...options, lookup: lookupOutside });
  return (target, done) => {
    const host = bare(target.hostname);
    const port = target.port || (target.protocol === 'https:' ? 443 : 80);
    if (trusts(trusted(), host, port)) return open(target, done);
    // An address that is written out is never looked up.
    if (isIP(host) !== 0 && isInternal(host)) return done(new InternalAddress(host), null);
    openOutside(target, done);
  };
}

/** Before a proxy is asked: it resolves names by itself, and its own rules hold for what they lead to. */
export async function refuseInternal(url: URL, trusted: readonly string[]): Promise<void> {
  const host = bare(url.hostname);
  if (trusts(trusted, host, url.port || (url.protocol === 'https:' ? 443 : 80))) return;
  const addresses = await new Promise<string[]>((resolve) => {
    lookup(host, { all: true }, (error, found) => resolve(error ? [] : found.map(({ address }) => address)));
  });
  if (addresses.some(isInternal)) throw new InternalAddress(host);
}
