/** Who may touch a bucket at all: nobody without TLS; and services that write logs into one for logs. Pure. */

export interface LogWriters {
  /** S3's access logs and the load balancer's. */
  accessLogs: boolean;
}

export function bucketPolicy(arn: string, accountId: string, writers?: LogWriters): string {
  const deny = {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const write = (Sid: string, Service: string, prefix: string) => ({
    Sid,
    Effect: 'Allow',
    Principal: { Service },
    Action: 's3:PutObject',
    Resource: `${arn}/${prefix}/*`,
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
  });
  const logs = writers?.accessLogs
    ? [
        write('BucketLogs', 'logging.s3.amazonaws.com', 's3'),
        write('BalancerLogs', 'logdelivery.elasticloadbalancing.amazonaws.com', 'ingress'),
      ]
    : [];
  return JSON.stringify({ Version: '2012-10-17', Statement: [deny, ...logs] });
}
