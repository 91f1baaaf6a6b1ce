/** Secrets of a running service: it logs in to Vault as itself, reads what it needs and keeps its token alive. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CoveError, notFound } from './errors.ts';
import { statusOf, type VaultAddress, type VaultClient, vaultClient } from './vault-client.ts';

export type Secret = Record<string, string>;
export interface VaultHealth {
  initialized: boolean;
  sealed: boolean;
  version: string;
}
export interface SecretStore {
  /** Throws `not_found`. `fresh` passes by the cache, after what it held was refused. */
  get(path: string, options?: { fresh?: boolean }): Promise<Secret>;
  find(path: string, options?: { fresh?: boolean }): Promise<Secret | null>;
  /** Replaces the whole secret. */
  put(path: string, values: Secret): Promise<void>;
  /** Removes every version of it. */
  remove(path: string): Promise<void>;
  /** Names directly below, folders with a `/` at their end; empty where there is nothing. */
  list(prefix: string): Promise<string[]>;
  /** Throws `unavailable` where Vault does not answer. */
  health(): Promise<VaultHealth>;
  close(): Promise<void>;
}
export interface VaultSettings extends VaultAddress {
  /** `{"role_id": "…", "secret_id": "…"}`; read again at every login, so that it may be replaced. */
  appRoleFile: string;
}

/** KV version 2 is mounted here. */
export const MOUNT = 'cove';
const CACHE_MS = 10_000;
/** Secrets already read stay usable for so long while Vault is away. */
const STALE_MS = 60 * 60 * 1000;
const LONGEST_RENEWAL_MS = 60 * 60 * 1000;
const CACHED_SECRETS = 1_000;
/** A refusal this soon after a login is about rights, not about the token. */
const LOGIN_PAUSE_MS = 2_000;

/** Logs in; throws `unavailable` when Vault does not answer, is sealed or refuses the login. */
export async function connectVault(settings: VaultSettings): Promise<SecretStore> {
  const store = new AppRoleStore(settings);
  await store.login();
  return store;
}

