/** STO: what people made, and who may read it. */
import { all, each, type Policy, policy, whole } from './policy.ts';
import { list, no, ofKind, type Resource, refersTo, yes } from './resource.ts';
import { settingsIn } from './resources/text.ts';

/** Buckets that no companion of the kind belongs to. */
function* alone(resources: Resource[], bucketKind: string, kind: string, found: string) {
  const companions = ofKind(resources, kind);
  for (const resource of ofKind(resources, bucketKind)) {
    const own = companions.some(
      (one) =>
        refersTo(one, resource) ||
        (resource.props.bucket !== undefined && one.props.bucket === resource.props.bucket),
    );
    if (!own) yield { resource, found };
  }
}
const BLOCKS = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'];
const EVERYBODY = ['allUsers', 'allAuthenticatedUsers'];

const isPrivate = policy({
  id: 'STO-01',
  severity: 'critical',
  needed: 'no bucket can be read without a signature: public access is blocked at every level',
  why: 'Training data and models are the company’s crown jewels, and a bucket that can be made public is, one day.',
  todo: 'set all four blocks, publicAccessPrevention: enforced, or allowBlobPublicAccess: false',
  on: 'MMM-M',
  scope: 'stack',
  seeAlso: [
    'CKV_AWS_53',
    'CKV_AWS_54',
    'CKV_AWS_55',
    'CKV_AWS_56',
    'CKV2_AWS_6',
    'CKV_GCP_29',
    'CKV_GCP_114',
    'CKV_AZURE_59',
    'CKV_AZURE_190',
  ],
  check: all(
    whole(({ resources }) =>
      alone(resources, 'aws.s3.Bucket', 'aws.s3.BucketPublicAccessBlock', 'nothing blocks public access'),
    ),
    each({
      *'aws.s3.BucketPublicAccessBlock'({ props }) {
        const off = BLOCKS.filter((block) => !yes(props[block]));
        if (off.length > 0) yield `${off.join(', ')} not true`;
      },
      *'gcp.storage.Bucket'({ props }) {
        if (props.publicAccessPrevention !== 'enforced')
          yield `publicAccessPrevention is ${props.publicAccessPrevention ?? 'inherited'}`;
        if (!yes(props.uniformBucketLevelAccess)) yield 'uniformBucketLevelAccess is not true';
      },
      *'gcp.storage.BucketIAMMember'({ props }) {
        if (EVERYBODY.includes(props.member)) yield `${props.member} has ${props.role}`;
      },
      *'azure-native.storage.StorageAccount'({ props }) {
        if (!no(props.allowBlobPublicAccess)) yield 'allowBlobPublicAccess is not false';
      },
      *'azure-native.storage.BlobContainer'({ props }) {
        if ((props.publicAccess ?? 'None') !== 'None') yield `publicAccess is ${props.publicAccess}`;
      },
      *'cove.Folder'({ name, props }, _facts, resources) {
        const data = ofKind(resources, 'cove.Folder').find((folder) => folder.name === 'data')?.props.path;
        if (name === 'store' && data !== undefined && !String(props.path).startsWith(`${data}/`))
          yield `the store lies at ${props.path}, outside the data folder that only its owner can enter`;
      },
    }),
  ),
});

/** Days after which half a multipart upload is cleared away, at most. */
export const ABORT_DAYS = 7;

