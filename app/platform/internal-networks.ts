/** Which addresses lead inside: internal networks and metadata services are not reached on behalf of users. */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const INTERNAL = new BlockList();
const V4 = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`;
// 64:ff9b::/96, 2002::/16 and ::ffff:0:0/96 carry IPv4 addresses within; fec0::/10 is the old private range.
const V6 = `::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8`;
for (const [ranges, family] of [
  [V4, 'ipv4'],
  [V6, 'ipv6'],
] as const) {
  for (const range of ranges.split(/\s+/)) {
    const [net, prefix] = range.split('/');
    INTERNAL.addSubnet(net!, Number(prefix), family);
  }
}

/** Whether an IP address is of a loopback, private, link-local, metadata or other special network. */
export function isInternal(ip: string): boolean {
  const family = isIP(ip);
  if (family === 4) return INTERNAL.check(ip, 'ipv4');
  if (family !== 6) return true;
  // The block list reads mapped addresses (::ffff:10.0.0.1) by its IPv4 rules.
  return INTERNAL.check(ip, 'ipv6');
}

/**
 * As `dns.lookup`, but a name of which any address is internal is an error; for every connection to it, since the name
 * server's next answer may be another. `refusal` words both: what leads inside (null), and a name that is not found.
 */
export const outsideLookup =
  (refusal: (host: string, error: NodeJS.ErrnoException | null) => Error): LookupFunction =>
  (host, options, done) => {
    lookup(host, { ...(options as LookupOptions), all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(refusal(host, error), '', 0);
      const [first] = found;
      if (first === undefined || found.some(({ address }) => isInternal(address)))
        return done(refusal(host, null), '', 0);
      if ((options as LookupOptions).all) return done(null, found);
      done(null, first.address, first.family);
    });
  };
