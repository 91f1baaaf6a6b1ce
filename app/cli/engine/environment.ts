/**
 * What the Pulumi engine is told by its environment: the same for `cove up` and for a plain `pulumi up` in a shell,
 * so that both work on one state. Nothing here is secret: the passphrase is named by its file.
 */
import { delimiter, dirname, join } from 'node:path';
import type { Backend } from '../clouds/cloud.ts';
import { CHECKOUT, type Places } from '../installation.ts';

export interface EngineSettings {
  name: string;
  configFile: string;
  places: Places;
  /** Absolute path of the `pulumi` executable. */
  pulumi: string;
  /** Where the state is, for an installation in a cloud. @default a folder of this machine, with a passphrase */
  backend?: Backend;
  /** The engine's own guard of what holds data is passed by. @default false */
  ignoreProtect?: boolean;
}
/** Encrypts secrets in the state with the passphrase of this machine. */
export const PASSPHRASE = 'passphrase';

/** Variables of the engine, without PATH. */
export function engineEnvironment({
  name,
  configFile,
  places,
  backend,
}: EngineSettings): Record<string, string> {
  return {
    // The engine wants to know whose it is; a user id without an entry in the system's list has no name.
    USER: process.env.USER ?? String(process.getuid?.() ?? 'cove'),
    COVE_HOME: places.home,
    COVE_CONFIG: configFile,
    COVE_ROOT: CHECKOUT,
    PULUMI_STACK: name,
    PULUMI_HOME: places.pulumiHome,
    // Beside each file the engine would write one of attributes that nobody reads, and not at once: a kill at that moment
    // leaves it empty, and the state cannot be opened ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: backend?.url ?? `file://${places.state}?metadata=skip`,
    ...(usesPassphrase(backend) ? { PULUMI_CONFIG_PASSPHRASE_FILE: places.passphrase } : {}),
    // Off the network and quiet: no update check, no registry look-ups; a cloud's provider has to be got once.
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    ...(backend === undefined ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true' } : {}),
    PULUMI_DISABLE_REGISTRY_RESOLVE: 'true',
    // The bucket keeps every version by itself; a copy before each write would double the requests of every step.
    ...(isBucket(backend) ? { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: 'true' } : {}),
  };
}

export const usesPassphrase = (backend: Backend | undefined): boolean =>
  backend === undefined || backend.secretsProvider === PASSPHRASE;

const isBucket = (backend: Backend | undefined): boolean =>
  backend !== undefined && !backend.url.startsWith('file:');

/** The engine, our language host and the pinned Node come first; the user's own PATH follows. */
export function enginePath(pulumi: string, path = process.env.PATH ?? ''): string {
  const first = [
    dirname(pulumi),
    join(CHECKOUT, 'toolchain', 'language-host'),
    join(CHECKOUT, 'node_modules', '.bin'),
  ];
  const rest = path.split(delimiter).filter((folder) => folder !== '' && !first.includes(folder));
  return [...first, ...rest].join(delimiter);
}
