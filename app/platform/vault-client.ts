/** node-vault over Node's own HTTP: no proxy from the environment, no token or body inside an error. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import vault from 'node-vault';
import { CoveError } from './errors.ts';

export interface VaultAddress {
  address: string;
  /** PEM file of the authority to trust; absent on loopback or with a public one. */
  caFile?: string | undefined;
}
export type VaultClient = vault.client;

const TIMEOUT_MS = 5_000;

interface Outgoing {
  method: string;
  uri: string;
  headers: Record<string, string>;
  json?: unknown;
}

/** A client without a token. */
export function vaultClient({ address, caFile }: VaultAddress): VaultClient {
  const agent = address.startsWith('https:')
    ? new https.Agent({ keepAlive: true, ca: caFile === undefined ? undefined : readFileSync(caFile) })
    : new http.Agent({ keepAlive: true });
  const client = vault({
    endpoint: address,
    // Its debug output would hold secrets.
    debug: () => {},
    'request-promise': { defaults: () => (options: Outgoing) => send(options, agent) },
  } as vault.VaultOptions);
  // What it takes from the environment of whoever starts a service is not ours.
  Object.assign(client, { token: '', namespace: '', pathPrefix: '' });
  return client;
}

async function send({ method, uri, headers, json }: Outgoing, agent: http.Agent) {
  const url = new URL(uri);
  const body = json === undefined ? '' : JSON.stringify(json);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    agent,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  request.on('response', resolve).on('error', reject).end(body);
  try {
    const response = await promise;
    const answer = await text(response);
    return { statusCode: response.statusCode, body: parse(answer), request: { path: url.pathname } };
  } catch (error) {
    const found =
      (error as Error).name === 'TimeoutError' ? `no answer in ${TIMEOUT_MS} ms` : (error as Error).message;
    throw new CoveError('unavailable', `Vault at ${url.origin} does not answer: ${found}`);
  }
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}

/** HTTP status of Vault's refusal; undefined where it did not answer. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { response?: { statusCode?: number } } | null)?.response?.statusCode;
