/** An HTTP proxy under which real names lead to this machine: it ends their TLS by a certificate of the test's own. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { passOn } from '../fakes/azure/server.ts';
import { testCertificates } from './certificates.ts';

export interface NamesProxy {
  url: string;
  /** Authority of the names' certificate. */
  caFile: string;
  /** Names that were asked for and lead nowhere. */
  refused: string[];
  close(): void;
}

/** `names`: whom the certificate is for, and nothing else is let through; `to`: port of what stands for it, over HTTP. */
export async function startNamesProxy(names: string[], to: (name: string) => number): Promise<NamesProxy> {
  const certificates = await testCertificates(names);
  const inside = createHttps({ cert: certificates.certificate, key: certificates.key }, (request, response) =>
    passOn(request, response, { port: to((request.headers.host ?? '').split(':')[0]!) }),
  );
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const isOurs = (name: string) =>
    names.some((one) => (one.startsWith('*.') ? name.endsWith(one.slice(1)) : one === name));
  const proxy = createHttp((_request, response) => response.writeHead(403).end());
  proxy.on('connect', (request, socket: Socket) => {
    const [name = ''] = (request.url ?? '').split(':');
    socket.on('error', () => socket.destroy());
    if (!isOurs(name)) {
      refused.push(name);
      return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    sockets.add(socket);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inside.emit('connection', socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    caFile: certificates.caFile,
    refused,
    close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
