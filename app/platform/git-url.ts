/** Which addresses of repositories are understood at all. Everything else is refused before Git sees it. */
import { isIP } from 'node:net';
import { invalid } from './errors.ts';

export interface GitUrl {
  /** As given to Git. */
  url: string;
  protocol: 'ssh' | 'https' | 'http';
  host: string;
  port: number;
}

const FORMS = 'https://host/path, ssh://user@host/path or user@host:path';
const PORTS = { ssh: 22, https: 443, http: 80 } as const;
const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const SCP = /^(?:([^@/:]+)@)?(\[[0-9a-fA-F:]+\]|[^@/:[\]]+):(?!\/\/)(.+)$/;

const refuse = (message: string) => invalid('url', message);

/** Reads an address or throws a complaint about `url`. Says nothing about where it leads: see git-guard.ts. */
export function parseGitUrl(text: string): GitUrl {
  const url = text.trim();
  if (url === '' || url.length > 1000) throw refuse(`Needed is an address like ${FORMS}.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\s\x00-\x1f\x7f\\"'`$;|<>]/.test(url))
    throw refuse('An address has no spaces, quotes or control characters.');
  if (url.startsWith('-') || url.includes('::')) {
    if (!/^\w+:\/\/|@\[|^\[/.test(url))
      throw refuse(`This is no address of a repository. Needed is ${FORMS}.`);
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  return scheme === undefined ? readScp(url) : readUrl(url, scheme);
}

function readUrl(url: string, scheme: string): GitUrl {
  if (scheme !== 'ssh' && scheme !== 'https' && scheme !== 'http') {
    throw refuse(`${scheme}:// is not supported. Needed is ${FORMS}.`);
  }
  const read = URL.canParse(url) ? new URL(url) : null;
  if (!read || read.hostname === '' || read.pathname.length < 2)
    throw refuse(`Needed is an address like ${FORMS}.`);
  if (read.password !== '' || (scheme !== 'ssh' && read.username !== '')) {
    throw refuse(
      'Leave name and password out of the address; use an SSH address with the deploy key instead.',
    );
  }
  if (read.search !== '' || read.hash !== '') throw refuse('An address has no ? or # part.');
  if (scheme === 'ssh' && read.username !== '' && !USER.test(read.username))
    throw refuse('The user name is not valid.');
  // The normal form for HTTP: Git's own reading of an odd address could differ from the one that is checked.
  const normal = scheme === 'ssh' ? url : read.href;
  const port = Number(read.port) || PORTS[scheme];
  return { url: normal, protocol: scheme, host: checkHost(read.hostname), port };
}

/** `git@host:path`, the short form of SSH. */
function readScp(url: string): GitUrl {
  const [, user, host, path] = SCP.exec(url) ?? [];
  if (host === undefined || path === undefined) throw refuse(`Needed is an address like ${FORMS}.`);
  if (user !== undefined && !USER.test(user)) throw refuse('The user name is not valid.');
  if (path.startsWith('-') || path.includes(':')) throw refuse('The path in the address is not valid.');
  return { url, protocol: 'ssh', host: checkHost(host), port: PORTS.ssh };
}

function checkHost(text: string): string {
  const host = text.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(host) !== 0 || NAME.test(host)) return host;
  throw refuse(`${text} is not the name of a host.`);
}

/** Whether an entry of the trusted list means this address: `host`, `host:port`, or the beginning of an address. */
export function isTrusted(address: GitUrl, trusted: readonly string[]): boolean {
  const { host, port, url } = address;
  const name = host.includes(':') ? `[${host}]` : host;
  return trusted.some((entry) => {
    if (!entry.includes('://')) return entry === name || entry === `${name}:${port}`;
    const start = entry.replace(/\/+$/, '');
    return url === start || url.startsWith(`${start}/`);
  });
}
