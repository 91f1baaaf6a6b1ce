/** Short-lived credentials of a role of AWS. */

export interface AssumedRole {
  arn: string;
  /** What the role's trust may ask for, so that nobody else can name the role here. */
  externalId: string;
}
interface Asking {
  region: string;
  /** Without: this machine's identity. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** As the SDK's clients take credentials: they keep what it gives, and ask again before it ends. */
export async function assumeRole({ arn, externalId }: AssumedRole, asking: Asking) {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const sts = new STSClient(asking);
  try {
    const command = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'cove', ExternalId: externalId });
    const { Credentials } = await sts.send(command);
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
      ...(Credentials?.Expiration && { expiration: Credentials.Expiration }),
    };
  } finally {
    sts.destroy();
  }
}
