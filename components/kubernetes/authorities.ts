/** Authorities that the operator's own services are signed by. */
import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';

/** Text of the PEM file; undefined: a public authority. Throws what a person can mend. */
export function authorityOf(file: string | undefined): pulumi.Output<string> | undefined {
  if (file === undefined) return undefined;
  try {
    return pulumi.output(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new pulumi.RunError(
      `The authority ${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Name a PEM file in certificateAuthority.`,
    );
  }
}
