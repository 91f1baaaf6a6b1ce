/** Logins to registries: which images each is for, and what it is made of. Pure. */
import { z } from 'zod';
import type { RegistryType } from '../../platform/words.ts';
import { CoveError, invalid } from '../errors.ts';

/**
 * `registry.example.com/team/*`: `*` stands for anything. The host is always said in full, or the login could be asked
 * for by any server that an image names.
 */
const ImagePattern = z
  .string()
  .trim()
  .max(500)
  .regex(/^[a-z0-9.-]+(:\d+)?\/[^\s@]+$/i, 'Needed is a host and a path, like registry.example.com/team/*.');
export const CreateCredentials = z.object({
  type: z.enum(['docker', 'aws_ecr', 'aws_ecr_role', 'google', 'azure']),
  image_pattern: ImagePattern,
  owner: z.string().nullish().describe("Organisation; left out: the person's own."),
  configuration: z.record(z.string(), z.unknown()),
});
export const UpdateCredentials = z.object({
  image_pattern: ImagePattern.optional(),
  configuration: z.record(z.string(), z.unknown()).optional(),
});

const needed = z.string().min(1).max(20_000);
const SCHEMAS = {
  docker: z.strictObject({ username: needed, password: needed }),
  aws_ecr: z.strictObject({ access_key_id: needed, secret_access_key: needed }),
  aws_ecr_role: z.strictObject({
    role_arn: needed.regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
      'Needed is arn:aws:iam::<account>:role/<name>.',
    ),
  }),
  google: z.strictObject({ service_account: z.union([needed, z.record(z.string(), z.unknown())]) }),
  azure: z.strictObject({ client_id: needed, client_secret: needed }),
};
/** What may be shown; all else is in Vault. */
const SHOWN = ['username', 'role_arn', 'client_id'];

/** Throws `invalid` about `configuration`; never shows what it read. */
export function readLogin(type: RegistryType, given: unknown) {
  const parsed = SCHEMAS[type].safeParse(given);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map(({ path, message }) => ({
      message: [...path.map(String), message].join(': '),
      code: 'invalid',
    }));
    const message = `configuration: ${complaints.map((one) => one.message).join('; ')}`;
    throw new CoveError('invalid', message, { fields: { configuration: complaints } });
  }
  const all = Object.entries(parsed.data as Record<string, unknown>).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const pick = (shown: boolean) =>
    Object.fromEntries(all.filter(([name]) => SHOWN.includes(name) === shown)) as Record<string, string>;
  return { configuration: pick(true), secrets: pick(false) };
}

const ECR = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

/** The region in the host of one of Amazon's registries. Throws for another host: its login would go to somebody else. */
export function ecrRegion(pattern: string): string {
  const region = ECR.exec(pattern.split('/')[0] ?? '')?.[1];
  if (region !== undefined) return region;
  throw invalid(
    'image_pattern',
    'Needed is the host of one of Amazon’s registries: <account>.dkr.ecr.<region>.amazonaws.com.',
  );
}

/** As Docker reads a reference: without a host it is Docker Hub's. Without tag and digest. */
export function fullName(image: string): string {
  const bare = image.replace(/@.*$/, '');
  const [first = '', ...rest] = bare.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? rest.join('/') : bare;
  const name = path.replace(/:[^/:]*$/, '');
  if (hasHost) return `${first.toLowerCase()}/${name}`;
  return `docker.io/${name.includes('/') ? name : `library/${name}`}`;
}

/** Whether a pattern is for the image. The host must be the very same. */
export function matches(pattern: string, image: string): boolean {
  const wanted = fullName(image);
  const split = (text: string) => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)];
  const [host = '', path = ''] = split(pattern);
  const [imageHost, imagePath = ''] = split(wanted);
  if (host.toLowerCase() !== imageHost) return false;
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${path
      .replace(/:[^/:]*$/, '')
      .split('*')
      .map(literal)
      .join('.*')}$`,
  ).test(imagePath);
}

/** The pattern that says most is the one that counts. */
export const best = <T extends { image_pattern: string }>(rows: readonly T[], image: string): T | undefined =>
  rows
    .filter(({ image_pattern }) => matches(image_pattern, image))
    .toSorted((a, b) => b.image_pattern.length - a.image_pattern.length)[0];
