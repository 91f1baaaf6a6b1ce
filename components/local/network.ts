/** Addresses inside: services that only talk among themselves listen on 127.0.0.1, on ports chosen once. */
import * as pulumi from '@pulumi/pulumi';
import type { Address } from '../contract.ts';
import { Ports } from './resources.ts';
import type { Site } from './site.ts';

const INSIDE = ['postgres', 'redis', 'vault'] as const;
type Inside = (typeof INSIDE)[number];

export class Network extends pulumi.ComponentResource {
  readonly addresses: Record<Inside, Address>;

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Network', name, {}, options);
    const installation = site.places.folder;
    const { ports } = new Ports('ports', { installation, names: [...INSIDE] }, { parent: this });
    const address = (of: Inside): Address => ({
      host: pulumi.output('127.0.0.1'),
      port: ports.apply((known) => known[of] ?? 0),
    });
    this.addresses = { postgres: address('postgres'), redis: address('redis'), vault: address('vault') };
    this.registerOutputs({ addresses: this.addresses });
  }
}
