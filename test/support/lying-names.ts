/**
 * Run in a network of its own (`lying-names.test.ts`), where a name server answers the first question about a name
 * with the address of an outside server, and every later one with loopback. Prints what was reached, as JSON.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { parseGitUrl } from '../../app/platform/git.ts';
import { git } from '../../app/platform/git-command.ts';
import { withTransport } from '../../app/platform/git-transport.ts';
import { imageLayers } from '../../app/platform/image-size.ts';
import { guardEndpoint } from '../../app/platform/storage/endpoint-guard.ts';
import { Http } from '../../app/worker/http.ts';

const OUTSIDE = '93.184.215.14';
const INSIDE = '127.0.0.1';
const PORT = 443;
const A = 1;

/** Brings up the loopback device, with the outside's address on it too. */
const DEVICE = `
import fcntl, socket, struct, sys
UP, SIOCSIFFLAGS, SIOCSIFADDR = 1, 0x8914, 0x8916
device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(device, SIOCSIFFLAGS, struct.pack('16sh14x', b'lo', UP))
address = struct.pack('16sHH4s16x', b'lo:1', socket.AF_INET, 0, socket.inet_aton(sys.argv[1]))
fcntl.ioctl(device, SIOCSIFADDR, address)
`;

/** Questions for an address, by name. */
const asked = new Map<string, number>();
function addressOf(name: string): string {
  const before = asked.get(name) ?? 0;
  asked.set(name, before + 1);
  return before === 0 ? OUTSIDE : INSIDE;
}

function answer(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const question = query.subarray(12, at + 5);
  const found = query.readUInt16BE(at + 1) === A ? addressOf(labels.join('.')) : undefined;
  const header = Buffer.from([query[0]!, query[1]!, 0x85, 0x80, 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0]);
  // The name of the question, an address, for no time at all.
  const record = Buffer.from([
    0xc0,
    12,
    0,
    A,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    4,
    ...(found ?? '').split('.').map(Number),
  ]);
  return Buffer.concat(found ? [header, question, record] : [header, question]);
}

/** Counts who comes, at the outside's address and at loopback. */
const reached = { outside: 0, inside: 0 };
async function listen(): Promise<void> {
  const server = createServer((_request, response) => response.end('hello'));
  server.on('connection', ({ localAddress }: Socket) => {
    reached[localAddress === OUTSIDE ? 'outside' : 'inside'] += 1;
  });
  await new Promise<void>((resolve) => server.listen(PORT, '0.0.0.0', resolve));
  const names = createSocket('udp4');
  names.on('message', (query, from) => names.send(answer(query), from.port, from.address));
  await new Promise<void>((resolve) => names.bind(53, INSIDE, resolve));
}

async function told(work: () => Promise<unknown>) {
  Object.assign(reached, { outside: 0, inside: 0 });
  const error = await work().then(
    () => '',
    (failure: Error) => `${failure.message} ${(failure.cause as Error | undefined)?.message ?? ''}`,
  );
  return { ...reached, error };
}

async function fetchInput(http: Http, url: string) {
  const { body } = await http.getForUser(url);
  for await (const _ of body);
}

execFileSync('python3', ['-c', DEVICE, OUTSIDE]);
await listen();
const http = new Http('http://127.0.0.1:1');
const said = {
  firstInput: await told(() => fetchInput(http, `http://input.example:${PORT}/a`)),
  secondInput: await told(async () => {
    const other = new Http('http://127.0.0.1:1');
    await fetchInput(other, `http://input.example:${PORT}/a`);
  }),
  store: await told(async () => {
    const lookup = await guardEndpoint('https://store.example', []);
    await new Promise<void>((resolve, reject) => {
      const socket = new Socket();
      socket.once('error', reject).once('connect', () => resolve(void socket.destroy()));
      socket.connect({ host: 'store.example', port: PORT, lookup });
    });
  }),
  // The size of an image: told by nobody here, and asked for again.
  firstImage: await told(() => imageLayers('images.example/a/b:1', {})),
  secondImage: await told(() => imageLayers('images.example/a/b:1', {})),
  git: await told(async () => {
    const address = parseGitUrl('https://git.example/work.git');
    await withTransport('/tmp', { address, trusted: [] }, ({ config, environment }) =>
      git(['ls-remote', address.url], { config, environment }),
    );
  }),
};
console.log(JSON.stringify({ said, asked: Object.fromEntries(asked) }));
process.exit(0);
