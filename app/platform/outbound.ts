/**
 * How this process reaches the world where a company's authorities and proxy stand between: told once, at its start,
 * and held by everything that connects. Loopback is always reached directly.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { CoveError } from './errors.ts';

export interface Proxy {
  url: string;
  /** Host names, `.suffixes`, addresses, CIDRs; `*` for all. */
  noProxy: string[];
}
export interface Outbound {
  proxy?: Proxy | undefined;
  certificateAuthorityFiles?: string[] | undefined;
}

let proxy: Proxy | undefined;
let ownAuthorities: string[] = [];
let bundle: string | undefined;

/** Holds for every connection made from now on. Throws where a file cannot be read or holds no certificate. */
export function setOutbound(outbound: Outbound): void {
  proxy = outbound.proxy;
  ownAuthorities = (outbound.certificateAuthorityFiles ?? []).flatMap(certificatesIn);
  bundle = undefined;
  if (ownAuthorities.length > 0)
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...ownAuthorities]);
  // What we do not open ourselves (the clouds' SDKs, git's children) reads it from here.
  for (const [name, value] of Object.entries(proxyVariables(proxy))) process.env[name] = value;
}

/** The PEM blocks of a bundle, each checked to be a certificate. */
export function certificatesIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CoveError('invalid', `The authorities in ${file} cannot be read: ${(error as Error).message}`);
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0) return blocks;
  throw new CoveError(
    'invalid',
    `${file} holds no certificate: a PEM file of one or more authorities is needed`,
  );
}

/** PEM of the public authorities and the company's; undefined where it has none of its own. */
export const authorities = (): string | undefined =>
  ownAuthorities.length > 0 ? tls.getCACertificates('default').join('\n') : undefined;

/** What a child process needs to reach the world as this one does: proxy, and a file of authorities for Git. */
export function outboundVariables(): Record<string, string> {
  const text = authorities();
  if (text !== undefined && bundle === undefined) {
    bundle = join(mkdtempSync(join(tmpdir(), 'cove-authorities-')), 'authorities.pem');
    writeFileSync(bundle, text);
  }
  return { ...proxyVariables(proxy), ...(bundle !== undefined && { GIT_SSL_CAINFO: bundle }) };
}

/** What a job is told. */
export const jobProxyVariables = (): Record<string, string> => proxyVariables(proxy);

/** The variables by which programs and libraries are told of a proxy; none without one. */
export function proxyVariables(of: Proxy | undefined): Record<string, string> {
  if (of === undefined) return {};
  const direct = [...LOOPBACK, ...of.noProxy].join(',');
  const pairs = { http_proxy: of.url, https_proxy: of.url, no_proxy: direct };
  const upper = Object.entries(pairs).map(([name, value]) => [name.toUpperCase(), value]);
  return { ...pairs, ...Object.fromEntries(upper) };
}
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** The proxy to ask for an address; null: reach it directly. Pure but for what `setOutbound` was told. */
export function proxyFor(address: URL | string, given: Proxy | undefined = proxy): string | null {
  if (given === undefined) return null;
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return null;
  return given.noProxy.some((rule) => matches(rule.trim().toLowerCase(), host, port)) ? null : given.url;
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  const [network = '', bits] = rule.split('/');
  if (bits !== undefined) return inNetwork(network, Number(bits), host);
  const [, name = rule, onPort] = /^(.*[^:]):(\d+)$/.exec(rule) ?? [];
  if (onPort !== undefined && onPort !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function inNetwork(network: string, bits: number, host: string): boolean {
  const family = isIP(host);
  if (family === 0 || isIP(network) !== family) return false;
  const list = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, bits, kind);
  return list.check(host, kind);
}

/** Agents with warm connections for an address, through the proxy where there is one for it. `lookup`: in place of DNS. */
export function connection(
  address: string,
  lookup?: LookupFunction,
): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  const through = proxyFor(address);
  const options = {
    keepAlive: true,
    maxSockets: 64,
    ...(lookup && { lookup }),
    ...(through !== null && { proxyEnv: { HTTP_PROXY: through, HTTPS_PROXY: through } }),
  };
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}
