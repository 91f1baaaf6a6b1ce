/** One connection to Redis that never gives up, and fails at once instead of hanging while the server is away. */
import { Redis } from 'ioredis';
import { CoveError } from './errors.ts';
import { type TlsAddress, tlsOptions } from './tls.ts';

export interface QueueAddress extends TlsAddress {
  port: number;
  user: string;
}
/** Asked before every new connection. `fresh`: the last answer was refused, so any cache must be passed by. */
export type Password = (fresh: boolean) => Promise<string>;

/** How long the first connection, and a command while a new one is being made, are waited for. */
const OPEN_PATIENCE_MS = 1_000;
const COMMAND_PATIENCE_MS = 300;
const COMMAND_TIMEOUT_MS = 5_000;
const REFUSED_LOGIN = /^(WRONGPASS|NOAUTH)/;

export class Connection {
  readonly #client: Redis;
  readonly #where: string;
  #failure = 'not connected yet';
  #closed = false;

  private constructor(client: Redis, where: string) {
    this.#client = client;
    this.#where = where;
  }

  /** Begins to connect. `blocking`: its commands may wait for longer than a normal answer takes. */
  static async open(settings: QueueAddress, password: Password, blocking = false): Promise<Connection> {
    const { host, port, user } = settings;
    const tls = tlsOptions(settings);
    const client = new Redis({
      ...(host.startsWith('/') ? { path: host } : { host, port }),
      ...(tls && { tls }),
      username: user,
      protocol: 2,
      lazyConnect: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      disableClientInfo: true,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 3_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000) + Math.random() * 50,
      reconnectOnError: (error) => REFUSED_LOGIN.test(error.message),
      ...(blocking
        ? { blockingTimeout: 60_000, blockingTimeoutGrace: 5_000 }
        : { commandTimeout: COMMAND_TIMEOUT_MS }),
    });
    const connection = new Connection(client, `Redis at ${host}:${port}`);
    const login = async (fresh: boolean) => {
      try {
        client.options.password = await password(fresh);
      } catch (error) {
        connection.#failure = `its password could not be read: ${(error as Error).message}`;
      }
    };
    client.on('error', (error) => {
      connection.#failure = error.message;
      if (REFUSED_LOGIN.test(error.message)) void login(true);
    });
    // The delay before the next try leaves the time to read a password that was rotated meanwhile.
    client.on('reconnecting', () => void login(REFUSED_LOGIN.test(connection.#failure)));
    await login(false);
    await connection.#ready(OPEN_PATIENCE_MS);
    return connection;
  }

  /** Runs commands; whatever shows that the server is away becomes `unavailable`. */
  async run<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    if (!(await this.#ready(COMMAND_PATIENCE_MS))) throw this.#unavailable(this.#failure);
    try {
      return await work(this.#client);
    } catch (error) {
      if (!isRefusal(error)) throw this.#unavailable((error as Error).message);
      // The library hangs the whole command on it: log lines, or a login.
      delete (error as { command?: unknown }).command;
      throw error;
    }
  }

  get client(): Redis {
    return this.#client;
  }

  close(): void {
    this.#closed = true;
    this.#client.disconnect();
  }

  async #ready(patience: number): Promise<boolean> {
    const client = this.#client;
    if (this.#closed) return false;
    if (client.status === 'wait') client.connect().catch(() => {});
    if (client.status === 'ready') return true;
    return new Promise((resolve) => {
      const settle = (ready: boolean) => {
        clearTimeout(timer);
        client.off('ready', yes).off('end', no);
        resolve(ready);
      };
      const yes = () => settle(true);
      const no = () => settle(false);
      const timer = setTimeout(no, patience);
      client.once('ready', yes).once('end', no);
    });
  }

  #unavailable(found: string): CoveError {
    return new CoveError('unavailable', `${this.#where} does not answer: ${found}`);
  }
}

/** The server answered, and said no: our mistake or a missing right, not an outage. */
function isRefusal(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'ReplyError' && !/^(LOADING|MASTERDOWN|READONLY|BUSY|OOM|NOAUTH|WRONGPASS|MISCONF)/.test(message)
  );
}
