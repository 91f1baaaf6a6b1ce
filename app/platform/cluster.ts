/** The API of the cluster that this pod runs in, as its service account; a few calls of plain HTTP need no SDK. */
import { readFile } from 'node:fs/promises';
import { Agent, request, WebSocket } from 'undici';
import { CoveError } from './errors.ts';

export interface ClusterAddress {
  /** Such as `https://10.96.0.1:443`. */
  server: string;
  /** PEM of its authority. @default the public ones */
  authority?: string | undefined;
  /** PEM of a login by certificate. */
  certificate?: string | undefined;
  key?: string | undefined;
  /** Asked for every call: Kubernetes renews it. Undefined: the login is a certificate. */
  token(): Promise<string | undefined>;
}

const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Of the cluster around this pod. Throws `conflict` where there is none. */
export async function ownCluster(): Promise<ClusterAddress> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host === undefined)
    throw new CoveError('conflict', 'This process runs in no pod of Kubernetes, whose API it would ask.');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    authority: await readFile(`${MOUNTED}/ca.crt`, 'utf8'),
    token: async () => (await readFile(`${MOUNTED}/token`, 'utf8')).trim(),
  };
}

/** What the cluster answered where it refused. */
export class ClusterRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Of a PATCH. @default merge-patch */
  patch?: 'merge-patch' | 'apply-patch';
}

/** One object's worth of JSON. */
// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes have as many shapes as there are kinds
export type ClusterObject = any;

export class Cluster {
  readonly #address: ClusterAddress;
  readonly #agent: Agent;

  constructor(address: ClusterAddress) {
    this.#address = address;
    const { authority: ca, certificate: cert, key } = address;
    this.#agent = new Agent({ connect: { ca, cert, key } });
  }

  /** Throws ClusterRefusal, or what the network says. */
  async ask(
    path: string,
    { method = 'GET', body, patch = 'merge-patch' }: Asked = {},
  ): Promise<ClusterObject> {
    const text = await this.text(path, { method, body, patch });
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The same, of what is no JSON, such as a pod's log. */
  async text(path: string, { method = 'GET', body, patch = 'merge-patch' }: Asked = {}): Promise<string> {
    const answer = await request(new URL(path, this.#address.server), {
      method,
      dispatcher: this.#agent,
      headersTimeout: 30_000,
      headers: {
        ...(await this.#login()),
        accept: 'application/json, */*',
        ...(body === undefined
          ? {}
          : {
              'content-type':
                method === 'PATCH'
                  ? `application/${patch}+${patch === 'apply-patch' ? 'yaml' : 'json'}`
                  : 'application/json',
            }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return text;
    throw new ClusterRefusal(answer.statusCode, messageOf(text));
  }

  /** The object; null where there is none. */
  async find(path: string): Promise<ClusterObject | null> {
    return this.ask(path).catch((error: unknown) => {
      if (error instanceof ClusterRefusal && error.status === 404) return null;
      throw error;
    });
  }

  /** A WebSocket that is about to open; of one that does not, `text` of the same path says why. */
  async socket(path: string, protocols: string[]): Promise<WebSocket> {
    const url = new URL(path, this.#address.server);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, { protocols, dispatcher: this.#agent, headers: await this.#login() });
    socket.binaryType = 'arraybuffer';
    return socket;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #login(): Promise<Record<string, string>> {
    const token = await this.#address.token();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: string }).message ?? text);
  } catch {
    return text.slice(0, 300);
  }
}