const keeping = policy({
  id: 'STO-02',
  severity: 'high',
  needed: `versions are kept, old ones and half uploads (after at most ${ABORT_DAYS} days) are cleared away, and in prod no full bucket can be destroyed`,
  why: 'An overwritten model must come back; what nobody can see must not cost for ever; and one wrong command must not empty a bucket.',
  todo: 'set versioning and lifecycle rules beside the bucket, and leave forceDestroy out',
  on: 'MMM-A',
  scope: 'stack',
  seeAlso: ['CKV_AWS_21', 'CKV_AWS_300', 'CKV2_AWS_61', 'CKV_GCP_78', 'CKV2_AZURE_38'],
  check: all(
    whole(function* ({ resources }) {
      yield* alone(resources, 'aws.s3.Bucket', 'aws.s3.BucketVersioning', 'it keeps no versions');
      yield* alone(
        resources,
        'aws.s3.Bucket',
        'aws.s3.BucketLifecycleConfiguration',
        'it has no lifecycle rules',
      );
    }),
    whole(function* ({ resources }) {
      const [resource] = ofKind(resources, 'azure-native.storage.StorageAccount');
      const blobs = resources.some(({ kind }) => kind === 'azure-native.storage.BlobContainer');
      if (resource === undefined || !blobs) return;
      for (const kind of ['BlobServiceProperties', 'ManagementPolicy']) {
        if (!resources.some((one) => one.kind === `azure-native.storage.${kind}`))
          yield { resource, found: `it has no ${kind}` };
      }
    }),
    each({
      *'aws.s3.Bucket'({ props }, { profile }) {
        if (profile === 'prod' && yes(props.forceDestroy)) yield 'forceDestroy is true';
      },
      *'aws.s3.BucketVersioning'({ props }) {
        const { status } = props.versioningConfiguration ?? {};
        if (status !== 'Enabled') yield `versioning is ${status ?? 'not set'}`;
      },
      *'aws.s3.BucketLifecycleConfiguration'({ props }) {
        const days = list(props.rules)
          .filter(({ status }) => status === 'Enabled')
          .map(({ abortIncompleteMultipartUpload }) => abortIncompleteMultipartUpload?.daysAfterInitiation)
          .filter((value) => value !== undefined);
        yield* lateAbort(days);
      },
      *'gcp.storage.Bucket'({ props }, { profile }) {
        if (profile === 'prod' && yes(props.forceDestroy)) yield 'forceDestroy is true';
        if (!yes(props.versioning?.enabled)) yield 'versioning is not enabled';
        const aborts = list(props.lifecycleRules).filter(
          ({ action }) => action?.type === 'AbortIncompleteMultipartUpload',
        );
        yield* lateAbort(aborts.map(({ condition }) => condition?.age));
      },
      *'azure-native.storage.BlobServiceProperties'({ props }) {
        if (!yes(props.isVersioningEnabled)) yield 'isVersioningEnabled is not true';
        if (!yes(props.deleteRetentionPolicy?.enabled)) yield 'deleteRetentionPolicy is not enabled';
      },
      *'cove.Folder'({ name, props }) {
        if (name === 'store' && !yes(props.keep)) yield 'the store goes when the installation goes';
      },
    }),
  ),
});
function* lateAbort(days: unknown[]): Iterable<string> {
  const shortest = Math.min(...days.map(Number));
  if (!(shortest <= ABORT_DAYS))
    yield Number.isFinite(shortest)
      ? `half uploads are kept for ${shortest} days`
      : 'half uploads are kept for ever';
}

const WRITES = ['PUT', 'POST', 'DELETE', 'PATCH', 'MERGE'];

/** What is wrong with who may write from a browser. Pure. */
export function* foreignOrigins(methods: unknown[], origins: unknown[], own: string): Iterable<string> {
  if (!methods.some((method) => WRITES.includes(String(method).toUpperCase()) || method === '*')) return;
  for (const origin of origins.map(String)) {
    const exact = /^https:\/\/[a-z0-9.-]+(:\d+)?$/i.test(origin);
    if (!exact || (own !== '' && origin !== own)) yield `pages of ${origin} may write`;
  }
}

const cors = policy({
  id: 'STO-03',
  severity: 'high',
  needed: 'browsers may write into the store only from the application’s own https address',
  why: 'With `*` any page that a signed-in person opens can use a leaked signature from inside their network.',
  todo: 'name the public address as the only origin of write methods',
  on: 'MMM-M',
  check: each({
    *'aws.s3.BucketCorsConfiguration'({ props }, { origin }) {
      for (const rule of list(props.corsRules))
        yield* foreignOrigins(list(rule.allowedMethods), list(rule.allowedOrigins), origin);
    },
    *'gcp.storage.Bucket'({ props }, { origin }) {
      for (const rule of list(props.cors ?? props.corses))
        yield* foreignOrigins(list(rule.methods), list(rule.origins), origin);
    },
    *'azure-native.storage.BlobServiceProperties'({ props }, { origin }) {
      for (const rule of list(props.cors?.corsRules))
        yield* foreignOrigins(list(rule.allowedMethods), list(rule.allowedOrigins), origin);
    },
    // The API serves the store itself: pages of the public address are the only ones of the same origin.
    *'cove.File'(resource, { origin }) {
      for (const { storage, publicUrl } of settingsIn(resource)) {
        if (storage?.kind === 'fs' && publicUrl !== undefined)
          yield* foreignOrigins(['PUT'], [new URL(publicUrl).origin], origin);
      }
    },
  }),
});

export const storage: Policy[] = [isPrivate, keeping, cors];
