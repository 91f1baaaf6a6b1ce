/** The way in: the certificate of the public name. The API itself listens (design 17). */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { CertificateParts } from '../contract.ts';
import type { Names } from './dns.ts';
import { givenCertificate } from './given-certificate.ts';
import type { Machine } from './machine.ts';
import { AcmeCertificate, Certificate, CertificateAuthority } from './resources.ts';
import type { Site } from './site.ts';

export interface IngressArgs {
  site: Site;
  machine: Machine;
  names: Names;
}

export class Ingress extends pulumi.ComponentResource {
  readonly certificate: CertificateParts;
  /** Another value when the certificate is another. */
  readonly fingerprint: pulumi.Output<string>;

  constructor(
    name: string,
    { site, machine, names }: IngressArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:local:Ingress', name, {}, options);
    const within = { parent: this, dependsOn: machine };
    const made = certificateOf(site, names, within);
    this.certificate = made.certificate;
    this.fingerprint = made.fingerprint;
    this.registerOutputs({ certificate: this.certificate, fingerprint: this.fingerprint });
  }
}

interface Made {
  certificate: CertificateParts;
  fingerprint: pulumi.Output<string>;
}

function certificateOf(site: Site, names: Names, options: pulumi.CustomResourceOptions): Made {
  const wanted = site.config.certificate;
  const files = {
    certificateFile: join(site.places.certificates, 'certificate.pem'),
    keyFile: join(site.places.keys, 'certificate.key'),
  };
  switch (wanted.kind) {
    case 'files': {
      const { fingerprint } = givenCertificate(wanted);
      const certificate = pulumi.output(wanted.certificateFile);
      return {
        certificate: { certificate, key: pulumi.output(wanted.keyFile), authority: undefined },
        fingerprint: pulumi.output(fingerprint),
      };
    }
    case 'acme': {
      const { kind: _, authorityFile, ...account } = wanted;
      const made = new AcmeCertificate(
        'certificate',
        {
          ...account,
          ...files,
          ...(authorityFile === undefined ? {} : { authorityFile }),
          name: site.config.publicName,
          accountKeyFile: join(site.places.keys, 'acme-account.key'),
        },
        options,
      );
      return {
        certificate: { certificate: made.certificateFile, key: made.keyFile, authority: undefined },
        fingerprint: made.fingerprint,
      };
    }
    case 'own-authority': {
      const authority = new CertificateAuthority(
        'authority',
        {
          commonName: `Cove installation ${site.name}`,
          certificateFile: join(site.places.certificates, 'authority.pem'),
          keyFile: join(site.places.keys, 'authority.key'),
        },
        options,
      );
      const made = new Certificate(
        'certificate',
        {
          ...names,
          ...files,
          authorityCertificateFile: authority.certificateFile,
          authorityKeyFile: authority.keyFile,
          authorityFingerprint: authority.fingerprint,
        },
        options,
      );
      return {
        certificate: {
          certificate: made.certificateFile,
          key: made.keyFile,
          authority: authority.certificateFile,
        },
        fingerprint: made.fingerprint,
      };
    }
  }
}
