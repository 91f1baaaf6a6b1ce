/** Ports that a config names besides the usual ones, and who speaks with what stands behind them. Pure. */
import { isIPv4 } from 'node:net';

/** `everybody`: every machine; `both`: the application and workers. */
export type Speaker = 'everybody' | 'application' | 'workers' | 'both';

export interface NamedPort {
  port: number;
  /** A name, or an address that a rule can be narrowed to. */
  host: string;
  who: Speaker;
  /** What for, in words. */
  why: string;
}

interface Naming {
  proxy?: { url: string } | undefined;
  joins?: { url: string } | undefined;
  vault?: { kind: 'own' } | { kind: 'existing'; address: string };
  trustedGitHosts?: string[];
  trustedStoreHosts?: string[];
  trustedInputHosts?: string[];
}

const HTTPS = 443;
const HTTP = 80;

/** Whatever is reached on another port than HTTPS: a firewall that lets that out alone would keep it away. */
export function namedPorts(config: Naming): NamedPort[] {
  const { proxy, joins, vault } = config;
  const found = [
    ...(proxy === undefined ? [] : [ofUrl(proxy.url, 'everybody', 'the HTTP proxy')]),
    ...(joins === undefined ? [] : [ofUrl(joins.url, 'everybody', 'the installation')]),
    ...(vault?.kind === 'existing' ? [ofUrl(vault.address, 'application', 'Vault')] : []),
    ...hosts(config.trustedGitHosts, HTTPS, 'application', 'Git hosts'),
    ...hosts(config.trustedStoreHosts, HTTPS, 'both', 'object stores'),
    ...hosts(config.trustedInputHosts, HTTP, 'workers', 'inputs'),
  ].filter(({ port }) => port !== HTTPS);
  const key = ({ who, port, host }: NamedPort) => `${who} ${port} ${isIPv4(host) ? host : ''}`;
  return [...new Map(found.map((one) => [key(one), one])).values()];
}

function ofUrl(url: string, who: Speaker, why: string): NamedPort {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: Number(port) || (protocol === 'http:' ? HTTP : HTTPS), who, why };
}

const hosts = (named: string[] = [], usual: number, who: Speaker, why: string): NamedPort[] =>
  named.map((text) => {
    const [host = '', port] = text.split(':');
    return { host, port: Number(port ?? usual), who, why };
  });

/** Hosts outside that the config of an installation names by itself, for a firewall's list; a stack of workers names none. */
export const namedHosts = (config: {
  vault: { kind: 'own' } | { kind: 'existing'; address: string };
  trustedGitHosts: string[];
  trustedStoreHosts: string[];
  trustedInputHosts: string[];
}): string[] => [
  ...(config.vault.kind === 'existing' ? [new URL(config.vault.address).host] : []),
  ...config.trustedGitHosts,
  ...config.trustedStoreHosts,
  ...config.trustedInputHosts,
];

/** Whether a machine of this kind speaks with it. */
export const speaks = (who: Speaker, kind: 'application' | 'workers' | 'other'): boolean =>
  who === 'everybody' || who === kind || (who === 'both' && kind !== 'other');

/** With which of them a group of machines speaks, by the name that every cloud's firewall has for it. */
export const namedFor = (named: NamedPort[], group: string): NamedPort[] => {
  const kind = group === 'appHost' ? 'application' : group === 'workers' ? 'workers' : 'other';
  return named.filter(({ who }) => speaks(who, kind));
};

/** Where it is: its address, where it is one; else anywhere that `outside` names. */
export const placesOf = ({ host }: NamedPort, outside: string[]): string[] =>
  isIPv4(host) ? [`${host}/32`] : outside;
