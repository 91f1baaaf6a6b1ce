/** Which images the jobs of an environment may run. Pure. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import { fullName, matches } from '../registries/fields.ts';

/** `registry.example.com/team/*`: `*` stands for anything, and every tag and digest of what it names is allowed. */
export const AllowedImage = z
  .string()
  .trim()
  .max(500)
  .regex(
    /^[a-z0-9.-]+(:\d+)?\/[^\s@:]+$/i,
    'Needed is a host and a path without a tag, like registry.example.com/team/* or docker.io/library/python.',
  );

export interface Images {
  slug: string;
  /** None: every image is. */
  allowed_images: readonly string[];
}

/** Throws `invalid` about `image`. */
export function requireAllowedImage({ slug, allowed_images: allowed }: Images, image: string): void {
  if (allowed.length === 0 || allowed.some((pattern) => allows(pattern, image))) return;
  const message = `image ${image} is not allowed in environment "${slug}"; allowed are: ${allowed.join(', ')}. Choose one of these, or another environment.`;
  throw invalid('image', message, 'not_allowed');
}

/** A name of hexadecimal digits alone may also be the id of any image that a machine has: `*` does not stand for it. */
function allows(pattern: string, image: string): boolean {
  const isId = /^(sha256:)?[0-9a-f]+$/i.test(image);
  return isId ? pattern === fullName(image) : matches(pattern, image);
}
