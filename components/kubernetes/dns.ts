/** The public name's certificate, made by cert-manager or given; and the record that leads the name to the cluster. */
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import { metaOf } from './meta.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';

export class Dns extends pulumi.ComponentResource {
  /** Secret with the certificate; known once it is valid, so that a listener made of it waits for that. */
  readonly certificateSecret: pulumi.Output<string>;
  readonly #site: Site;

  constructor(
    name: string,
    { site, network }: { site: Site; network: Network },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Dns', name, {}, options);
    this.#site = site;
    const { certificate } = site.config;
    this.certificateSecret =
      certificate.kind === 'given'
        ? pulumi.output(certificate.secret)
        : this.#managed(certificate, network).metadata.apply(({ name: secret }) => String(secret));
    this.registerOutputs({ certificateSecret: this.certificateSecret });
  }

  #managed({ issuer, issuerKind }: { issuer: string; issuerKind: string }, network: Network) {
    const { publicName } = this.#site.config;
    const name = 'public-name';
    return new CustomResource(
      'certificate',
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: metaOf(this.#site, {
          name,
          component: 'ingress',
          // The proof through DNS or HTTP may take minutes.
          annotations: { 'pulumi.com/waitFor': 'condition=Ready' },
        }),
        spec: {
          secretName: name,
          dnsNames: [publicName],
          issuerRef: { group: 'cert-manager.io', kind: issuerKind, name: issuer },
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        },
      },
      { parent: this, dependsOn: network.ready, customTimeouts: { create: '60m' } },
    );
  }

  /** The record that somebody has to make; none where ExternalDNS does. */
  lead(host: pulumi.Output<string>, to: pulumi.Resource): pulumi.Output<DnsRecord[]> {
    const { dns, publicName } = this.#site.config;
    if (dns.kind === 'externalDns') return pulumi.output([]);
    return host.apply((value) => {
      if (value === '') return [];
      const type = /^[\d.]+$/.test(value) ? 'A' : 'CNAME';
      const record: DnsRecord = { name: publicName, type, value, purpose: 'leads the name to the cluster' };
      if (!pulumi.runtime.isDryRun())
        void pulumi.log.info(`Make this DNS record: ${publicName} ${type} ${value} (${record.purpose})`, to);
      return [record];
    });
  }
}
