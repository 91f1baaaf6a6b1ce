/** Names of what lies outside the stack: derived from installation, account and region alone, so that nobody has to be told. */
import { createHash } from 'node:crypto';

export interface Place {
  accountId: string;
  region: string;
}

/** At most 63 characters; nobody else in the world has it, for the account is in it. */
export function stateBucket(name: string, { accountId, region }: Place): string {
  const whole = `cove-${name}-state-${accountId}-${region}`;
  if (whole.length <= 63) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 6);
  return `${whole.slice(0, 56).replace(/-+$/, '')}-${hash}`;
}

/** Alias of the key that encrypts secrets in the state. */
export const stateKey = (name: string) => `alias/cove-${name}-state`;

/** `s3://…` for the engine. An endpoint of one's own (`AWS_ENDPOINT_URL`) rarely knows a host name for each bucket. */
export function stateUrl(name: string, place: Place, env = process.env): string {
  const own = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const more = own === undefined ? '' : `&endpoint=${encodeURIComponent(own)}&use_path_style=true`;
  return `s3://${stateBucket(name, place)}?region=${place.region}&awssdk=v2${more}`;
}

export const secretsProvider = (name: string, { region }: Place) =>
  `awskms:///${stateKey(name)}?region=${region}&awssdk=v2`;
