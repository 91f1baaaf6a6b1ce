/** Resources of our own provider where nothing of them shall really be made: a local stack that is only looked at. */
import type { Behaviour } from './behaviour.ts';
import { text } from './values.ts';

const at = '2026-01-01T00:00:00.000Z';
const local = (outputs: Behaviour['outputs']): Behaviour => ({
  autoName: null,
  ...(outputs ? { outputs } : {}),
});

export const coveBehaviours: Record<string, Behaviour> = {
  'cove:local:Ports': local(({ names }) => ({
    ports: Object.fromEntries((names as string[]).map((name, index) => [name, 20_000 + index])),
  })),
  'cove:local:SecretFile': local(() => ({ made: at })),
  'cove:local:File': local((_inputs, id) => ({ sha256: id, written: at })),
  'cove:local:PostgresCluster': local(() => ({ version: '18', made: at })),
  'cove:local:CertificateAuthority': local((_inputs, id) => ({ fingerprint: id, notAfter: at })),
  'cove:local:Certificate': local((_inputs, id) => ({ fingerprint: id, notAfter: at })),
  'cove:local:AcmeCertificate': local((_inputs, id) => ({ fingerprint: id, notAfter: at })),
  'cove:acme:Order': {
    autoName: null,
    computed: ['accountKey', 'accountUrl', 'orderUrl', 'challenge', 'placed'],
    outputs: (_inputs, id) => ({
      accountKey: `key of ${id}`,
      accountUrl: 'https://acme.example.com/account/1',
      orderUrl: 'https://acme.example.com/order/1',
      challenge: 'answer-of-the-order',
      placed: at,
    }),
    forcesNew: ['name', 'directoryUrl'],
  },
  'cove:acme:Certificate': {
    autoName: null,
    computed: ['pfx', 'notAfter'],
    outputs: () => ({ pfx: 'MIIK', notAfter: '2027-01-01T00:00:00.000Z' }),
    forcesNew: ['name', 'directoryUrl'],
  },
  'cove:azure:MachineImage': {
    autoName: null,
    computed: ['version'],
    outputs: () => ({ version: '24.04.202601010' }),
    forcesNew: ['region', 'publisher', 'offer', 'sku'],
  },
  'cove:local:GitRepository': local((_inputs, id) => ({ commit: id })),
  'cove:local:Program': local(() => ({ finished: at })),
  'cove:local:Supervisor': local(() => ({ manager: 'systemd' })),
  'cove:workers:WorkerStack': { autoName: null, upserts: true, forcesNew: ['apiUrl', 'name'] },
  'cove:image:RegistryImage': {
    // Copying what is there already copies nothing.
    upserts: true,
    id: (inputs) => `${text(inputs.repository)}@${text(inputs.digest)}`,
    outputs: (_inputs, id) => ({ reference: id }),
    computed: ['reference'],
    forcesNew: ['repository', 'digest'],
  },
};
