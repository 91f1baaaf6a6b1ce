/** A certificate proven through DNS, where a cloud has none of its own: order, record (made by the stack), certificate. */
import * as pulumi from '@pulumi/pulumi';
import type { Named } from './contract.ts';
import type { AcmeDnsCertificateInputs } from './provider/kinds/acme-dns-certificate.ts';
import type { AcmeOrderInputs } from './provider/kinds/acme-order.ts';

export class AcmeOrder extends pulumi.CustomResource {
  /** Content of the TXT record `_acme-challenge.<name>`. */
  declare readonly challenge: pulumi.Output<string>;
  declare readonly orderUrl: pulumi.Output<string>;
  declare readonly accountUrl: pulumi.Output<string>;
  declare readonly accountKey: pulumi.Output<string>;
  constructor(name: string, args: Named<AcmeOrderInputs>, options?: pulumi.CustomResourceOptions) {
    const later = {
      challenge: undefined,
      orderUrl: undefined,
      accountUrl: undefined,
      accountKey: undefined,
      placed: undefined,
    };
    super(
      'cove:acme:Order',
      name,
      { ...args, ...later },
      { ...options, additionalSecretOutputs: ['accountKey'] },
    );
  }
}

export class AcmeDnsCertificate extends pulumi.CustomResource {
  /** PKCS #12 in base64, without a password. */
  declare readonly pfx: pulumi.Output<string>;
  /** Such as `2027-02-23T10:00:00.000Z`. */
  declare readonly notAfter: pulumi.Output<string>;
  constructor(name: string, args: Named<AcmeDnsCertificateInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      'cove:acme:Certificate',
      name,
      { ...args, pfx: undefined, notAfter: undefined },
      { ...options, additionalSecretOutputs: ['pfx', 'accountKey'] },
    );
  }
}
