/** Secrets that the stack generates, the same way on every target; where they are kept is the cloud's. */
import type * as pulumi from '@pulumi/pulumi';
import { RandomBytes } from '@pulumi/random/randomBytes.js';
import { RandomPassword } from '@pulumi/random/randomPassword.js';

/** 48 letters and digits: more than 280 bits. */
export const generatedPassword = (
  name: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> => new RandomPassword(name, { length: 48, special: false }, options).result;

/** 32 bytes of a key, in base64. */
export const generatedKey = (name: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> =>
  new RandomBytes(name, { length: 32 }, options).base64;
