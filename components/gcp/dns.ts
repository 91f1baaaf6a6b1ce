/** The public name's certificate, proven through DNS: in a zone of ours, or by records that somebody else makes. */
import { Certificate } from '@pulumi/gcp/certificatemanager/certificate.js';
import { DnsAuthorization } from '@pulumi/gcp/certificatemanager/dnsAuthorization.js';
import { RecordSet } from '@pulumi/gcp/dns/recordSet.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import { tell } from '../dns-records.ts';
import type { Site } from './site.ts';

export class Dns extends pulumi.ComponentResource {
  readonly certificateId: pulumi.Output<string>;
  /** Records that somebody else has to make; empty with a zone of ours. */
  readonly records: pulumi.Output<DnsRecord[]>;
  readonly #site: Site;

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Dns', name, {}, options);
    this.#site = site;
    const { certificate } = site.config;
    if (certificate.kind === 'given') {
      this.certificateId = pulumi.output(certificate.certificateId);
      this.records = pulumi.output([]);
    } else {
      const made = this.#managed();
      this.certificateId = made.certificateId;
      this.records = made.records;
    }
    this.registerOutputs({ certificateId: this.certificateId, records: this.records });
  }

  /** Google issues it as soon as the record is there, before a load balancer is, and renews it by the record. */
  #managed() {
    const { config, named, labels } = this.#site;
    const { internal } = config.access;
    const location = internal ? { location: config.region } : {};
    const authorization = new DnsAuthorization(
      'certificate',
      {
        name: named('certificate'),
        domain: config.publicName,
        ...(internal ? { type: 'PER_PROJECT_RECORD' } : {}),
        ...location,
        labels,
      },
      { parent: this },
    );
    const record = authorization.dnsResourceRecords.apply(
      ([one]): DnsRecord => ({
        name: one?.name ?? '',
        type: 'CNAME',
        value: one?.data ?? '',
        purpose: 'proves to Google that the name is yours; leave it there, the certificate is renewed by it',
      }),
    );
    const inZone =
      config.dns.kind === 'zone'
        ? [
            this.#record(
              'certificate',
              'CNAME',
              record.apply(({ name }) => name),
              record.apply(({ value }) => value),
            ),
          ]
        : [];
    if (config.dns.kind === 'elsewhere') tell(record);
    const certificate = new Certificate(
      'certificate',
      {
        name: named('certificate'),
        managed: { domains: [config.publicName], dnsAuthorizations: [authorization.id] },
        ...location,
        labels,
      },
      { parent: this, dependsOn: inZone },
    );
    return {
      certificateId: certificate.id,
      records: config.dns.kind === 'zone' ? pulumi.output([]) : record.apply((one) => [one]),
    };
  }

  /** Leads the public name to the load balancer. */
  lead(address: pulumi.Output<string>): pulumi.Output<DnsRecord[]> {
    const { dns, publicName } = this.#site.config;
    if (dns.kind === 'zone') {
      this.#record('public-name', 'A', pulumi.output(`${publicName}.`), address);
      return pulumi.output([]);
    }
    const record = address.apply(
      (value): DnsRecord => ({
        name: publicName,
        type: 'A',
        value,
        purpose: 'leads the name to the load balancer',
      }),
    );
    tell(record);
    return pulumi.all([this.records, record]).apply(([proof, way]) => [...proof, way]);
  }

  #record(name: string, type: string, at: pulumi.Output<string>, value: pulumi.Output<string>): RecordSet {
    const { dns } = this.#site.config;
    const [, project = '', , managedZone = ''] = dns.kind === 'zone' ? dns.zoneId.split('/') : [];
    return new RecordSet(
      name,
      { project, managedZone, name: at, type, ttl: 300, rrdatas: [value] },
      { parent: this },
    );
  }
}
