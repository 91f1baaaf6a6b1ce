/** The `kubernetes` provider: all its types are alike, for an API server knows what is special about each. */
import { createHash } from 'node:crypto';
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { idOf, metadataOf, replacing } from './objects.ts';

const uidOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 32);
/** What a controller would say, where programs ask for it. */
const STATUS: Record<string, Properties> = {
  Gateway: { addresses: [{ type: 'IPAddress', value: '192.0.2.10' }] },
  Ingress: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } },
};

const alike = (kind: string): Behaviour => ({
  autoName: null,
  id: idOf,
  replaces: replacing,
  // What server-side apply is: a creation that was cut off, and came about, is no trouble.
  upserts: true,
  // Kubernetes lets everything go, whoever still names it.
  mayGoWhileUsed: true,
  outputs: (inputs, id) => ({
    metadata: { uid: uidOf(`${kind} ${id}`), ...metadataOf(inputs) },
    ...(STATUS[kind] === undefined ? {} : { status: STATUS[kind] }),
  }),
});

const known = new Map<string, Behaviour>();

/** Of a type such as `kubernetes:apps/v1:Deployment`. */
export function kubernetesBehaviour(type: string): Behaviour {
  const kind = type.split(':').at(-1) ?? '';
  const found = known.get(kind) ?? alike(kind);
  known.set(kind, found);
  return found;
}
