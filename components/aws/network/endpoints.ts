/** Which services of AWS are reached without the internet. Pure. */
import { AWS_INTERFACES } from '../../../config/aws-services.ts';

export const serviceName = (region: string, service: string) => `com.amazonaws.${region}.${service}`;

/** Interface endpoints to make: in private mode those that are not there yet; else none, NAT leads there. */
export const interfacesToMake = (isPrivate: boolean, region: string, present: string[]): string[] =>
  isPrivate ? AWS_INTERFACES.filter((service) => !present.includes(serviceName(region, service))) : [];

/** What may pass an endpoint: principals of this account, and for S3 the buckets that the installation needs. */
export function endpointPolicy(accountId: string, service: string): string {
  const statements: object[] = [
    {
      Sid: 'OwnAccount',
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': accountId } },
    },
  ];
  // Layers of images in ECR lie in a bucket of AWS, fetched with signed addresses of no account of ours.
  if (service === 's3')
    statements.push({
      Sid: 'ImageLayers',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::prod-*-starport-layer-bucket/*',
    });
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
