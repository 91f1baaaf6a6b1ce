/**
 * A network of Docker, and a cloud in it: names, HTTPS for the cloud's services, registry and API under their real names
 * and ports, and its metadata service at its real address, where on Google names are asked too. A container of its own has the addresses and passes all
 * on to ports of this process, so that nothing of this machine is in the way. Docker's own `--internal` would drop the
 * metadata service's address, so it is the machines that have no way out.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { BASE } from '../../setup/images.ts';
import { docker } from '../docker.ts';

/** Of the metadata service. */
export const METADATA = '169.254.169.254';
/** Google's name for it. */
const METADATA_NAME = 'metadata.google.internal';

export interface Target {
  host: string;
  port: number;
}
export interface CloudNetwork {
  name: string;
  /** Where all names lead, and who answers for them. */
  address: string;
  /** What the machine with this address, and nobody else, learns of the metadata service. */
  tell(address: string, metadata: RequestListener): Promise<void>;
  /** Passes connections to one of its ports on; `tls`: ends TLS before, and picks by the name that was asked for. */
  pass(port: number, to: (name: string) => Target | undefined, tls?: TlsOptions): Promise<void>;
  close(): Promise<void>;
}

/** `zones`: whatever is below them lies at the cloud's address; other names do not exist. */
export async function startCloudNetwork(zones: string[]): Promise<CloudNetwork> {
  const name = `cove-test-${randomBytes(4).toString('hex')}`;
  await docker('network', 'create', name);
  const closing: (() => unknown)[] = [() => docker('network', 'rm', name)];
  const gateway = await docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', name);

  const sidecar = await docker(
    ...['run', '--detach', '--network', name, '--entrypoint', 'sleep', BASE, 'infinity'],
  );
  closing.push(() => docker('rm', '--force', sidecar));
  const ofContainer = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = await docker('inspect', '--format', ofContainer, sidecar);
  const inSidecar = await prepareSidecar(sidecar);
  // The newest first: a machine may have the address of one that is gone.
  const lead = (asked: string, port: number) =>
    inSidecar(`iptables -t nat -I PREROUTING ${asked} -j DNAT --to-destination ${gateway}:${port}`);

  const names = createSocket('udp4');
  names.on('message', (query, from) => {
    names.send(answer(query, zones, address), from.port, from.address);
  });
  names.bind(0, gateway);
  await once(names, 'listening');
  closing.push(() => names.close());
  for (const asked of [address, METADATA]) await lead(`-d ${asked} -p udp --dport 53`, names.address().port);

  const listen = async (server: Server) => {
    server.listen(0, gateway);
    await once(server, 'listening');
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };

  return {
    name,
    address,
    async tell(machine, metadata) {
      const port = await listen(createHttp(metadata));
      await lead(`-s ${machine} -d ${METADATA} -p tcp --dport 80`, port);
    },
    async pass(port, to, tls) {
      const take = (socket: Socket) => {
        const target = to((socket as { servername?: string }).servername ?? '');
        socket.on('error', () => {});
        if (!target) return void socket.destroy();
        const inner = connect(target.port, target.host);
        inner.on('error', () => socket.destroy());
        socket.on('close', () => inner.destroy());
        socket.pipe(inner).pipe(socket);
      };
      const own = await listen(tls ? createTls(tls, take) : createServer(take));
      await lead(`-d ${address} -p tcp --dport ${port}`, own);
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

/** RFC 1035: one question in, one address out. */
function answer(query: Buffer, zones: string[], address: string): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString());
    at += length + 1;
  }
  const question = query.subarray(12, at + 5);
  const name = labels.join('.').toLowerCase();
  const isMetadata = name === METADATA_NAME;
  const known = isMetadata || zones.some((zone) => name.endsWith(zone));
  const found = known && query.readUInt16BE(at + 1) === 1;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(known ? 0x8580 : 0x8583, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found ? 1 : 0, 6);
  const record = Buffer.from([
    0xc0,
    12,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
    60,
    0,
    4,
    ...(isMetadata ? METADATA : address).split('.').map(Number),
  ]);
  return Buffer.concat(found ? [head, question, record] : [head, question]);
}

/** Gives what runs a script in its network. */
async function prepareSidecar(container: string): Promise<(script: string) => Promise<unknown>> {
  const pid = await docker('inspect', '--format', '{{.State.Pid}}', container);
  const run = (script: string) =>
    promisify(execFile)('nsenter', ['-t', pid, '-n', 'sh', '-c', `set -e\n${script}`]);
  await run(`ip addr add ${METADATA}/32 dev eth0
    echo 1 >/proc/sys/net/ipv4/ip_forward
    iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE`);
  return run;
}
