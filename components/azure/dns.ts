/**
 * The public name's certificate: Azure's gateway has none of its own, so one is ordered (ACME) and proven through DNS: in
 * a zone of ours, or in a small one to which somebody else leads the challenge.
 */
import { RecordSet } from '@pulumi/azure-native/dns/recordSet.js';
import { Zone } from '@pulumi/azure-native/dns/zone.js';
import * as pulumi from '@pulumi/pulumi';
import { AcmeDnsCertificate, AcmeOrder } from '../acme.ts';
import type { DnsRecord } from '../contract.ts';
import { tell } from '../dns-records.ts';
import type { Group } from './group.ts';
import type { Identity } from './identity.ts';
import { partsOf } from './names.ts';
import { filledEntry } from './secret.ts';
import type { Site } from './site.ts';

export interface DnsArgs {
  site: Site;
  group: Group;
  identity: Identity;
}

interface Place {
  resourceGroupName: pulumi.Input<string>;
  zoneName: pulumi.Input<string>;
}

export class Dns extends pulumi.ComponentResource {
  /** Address of the secret behind the certificate; known once it is valid, so that a listener made of it waits. */
  readonly certificateSecret: pulumi.Output<string>;
  /** What the gateway may read. */
  readonly certificateId: pulumi.Output<string>;
  /** When it runs out; undefined for one that is given. */
  readonly notAfter: pulumi.Output<string> | undefined;
  /** Records that somebody else has to make; empty with a zone of ours. */
  readonly records: pulumi.Output<DnsRecord[]>;
  readonly #args: DnsArgs;

  constructor(name: string, args: DnsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Dns', name, {}, options);
    this.#args = args;
    const { certificate } = args.site.config;
    if (certificate.kind === 'given') {
      const secret = certificate.secretId.split('/').at(-1)!;
      this.certificateSecret = pulumi.output(certificate.secretId);
      this.certificateId = pulumi.output(`${certificate.keyVaultId}/secrets/${secret}`);
      this.records = pulumi.output([]);
    } else {
      const made = this.#ordered(certificate.directoryUrl);
      this.certificateSecret = made.secret;
      this.certificateId = made.id;
      this.notAfter = made.notAfter;
      this.records = made.records;
    }
    this.registerOutputs({ records: this.records });
  }

  #ordered(directoryUrl: string) {
    const { site, group, identity } = this.#args;
    const { config } = site;
    const authority = site.certificateAuthorities.join('\n');
    const at = { directoryUrl, ...(authority === '' ? {} : { authority }) };
    const order = new AcmeOrder(
      'certificate',
      { ...at, name: config.publicName, email: config.administrator.email },
      { parent: this },
    );
    const { place, relative, records } =
      config.dns.kind === 'zone' ? this.#ownZone(config.dns.zoneId) : this.#delegated(group);
    const record = new RecordSet(
      'challenge',
      {
        ...place,
        recordType: 'TXT',
        relativeRecordSetName: relative,
        ttl: 60,
        txtRecords: [{ value: [order.challenge] }],
      },
      { parent: this },
    );
    const { pfx, notAfter } = new AcmeDnsCertificate(
      'certificate',
      {
        ...at,
        name: config.publicName,
        accountKey: order.accountKey,
        accountUrl: order.accountUrl,
        orderUrl: order.orderUrl,
        // Somebody else's zone may take a day; `up` can be stopped and goes on from here.
        patienceMinutes: config.dns.kind === 'zone' ? 30 : 24 * 60,
      },
      { parent: this, dependsOn: record, customTimeouts: { create: '25h', update: '25h' } },
    );
    const entry = filledEntry('certificate', identity.keeper, pfx, { parent: this }, 'application/x-pkcs12');
    return {
      // Without a version: the gateway looks for a newer one every four hours.
      secret: pulumi
        .all([identity.vaultUrl, entry.name])
        .apply(([vault, secret]) => `${vault}secrets/${secret}`),
      id: entry.id,
      notAfter,
      records,
    };
  }

  #ownZone(zoneId: string) {
    const { resourceGroupName, names } = partsOf(zoneId);
    const zoneName = names[0] ?? '';
    const relative = `_acme-challenge.${relativeName(this.#args.site.config.publicName, zoneName)}`;
    return {
      place: { resourceGroupName, zoneName } satisfies Place,
      relative: relative.replace(/\.@$/, ''),
      records: pulumi.output<DnsRecord[]>([]),
    };
  }

  /** A zone for the challenge alone: one record made once by the name's owner, and every renewal goes by itself. */
  #delegated(group: Group) {
    const name = `_acme-challenge.${this.#args.site.config.publicName}`;
    const zone = new Zone(
      'challenge',
      { ...group.place, location: 'global', zoneName: name },
      { parent: this },
    );
    const records = zone.nameServers.apply((servers) =>
      servers.map(
        (server): DnsRecord => ({
          name,
          type: 'NS',
          value: server,
          purpose: 'lets the certificate be proven and renewed; leave it there',
        }),
      ),
    );
    records.apply((all) => {
      for (const record of all) tell(pulumi.output(record));
    });
    return { place: { ...group.within, zoneName: zone.name } satisfies Place, relative: '@', records };
  }

  /** Leads the public name to the load balancer. */
  lead(address: pulumi.Output<string>): pulumi.Output<DnsRecord[]> {
    const { dns, publicName } = this.#args.site.config;
    if (dns.kind === 'zone') {
      const { resourceGroupName, names } = partsOf(dns.zoneId);
      const zoneName = names[0] ?? '';
      new RecordSet(
        'public-name',
        {
          resourceGroupName,
          zoneName,
          recordType: 'A',
          relativeRecordSetName: relativeName(publicName, zoneName),
          ttl: 300,
          aRecords: [{ ipv4Address: address }],
        },
        { parent: this },
      );
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
}

/** `cove` of `cove.example.org` in `example.org`; `@` for the zone itself. */
const relativeName = (name: string, zone: string): string =>
  name === zone ? '@' : name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
