/** What a store is made of: names, modes and, per type, where its bucket is and how it is opened. Pure. */
import { z } from 'zod';
import type { StoreConfiguration } from '../../platform/storage/named.ts';
import { CoveError, invalid } from '../errors.ts';

const StoreName = z
  .string()
  .trim()
  .min(1, 'Give the store a name.')
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, 'A name may not contain control characters.');
const AccessMode = z.enum(['public', 'single_project', 'teams', 'owner_organization']);
/** Parsed per type, in this module. */
const Configuration = z.record(z.string(), z.unknown());

const Switches = {
  /** Its files may be read by jobs and downloaded. */
  allow_read: z.boolean(),
  /** Outputs may be put there, and purged. */
  allow_write: z.boolean(),
  /** Inputs may name its objects by address, like `s3://bucket/key`. */
  allow_uri_download: z.boolean(),
  /** Objects that lie there may be made files of a project. */
  allow_adopt: z.boolean(),
};
const isNone = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
export const CreateStore = z.object({
  name: StoreName,
  type: z.enum(['s3', 'google', 'azure', 'swift']),
  access_mode: AccessMode.default('owner_organization'),
  allow_read: Switches.allow_read.default(true),
  allow_write: Switches.allow_write.default(true),
  allow_uri_download: Switches.allow_uri_download.default(true),
  allow_adopt: Switches.allow_adopt.default(true),
  configuration: Configuration,
  owner: z.string().nullish().describe("Organisation; left out: that of `project`, or the person's own."),
  project: z.string().nullish().describe('Of `single_project`.'),
  teams: z.array(z.string()).max(100).default([]).describe('Ids or names, of `teams`.'),
  /** Kept silently, they would say that the rest of the bucket is out of reach. */
  paths: z
    .unknown()
    .refine(
      isNone,
      'A store is its whole bucket here: leave paths out, and give this one a bucket of its own.',
    )
    .optional(),
});
export const UpdateStore = CreateStore.omit({ type: true, owner: true, project: true })
  .partial()
  .extend({
    allow_read: Switches.allow_read.optional(),
    allow_write: Switches.allow_write.optional(),
    allow_uri_download: Switches.allow_uri_download.optional(),
    allow_adopt: Switches.allow_adopt.optional(),
    access_mode: AccessMode.optional(),
    teams: z.array(z.string()).max(100).optional(),
  });

/** What is stored in the row, and what goes into Vault; null where the store brings none. */
export interface ReadConfiguration {
  configuration: StoreConfiguration;
  credentials: Record<string, string> | null;
}
export type NamedType = 's3' | 'google' | 'azure';

const filled = z
  .string()
  .trim()
  .nullish()
  .transform((text) => text || undefined);
const needed = z.string().trim().min(1);
const bucket = needed.max(222).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'This is no name of a bucket.');
/** Asked for elsewhere, and not needed here: what it stands for always holds, or never. */
const ignored = z.unknown().optional();
const refused = (why: string) =>
  z
    .unknown()
    .optional()
    .refine((value) => value === undefined || value === null || value === '' || value === false, why);

const S3 = z.strictObject({
  bucket,
  region: filled.pipe(
    z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'This is no name of a region.')
      .optional(),
  ),
  endpoint_url: filled,
  access_key_id: filled,
  secret_access_key: filled,
  role_arn: filled.pipe(
    z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'Needed is arn:aws:iam::<account>:role/<name>.')
      .optional(),
  ),
  kms_key_arn: refused("Set the key as the bucket's default encryption: then it holds for every object."),
  insecure: refused("Put the server's authority into the installation's certificateAuthorityFiles instead."),
  multipart_upload_iam_role: ignored,
  use_presigned_put_object: ignored,
  skip_upload_file_name_check: ignored,
});
const Google = z.strictObject({
  bucket,
  endpoint_url: filled,
  service_account: z.unknown().describe('The JSON key, as an object or as text.'),
});
const Azure = z.strictObject({
  account_name: needed.regex(/^[a-z0-9]{3,24}$/, 'Needed is the name of a storage account.'),
  container: needed.regex(/^[a-z0-9$][a-z0-9-]{0,62}$/, 'This is no name of a container.'),
  account_key: needed,
  endpoint_url: filled,
});
const ServiceAccount = z.object({
  client_email: needed,
  private_key: needed,
  project_id: z.string().optional(),
});

/** Throws `invalid` about `configuration`, with every complaint; never shows what it read. */
export function readConfiguration(
  type: z.infer<typeof CreateStore>['type'],
  given: unknown,
): ReadConfiguration {
  switch (type) {
    case 's3': {
      const { bucket, region, endpoint_url, role_arn, access_key_id, secret_access_key } = parse(S3, given);
      if ((access_key_id === undefined) !== (secret_access_key === undefined))
        throw invalid('configuration', 'access_key_id and secret_access_key belong together.');
      if (access_key_id === undefined && role_arn === undefined)
        throw invalid('configuration', 'Needed are access_key_id and secret_access_key, or role_arn.');
      if (role_arn !== undefined && endpoint_url !== undefined)
        throw invalid('configuration', "role_arn is for AWS's own address: leave endpoint_url out.");
      const credentials =
        access_key_id === undefined || secret_access_key === undefined
          ? null
          : { accessKeyId: access_key_id, secretAccessKey: secret_access_key };
      return {
        configuration: { bucket, region: region ?? 'us-east-1', endpoint_url, role_arn },
        credentials,
      };
    }
    case 'google': {
      const { bucket, endpoint_url, service_account } = parse(Google, given);
      const { client_email, private_key, project_id } = parse(ServiceAccount, json(service_account));
      const credentials = { client_email, private_key, ...(project_id !== undefined && { project_id }) };
      return { configuration: { bucket, endpoint_url }, credentials };
    }
    case 'azure': {
      const { account_name, container, account_key, endpoint_url } = parse(Azure, given);
      const configuration = { bucket: container, account_name, endpoint_url };
      return { configuration, credentials: { accountKey: account_key } };
    }
    case 'swift':
      throw invalid('type', 'Swift is reached over its S3 interface: use type s3 with its endpoint_url.');
  }
}

function json(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw invalid('configuration', 'service_account is not JSON: needed is the whole key file.');
  }
}

function parse<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => ({
    message: [...path.map(String), message].join(': '),
    code: 'invalid',
  }));
  const message = `configuration: ${complaints.map((complaint) => complaint.message).join('; ')}`;
  throw new CoveError('invalid', message, { fields: { configuration: complaints } });
}
