/**
 * The way of a command to Google: a proxy that leads Google's names to services of a test, over TLS by an authority of the
 * test's own, and refuses all others. Node, google-auth-library and the engine all take it by their environment.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { testCertificates } from '../certificates.ts';

/** Where a service of Google's is: port on this machine, by its name and whether gRPC is spoken. */
export type PortOf = (name: string, grpc: boolean) => number;

export interface WayToGoogle {
  /** Of a command that goes this way, logged in as a person is by `gcloud auth application-default login`. */
  env: Record<string, string>;
  /** Names that were asked for and are not Google's. */
  refused: string[];
  close(): Promise<void>;
}

const joined = (one: Socket, other: Socket) => {
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
  one.on('close', () => other.destroy());
  one.pipe(other).pipe(one);
};

export async function wayToGoogle(portOf: PortOf): Promise<WayToGoogle> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-google-'));
  const certificates = await testCertificates(['*.googleapis.com']);
  const front = createTls(
    {
      cert: certificates.certificate,
      key: certificates.key,
      // gRPC offers nothing but h2; whoever offers more gets what the services speak.
      ALPNCallback: ({ protocols }) => (protocols.includes('http/1.1') ? 'http/1.1' : protocols[0]),
    },
    (socket: TLSSocket) => {
      const name = (socket as TLSSocket & { servername?: string }).servername ?? '';
      joined(socket, connect(portOf(name, socket.alpnProtocol === 'h2'), '127.0.0.1'));
    },
  );
  front.on('tlsClientError', () => {});
  const refused: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket: Socket, head: Buffer) => {
    const [name = ''] = (request.url ?? '').split(':');
    if (!name.endsWith('.googleapis.com')) {
      refused.push(name);
      return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    const inner = connect((front.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      inner.write(head);
      joined(socket, inner);
    });
    inner.on('error', () => socket.destroy());
    return undefined;
  });
  for (const server of [front, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const login = join(folder, 'login.json');
  const secrets = { client_id: 'one', client_secret: 'two', refresh_token: 'three' };
  await writeFile(login, JSON.stringify({ type: 'authorized_user', ...secrets }), { mode: 0o600 });
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const direct = '127.0.0.1,localhost';
  return {
    env: {
      HTTPS_PROXY: url,
      https_proxy: url,
      NO_PROXY: direct,
      no_proxy: direct,
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      SSL_CERT_FILE: certificates.caFile,
      GOOGLE_APPLICATION_CREDENTIALS: login,
    },
    refused,
    async close() {
      proxy.close();
      front.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
