/** An SSH server for one key, whose sessions are programs inside one running job. */
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2';
import { type DoorPorts, listenAt } from '../door-ports.ts';
import type { Inside, Terminal } from '../executors/inside.ts';
import { isLoopback } from '../reach.ts';

/** Who has not shown the key by then is cut off. */
const LOGIN_MS = 20_000;
const MAX_CONNECTIONS = 20;

export interface SshServer {
  port: number;
  close(): void;
}

/** Listens on the port; on another that people reach, where somebody else has it or nobody reaches it. */
export async function serve(
  inside: Inside,
  options: {
    host: string;
    port: number;
    ports?: DoorPorts | undefined;
    hostKey: string;
    allowed: ParsedKey;
  },
): Promise<SshServer> {
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => client.end());
    if (clients.size > MAX_CONNECTIONS) client.end();
    const late = setTimeout(() => client.end(), LOGIN_MS);
    client.once('close', () => clearTimeout(late));
    client.on('authentication', (attempt) => judge(attempt, options.allowed));
    client.once('ready', () => {
      clearTimeout(late);
      welcome(client, inside);
    });
  });
  await listenAt(server, options.host, options.ports, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      for (const client of clients) client.end();
    },
  };
}

/** Any name, one key. The first question is only whether the key would do; the second one is signed with it. */
function judge(attempt: AuthContext, allowed: ParsedKey): void {
  if (isAllowed(attempt, allowed)) attempt.accept();
  else attempt.reject(['publickey']);
}

function isAllowed(attempt: AuthContext, allowed: ParsedKey): boolean {
  if (attempt.method !== 'publickey' || !allowed.getPublicSSH().equals(attempt.key.data)) return false;
  const { blob, signature, hashAlgo } = attempt;
  return signature === undefined || allowed.verify(blob as Buffer, signature, hashAlgo) === true;
}

function welcome(client: Connection, inside: Inside): void {
  client.on('session', (accept) => attend(accept(), inside));
  // `ssh -L`: to a port of the job, and of nobody else.
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (!isLoopback(destIP)) return reject();
    inside.connect(destPort).then((socket) => {
      const channel = accept();
      channel.pipe(socket).pipe(channel);
      channel.on('error', () => socket.destroy());
      socket.on('error', () => channel.close());
      channel.once('close', () => socket.destroy());
    }, reject);
  });
}

function attend(session: Session, inside: Inside): void {
  let terminal: Terminal | null = null;
  let resize = (_columns: number, _rows: number) => {};
  session.on('pty', (accept, _reject, { cols, rows, ...more }) => {
    terminal = { columns: cols, rows, name: (more as { term?: string }).term ?? 'xterm' };
    accept?.();
  });
  session.on('window-change', (accept, _reject, { cols, rows }) => {
    resize(cols, rows);
    accept?.();
  });
  const begin = async (channel: ssh2.ServerChannel, command: string | null) => {
    try {
      const entered = await inside.enter({ command, terminal });
      resize = entered.resize;
      channel.pipe(entered.stdin);
      entered.stdout.pipe(channel, { end: false });
      entered.stderr?.pipe(channel.stderr, { end: false });
      channel.on('error', entered.hangUp);
      channel.once('close', entered.hangUp);
      const code = await entered.ended;
      channel.exit(code);
    } catch (error) {
      channel.stderr.write(`${(error as Error).message}\r\n`);
      channel.exit(255);
    }
    channel.end();
  };
  session.on('shell', (accept) => void begin(accept(), null));
  session.on('exec', (accept, _reject, { command }) => void begin(accept(), command));
}
