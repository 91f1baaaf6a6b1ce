/** The public name's certificate, proven through DNS: in a zone of ours, or by records that somebody else makes. */
import { Certificate } from '@pulumi/aws/acm/certificate.js';
import { CertificateValidation } from '@pulumi/aws/acm/certificateValidation.js';
import { Record } from '@pulumi/aws/route53/record.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import { tell } from '../dns-records.ts';
import type { Site } from './site.ts';

export class Dns extends pulumi.ComponentResource {
  /** Known once the certificate is valid: a listener made of it waits for that. */
  readonly certificateArn: pulumi.Output<string>;
  /** Records that somebody else has to make; empty with a zone of ours. */
  readonly records: pulumi.Output<DnsRecord[]>;
  readonly #site: Site;

  constructor(name: string, { site }: { site: Site }, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Dns', name, {}, options);
    this.#site = site;
    const { certificate } = site.config;
    if (certificate.kind === 'given') {
      this.certificateArn = pulumi.output(certificate.arn);
      this.records = pulumi.output([]);
    } else {
      const made = this.#managed();
      this.certificateArn = made.certificateArn;
      this.records = made.records;
    }
    this.registerOutputs({ certificateArn: this.certificateArn, records: this.records });
  }

  #managed() {
    const { config } = this.#site;
    const certificate = new Certificate(
      'certificate',
      { domainName: config.publicName, validationMethod: 'DNS', tags: { Name: config.publicName } },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions.apply((options) => options[0]);
    const name = proof.apply((one) => one?.resourceRecordName ?? '');
    const value = proof.apply((one) => one?.resourceRecordValue ?? '');
    const record: pulumi.Output<DnsRecord> = pulumi.all([name, value]).apply(
      ([known, to]): DnsRecord => ({
        name: known,
        type: 'CNAME',
        value: to,
        purpose: 'proves to AWS that the name is yours; leave it there, the certificate is renewed by it',
      }),
    );
    const inZone =
      config.dns.kind === 'zone'
        ? [
            new Record(
              'certificate',
              {
                zoneId: config.dns.zoneId,
                name,
                type: 'CNAME',
                ttl: 300,
                records: [value],
                allowOverwrite: true,
              },
              { parent: this },
            ),
          ]
        : [];
    if (config.dns.kind === 'elsewhere') tell(record);
    const { certificateArn } = new CertificateValidation(
      'certificate',
      {
        certificateArn: certificate.arn,
        ...(inZone.length === 0 ? {} : { validationRecordFqdns: inZone.map(({ fqdn }) => fqdn) }),
      },
      // Somebody else's zone may take a day; `up` can be stopped and goes on from here.
      { parent: this, customTimeouts: { create: config.dns.kind === 'zone' ? '75m' : '24h' } },
    );
    return {
      certificateArn,
      records: config.dns.kind === 'zone' ? pulumi.output([]) : record.apply((one) => [one]),
    };
  }

  /** Leads the public name to the load balancer. */
  lead(host: pulumi.Output<string>, zoneId: pulumi.Output<string>): pulumi.Output<DnsRecord[]> {
    const { dns, publicName } = this.#site.config;
    if (dns.kind === 'zone') {
      new Record(
        'public-name',
        {
          zoneId: dns.zoneId,
          name: publicName,
          type: 'A',
          aliases: [{ name: host, zoneId, evaluateTargetHealth: false }],
        },
        { parent: this },
      );
      return pulumi.output([]);
    }
    const record = host.apply(
      (value): DnsRecord => ({
        name: publicName,
        type: 'CNAME',
        value,
        purpose: 'leads the name to the load balancer',
      }),
    );
    tell(record);
    return pulumi.all([this.records, record]).apply(([proof, way]) => [...proof, way]);
  }
}
