import type { FastifyRequest } from 'fastify';

/**
 * Scheme and host as the client sees them: it sends its token only where both are those it logged in with
 * (client-contract 1.1). A proxy's word counts only from loopback and private addresses (`trustProxy`).
 */
export const baseUrl = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;

/** Addresses in the answers to one request. */
export interface Links {
  /** `/api/v0/<path>/`, absolute, with the trailing slash that clients append to. */
  api(...path: string[]): string;
  /** A page of the web application. */
  page(...path: string[]): string;
  /** Makes an address of the store absolute; those of outside stores are already. */
  absolute(url: string): string;
}

export function linksOf(request: FastifyRequest): Links {
  const base = baseUrl(request);
  const join = (path: string[]) => path.map(encodeURIComponent).join('/');
  return {
    // `~` of ad-hoc commits and `:` of counters stay readable.
    api: (...path) => `${base}/api/v0/${join(path).replaceAll('%3A', ':')}/`,
    page: (...path) => `${base}/${join(path)}/`,
    absolute: (url) => new URL(url, base).href,
  };
}
