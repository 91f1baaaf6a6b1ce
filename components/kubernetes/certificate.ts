/** Certificates of services inside the cluster, from an authority of the installation's own. */
import type * as pulumi from '@pulumi/pulumi';
import { CertRequest } from '@pulumi/tls/certRequest.js';
import { LocallySignedCert } from '@pulumi/tls/locallySignedCert.js';
import { PrivateKey } from '@pulumi/tls/privateKey.js';
import { SelfSignedCert } from '@pulumi/tls/selfSignedCert.js';
import { inside, type Site } from './site.ts';

const YEAR_HOURS = 365 * 24;
const KEY = { algorithm: 'ECDSA', ecdsaCurve: 'P256' };

export class Authority {
  readonly pem: pulumi.Output<string>;
  readonly #key: PrivateKey;

  constructor(site: Site, options: pulumi.CustomResourceOptions) {
    this.#key = new PrivateKey('authority', KEY, options);
    const { certPem } = new SelfSignedCert(
      'authority',
      {
        privateKeyPem: this.#key.privateKeyPem,
        subject: { commonName: `Cove ${site.name}` },
        isCaCertificate: true,
        allowedUses: ['cert_signing', 'crl_signing', 'digital_signature'],
        validityPeriodHours: 10 * YEAR_HOURS,
        earlyRenewalHours: YEAR_HOURS,
      },
      options,
    );
    this.pem = certPem;
  }

  /** Of a Service in the namespace of the platform; an `up` in its last half year renews it. */
  issue(
    site: Site,
    service: string,
    options: pulumi.CustomResourceOptions,
  ): { certificate: pulumi.Output<string>; key: pulumi.Output<string> } {
    const { privateKeyPem } = new PrivateKey(service, KEY, options);
    const { certRequestPem } = new CertRequest(
      service,
      {
        privateKeyPem,
        subject: { commonName: service },
        dnsNames: [inside(site, service), `${inside(site, service)}.cluster.local`, service, 'localhost'],
        ipAddresses: ['127.0.0.1'],
      },
      options,
    );
    const { certPem } = new LocallySignedCert(
      service,
      {
        certRequestPem,
        caPrivateKeyPem: this.#key.privateKeyPem,
        caCertPem: this.pem,
        allowedUses: ['server_auth', 'digital_signature', 'key_encipherment'],
        validityPeriodHours: 2 * YEAR_HOURS,
        earlyRenewalHours: YEAR_HOURS / 2,
      },
      options,
    );
    return { certificate: certPem, key: privateKeyPem };
  }
}