class AppRoleStore implements SecretStore {
  readonly #settings: VaultSettings;
  readonly #client: VaultClient;
  readonly #cache = new Map<string, { secret: Secret; read: number }>();
  readonly #reads = new Map<string, Promise<Secret | null>>();
  readonly #closed = new AbortController();
  #login: Promise<void> | undefined;
  #lastLogin = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(settings: VaultSettings) {
    this.#settings = settings;
    this.#client = vaultClient(settings);
  }

  /** Calls at the same time share one login. */
  login(): Promise<void> {
    this.#login ??= this.#doLogin().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  async get(path: string, options?: { fresh?: boolean }): Promise<Secret> {
    const secret = await this.find(path, options);
    if (!secret) throw notFound(`Secret ${path}`);
    return secret;
  }

  async find(path: string, options: { fresh?: boolean } = {}): Promise<Secret | null> {
    const cached = this.#cache.get(path);
    if (!options.fresh && cached && Date.now() - cached.read < CACHE_MS) return cached.secret;
    try {
      return await this.#readOnce(path);
    } catch (error) {
      const usable = cached && Date.now() - cached.read < STALE_MS;
      if (usable && error instanceof CoveError && error.code === 'unavailable') return cached.secret;
      throw error;
    }
  }

  async put(path: string, values: Secret): Promise<void> {
    await this.#call(() => this.#client.write(dataPath(path), { data: values }));
    this.#remember(path, values);
  }

  async remove(path: string): Promise<void> {
    this.#cache.delete(path);
    await this.#call(() => this.#client.delete(metadataPath(path)));
    this.#cache.delete(path);
  }

  async list(prefix: string): Promise<string[]> {
    const found = await this.#call(() => this.#client.list(metadataPath(prefix.replace(/\/$/, ''))));
    return (found as { data: { keys: string[] } } | null)?.data.keys ?? [];
  }

  async health(): Promise<VaultHealth> {
    const { initialized, sealed, version } = await this.#client.health();
    return { initialized, sealed, version };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    clearTimeout(this.#renewal);
  }

  /** Many who need the same secret at once ask Vault once. */
  #readOnce(path: string): Promise<Secret | null> {
    const running = this.#reads.get(path) ?? this.#read(path).finally(() => this.#reads.delete(path));
    this.#reads.set(path, running);
    return running;
  }

  async #read(path: string): Promise<Secret | null> {
    const found = (await this.#call(() => this.#client.read(dataPath(path)))) as {
      data: { data: Secret | null };
    } | null;
    const secret = found?.data.data ?? null;
    if (secret) this.#remember(path, secret);
    else this.#cache.delete(path);
    return secret;
  }

  #remember(path: string, secret: Secret): void {
    this.#cache.delete(path);
    this.#cache.set(path, { secret, read: Date.now() });
    const oldest = this.#cache.keys().next();
    if (this.#cache.size > CACHED_SECRETS && !oldest.done) this.#cache.delete(oldest.value);
  }

  /** One request; a token that expired or was lost with a restart is replaced once. Null: there is no such thing. */
  async #call<T>(request: () => Promise<T>): Promise<T | null> {
    try {
      return await request();
    } catch (error) {
      if (statusOf(error) !== 403 || Date.now() - this.#lastLogin < LOGIN_PAUSE_MS) return told(error);
      await this.login();
      return request().catch(told);
    }
  }

  async #doLogin(): Promise<void> {
    const { appRoleFile, address } = this.#settings;
    const role = await readRole(appRoleFile);
    const answer = await this.#client.approleLogin(role).catch((error: unknown) => {
      if (statusOf(error) !== 400 && statusOf(error) !== 403) return explain(error);
      const message = `Vault at ${address} refuses the login in ${appRoleFile} (${(error as Error).message}): run bootstrap to write a new one`;
      throw new CoveError('unavailable', message);
    });
    this.#lastLogin = Date.now();
    this.#renewAfter(answer.auth.lease_duration);
  }

  /** node-vault's own renewal sets timers beyond 32 bits for long leases, which then fire at once. */
  #renewAfter(leaseSeconds: number): void {
    clearTimeout(this.#renewal);
    if (this.#closed.signal.aborted) return;
    const wait = Math.min((leaseSeconds * 1000) / 2, LONGEST_RENEWAL_MS);
    this.#renewal = setTimeout(() => void this.#renew(), wait).unref();
  }

  async #renew(): Promise<void> {
    const answer = await this.#client.tokenRenewSelf().catch(() => null);
    if (answer?.auth.renewable) this.#renewAfter(answer.auth.lease_duration);
    else await this.#logInAgain();
  }

  /** In the background, for as long as it takes. */
  async #logInAgain(): Promise<void> {
    for (let pause = 250; !this.#closed.signal.aborted; pause = Math.min(pause * 2, 5_000)) {
      const done = await this.login().then(
        () => true,
        () => false,
      );
      if (done) return;
      await delay(pause, undefined, { ref: false, signal: this.#closed.signal }).catch(() => {});
    }
  }
}

async function readRole(file: string): Promise<{ role_id: string; secret_id: string }> {
  try {
    const { role_id, secret_id } = JSON.parse(await readFile(file, 'utf8'));
    return { role_id, secret_id };
  } catch (error) {
    const message = `The Vault login in ${file} cannot be read (${(error as Error).message}): bootstrap writes it`;
    throw new CoveError('unavailable', message);
  }
}

/** Null where there is no such thing; any other refusal is thrown. */
function told(error: unknown): null {
  return statusOf(error) === 404 ? null : explain(error);
}

/** Throws Vault's refusal in our words. */
export function explain(error: unknown): never {
  const status = statusOf(error);
  if (status === undefined) throw error;
  const found = (error as Error).message;
  if (status >= 500 || status === 429)
    throw new CoveError('unavailable', `Vault cannot answer now: ${found}`);
  throw new CoveError('upstream', `Vault refuses the request (${status}): ${found}`);
}

const dataPath = (path: string) => `${MOUNT}/data/${encode(path)}`;
const metadataPath = (path: string) => `${MOUNT}/metadata/${encode(path)}`;

/** Names in a path come from people too: none may lead elsewhere. */
function encode(path: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new CoveError('invalid', `${JSON.stringify(path)} is not a secret's path`);
  }
  return parts.map(encodeURIComponent).join('/');
}
