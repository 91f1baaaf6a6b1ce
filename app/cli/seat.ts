/** Where the state of an installation is kept: locally in its folder, in a cloud where `init` made its bucket. */
import type { Backend } from './clouds/cloud.ts';
import { cloudOf } from './clouds/index.ts';
import { PASSPHRASE } from './engine/environment.ts';
import { folderStore, type StateStore } from './engine/state-store.ts';
import { type AnyStack, isElsewhere } from './installation.ts';

export interface Seat {
  store: StateStore;
  /** Undefined: the engine's folder on this machine. */
  backend?: Backend;
}

/** `COVE_STATE_URL` puts it elsewhere, e.g. `file:///srv/state`; secrets are then encrypted with a passphrase. */
export async function seatOf(installation: AnyStack, env = process.env): Promise<Seat> {
  const { name, places } = installation;
  if (!isElsewhere(installation)) return { store: folderStore(places.state) };
  const url = env.COVE_STATE_URL;
  if (url !== undefined) {
    const backend = { url, secretsProvider: PASSPHRASE };
    return { backend, store: folderStore(url.replace(/^file:\/\//, '')) };
  }
  const cloud = await cloudOf(installation.config);
  return {
    backend: cloud.backend(name, installation.config, env),
    store: cloud.state(name, installation.config),
  };
}
