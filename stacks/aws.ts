/** A whole installation in an account of Amazon Web Services. */
import type { AwsConfig } from '../config/schema.ts';

export function aws(_name: string, _config: AwsConfig): Record<string, unknown> {
  throw new Error('not yet');
}
