/**
 * The API server as a command line asks it about one pod: Secrets, the pod, and `exec`, which runs the command on this
 * machine. Its WebSocket is spoken as Kubernetes does (`v5.channel.k8s.io`); what a real one does is the cluster's test.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CLOSE = 0x88;

export interface PodExec {
  url: string;
  close(): void;
}
export interface PodExecOptions {
  namespace: string;
  /** The only one there is, ready; undefined: none runs. */
  pod: string | undefined;
  /** What each Secret holds under `value`, in base64. */
  secrets: Record<string, string>;
  /** Of the commands. */
  env: NodeJS.ProcessEnv;
}

export async function podExec({ namespace, pod, secrets, env }: PodExecOptions): Promise<PodExec> {
  const below = `/api/v1/namespaces/${namespace}`;
  const metadata = (name: string) => ({ name, namespace, resourceVersion: '1', labels: { own: name } });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://fake');
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    const [, secret] = pathname.match(`^${below}/secrets/(.*)$`) ?? [];
    const value = secrets[secret ?? ''];
    if (secret !== undefined && value !== undefined)
      return answer(200, {
        metadata: metadata(secret),
        type: 'Opaque',
        data: { value },
      });
    if (pathname !== `${below}/pods`) return answer(404, { message: `no ${pathname}` });
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    return answer(200, { items: pod === undefined ? [] : [{ metadata: metadata(pod), status }] });
  });
  server.on('upgrade', ({ url = '', headers }, socket: Duplex) => {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    if (pathname !== `${below}/pods/${pod}/exec`) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
    );
    socket.on('error', () => {}).resume();
    const [program = '', ...args] = searchParams.getAll('command');
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const send = (channel: number) => (content: Buffer) => socket.write(frame(channel, content));
    child.stdout.on('data', send(1));
    child.stderr.on('data', send(2));
    child.on('close', (code) => {
      const failure = { status: 'Failure', message: `command terminated with exit code ${code}` };
      send(3)(Buffer.from(JSON.stringify(code === 0 ? { status: 'Success' } : failure)));
      socket.end(Buffer.from([CLOSE, 0]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A binary message, as a server sends it. */
function frame(channel: number, content: Buffer): Buffer {
  const size = content.length + 1;
  const length = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0];
  const long = size < 65_536 ? [] : [24, 16, 8, 0].map((shift) => (size >> shift) & 255);
  return Buffer.concat([Buffer.from([0x82, ...length, ...long, channel]), content]);
}
