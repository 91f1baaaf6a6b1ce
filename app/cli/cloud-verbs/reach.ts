/** The installation's own address: whom to trust there, and waiting until it answers. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type ApiClient, signedIn } from '../api-client.ts';
import { askHealth, type Reached } from '../checks/reach.ts';
import { cloudOf } from '../clouds/index.ts';
import { CliError, needsAPerson } from '../errors.ts';
import type { CloudInstallation } from '../installation.ts';

const PAUSE_MS = 5_000;
const BOOT_LINES = 40;

/** Where the API is reached from here. `COVE_URL`: through a tunnel, where the address is internal. */
export function addressOf({ url, config, configFile }: CloudInstallation, env = process.env): string {
  trustOwn(config, configFile);
  return env.COVE_URL ?? url;
}

interface Authorities {
  certificateAuthorities: string[];
}
/** PEM of each authority that the config names. */
export const ownAuthorities = ({ certificateAuthorities }: Authorities, configFile: string): string[] =>
  certificateAuthorities.map((file) => readFileSync(resolve(dirname(configFile), file), 'utf8'));

/** Trusts the authorities of the config too, from here on. */
export function trustOwn(config: Authorities, configFile: string): void {
  const own = ownAuthorities(config, configFile);
  if (own.length === 0) return;
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...own])]);
}

export const isWell = ({ health }: Reached): boolean => health?.ok === true;

/** Waits until the address answers and all behind it is well. Throws with the host's boot log where it does not. */
export async function untilWell(
  installation: CloudInstallation,
  say: (line: string) => void,
  patience: number,
): Promise<void> {
  const address = addressOf(installation);
  const end = Date.now() + patience;
  for (;;) {
    const reached = await askHealth(address);
    if (isWell(reached)) return;
    if (Date.now() > end) throw await silent(installation, reached);
    say(`waiting for ${address}: ${whyOf(reached)}`);
    await delay(Math.min(PAUSE_MS, Math.max(0, end - Date.now())));
  }
}

export function whyOf({ health, why }: Reached): string {
  if (why === 'ENOTFOUND') return 'its DNS record is not there yet';
  if (health === null) return `no answer (${why})`;
  const failing = Object.entries(health.parts).filter(([, part]) => !part.ok);
  return failing.map(([name, { error }]) => `${name}: ${error ?? 'fails'}`).join('; ') || 'not well yet';
}

async function silent(installation: CloudInstallation, reached: Reached): Promise<CliError> {
  const { name, config } = installation;
  const found = `${addressOf(installation)} is not well: ${whyOf(reached)}.`;
  if (reached.why === 'ENOTFOUND') {
    return needsAPerson(
      found,
      'Make the DNS records that `npx cove up` prints, then run it again: it goes on here.',
    );
  }
  const log = await (await cloudOf(config)).bootLog(name, config).catch(() => null);
  const lines = (log ?? '').trimEnd().split('\n').slice(-BOOT_LINES).join('\n');
  return new CliError(
    lines === '' ? found : `${found}\nThe last that its host wrote while it booted:\n${lines}`,
    {
      todo: '`npx cove doctor` looks at the host; `npx cove logs boot` shows all that it wrote. `npx cove up` goes on when it is mended.',
    },
  );
}

/** Works as the administrator, with the credential from the cloud's secret store. */
export async function asAdministrator<T>(
  installation: CloudInstallation,
  work: (api: ApiClient, username: string) => Promise<T>,
): Promise<T> {
  const credential = await credentialOf(installation);
  return signedIn(addressOf(installation), credential, (api) => work(api, credential.username));
}

export async function credentialOf({ name, config }: CloudInstallation) {
  const found = await (await cloudOf(config)).administrator(name, config);
  if (found !== null) return found;
  throw new CliError(`Installation "${name}" has no administrator yet.`, {
    todo: 'Its host writes the password when it has booted; `npx cove doctor` tells how far it is.',
  });
}
