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
export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration?: Date;
}

/** Asks STS, once. */
export async function assumeRole({ arn, externalId }: AssumedRole, asking: Asking): Promise<RoleCredentials> {
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

/**
 * Keeps what `ask` gives, and asks again at half of its life: what is signed with it, which ends with it, is good for the
 * other half at least. Where asking fails then, what is kept serves until its end.
 */
export function renewing(ask: () => Promise<RoleCredentials>): () => Promise<RoleCredentials> {
  let kept: { credentials: RoleCredentials; renewAt: number } | undefined;
  let asked: Promise<RoleCredentials> | undefined;
  const renew = async () => {
    const began = Date.now();
    const credentials = await ask();
    const ends = credentials.expiration?.getTime() ?? began;
    kept = { credentials, renewAt: (began + ends) / 2 };
    return credentials;
  };
  return async () => {
    if (kept !== undefined && Date.now() < kept.renewAt) return kept.credentials;
    asked ??= renew().finally(() => {
      asked = undefined;
    });
    return asked.catch((error) => {
      const { expiration } = kept?.credentials ?? {};
      if (kept === undefined || expiration === undefined || expiration.getTime() <= Date.now()) throw error;
      return kept.credentials;
    });
  };
}
