/** The login with which a worker pulls one job's image: matched, and made where a cloud makes it anew each time. */

import { ecrLogin, type RegistryLogin } from '../../platform/registry-login.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { secretPathOf } from './credentials.ts';
import { best, ecrRegion, fullName } from './fields.ts';

/** The name that Azure's and Google's registries know logins by. */
const GOOGLE_USER = '_json_key';

/** Null: no credentials of the organisation are for the image. Throws `conflict` where a cloud refuses them. */
export async function imageLogin(
  { platform }: Pick<Context, 'platform'>,
  organizationId: string,
  image: string,
): Promise<RegistryLogin | null> {
  const rows = await platform.db
    .selectFrom('registry_credentials')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .execute();
  const found = best(rows, image);
  if (!found) return null;
  const { id, type, configuration, image_pattern } = found;
  const host = fullName(image).split('/')[0] as string;
  const secret = (await platform.secrets.find(secretPathOf(id))) ?? {};
  switch (type) {
    case 'docker':
      return { host, username: configuration.username ?? '', password: secret.password ?? '' };
    case 'google':
      return { host, username: GOOGLE_USER, password: secret.service_account ?? '' };
    case 'azure':
      return { host, username: configuration.client_id ?? '', password: secret.client_secret ?? '' };
    case 'aws_ecr':
    case 'aws_ecr_role': {
      const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = secret;
      try {
        const login = await ecrLogin({
          region: ecrRegion(image_pattern),
          ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
          ...(configuration.role_arn
            ? { role: { arn: configuration.role_arn, externalId: organizationId } }
            : {}),
        });
        return { host, ...login };
      } catch (error) {
        const message = `AWS gives no login for ${image_pattern}: ${(error as Error).message}`;
        throw new CoveError('conflict', message, { cause: error });
      }
    }
  }
}
