/** What the application host is told alike in every cloud, once the cloud's own names are known. Pure. */
import type { AppHostBoot, SecretEntry } from './contract.ts';

interface Site {
  publicUrl: string;
  config: {
    organization: string;
    administrator: { username: string; email: string };
    trustedGitHosts: string[];
    trustedStoreHosts: string[];
    trustedInputHosts: string[];
    vault: { kind: 'own' } | { kind: 'existing'; address: string; appRoleSecret: string };
  };
}

/** By the name under which the cloud's secret store has it. */
interface Known {
  images: { platform: string; vault: string };
  database: { host: string; port: number; superuser: string };
  superuserPassword: SecretEntry;
  /** Absent with an existing Vault. */
  seal: string | undefined;
  vaultDatabase: string | undefined;
  /** Entries that bootstrap writes, by their names in the stack. */
  written: Record<string, string>;
  environments: string;
}

type Alike =
  | 'publicUrl'
  | 'images'
  | 'secrets'
  | 'written'
  | 'administrator'
  | 'environments'
  | 'trustedGitUrls'
  | 'trustedStoreHosts'
  | 'trustedInputHosts'
  | 'vault';

export function hostBoot(
  { publicUrl, config }: Site,
  known: Known,
): Pick<AppHostBoot, Alike> & { database: Known['database'] } {
  const { vault } = config;
  const { host, port, superuser } = known.database;
  const written = (name: string): SecretEntry => ({ secret: known.written[name]! });
  return {
    publicUrl,
    images: {
      platform: known.images.platform,
      vault: vault.kind === 'own' ? known.images.vault : null,
    },
    secrets: {
      databaseSuperuser: known.superuserPassword,
      ...(known.seal === undefined ? {} : { vaultSeal: { secret: known.seal } }),
      ...(known.vaultDatabase === undefined ? {} : { vaultDatabase: { secret: known.vaultDatabase } }),
    },
    written: {
      vaultRecovery: written('vault-recovery'),
      approleOperator:
        vault.kind === 'existing' ? { secret: vault.appRoleSecret } : written('approle-operator'),
      approleApi: written('approle-api'),
      approleScheduler: written('approle-scheduler'),
      administrator: written('administrator'),
    },
    database: { host, port, superuser },
    administrator: { ...config.administrator, organization: config.organization },
    environments: { secret: known.environments },
    trustedGitUrls: config.trustedGitHosts,
    trustedStoreHosts: config.trustedStoreHosts,
    trustedInputHosts: config.trustedInputHosts,
    ...(vault.kind === 'existing' ? { vault: { address: vault.address, authority: 'public' } } : {}),
  };
}
