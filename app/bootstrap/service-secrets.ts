/** What API and scheduler read at start: made here once, known to Vault alone. */
import type { SecretStore } from '../platform/vault.ts';
import { newPassword } from './secret-file.ts';

const LOGINS = { database_password: newPassword, queue_password: newPassword };
const MAKERS = {
  api: { ...LOGINS, store_signing_key: newPassword, session_key: newPassword },
  scheduler: LOGINS,
};
export const SERVICES = ['api', 'scheduler'] as const;
export type Service = (typeof SERVICES)[number];
export type Logins = Record<keyof typeof LOGINS, string>;

/** Makes what is missing, and leaves what is there; a queue password that is `given` replaces ours. */
export async function ensureServiceSecrets(
  secrets: SecretStore,
  given: (service: Service) => Promise<string | undefined>,
): Promise<Record<Service, Logins>> {
  const entries = SERVICES.map(async (service) => {
    const before = (await secrets.find(`services/${service}`, { fresh: true })) ?? {};
    const queue_password = await given(service);
    const missing = Object.entries(MAKERS[service]).filter(([name]) => !before[name]);
    const all: Record<string, string> = {
      ...before,
      ...Object.fromEntries(missing.map(([name, make]) => [name, make()])),
      ...(queue_password !== undefined && { queue_password }),
    };
    const changed = Object.keys(all).some((name) => all[name] !== before[name]);
    if (changed) await secrets.put(`services/${service}`, all);
    return [service, all] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<Service, Logins>;
}
