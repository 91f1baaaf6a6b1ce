import { z } from 'zod';
import type { CredentialsRecord } from '../../core/registries/credentials.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const RegistryCredentials = z
  .object({
    id: z.string(),
    type: z.enum(['docker', 'aws_ecr', 'aws_ecr_role', 'google', 'azure']),
    image_pattern: z.string(),
    owner: z.object({ id: z.string(), username: z.string() }),
    configuration: z
      .record(z.string(), z.string())
      .describe('Never with passwords or keys: those are in Vault, and no answer has them.'),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'RegistryCredentials' });

export const registryCredentialsShape = (
  row: CredentialsRecord,
  links: Links,
): z.infer<typeof RegistryCredentials> => ({
  id: row.id,
  type: row.type,
  image_pattern: row.image_pattern,
  owner: { id: row.organization_id, username: row.owner_name },
  configuration: row.configuration,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('registry-credentials', row.id),
});
