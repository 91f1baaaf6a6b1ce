/** The one machine of a stack that always runs: an installation's application host, or the scaler of a stack of workers. */
import type { CloudConfig, WorkersConfig } from '../../../config/schema.ts';
import { CliError } from '../errors.ts';

/** What follows `cove-<name>-` in its name, and its tag `component`. Pure. */
export const hostOf = (config: CloudConfig | WorkersConfig) => ('joins' in config ? 'scaler' : 'app-host');

export const noHost = (name: string, config: CloudConfig | WorkersConfig): CliError =>
  new CliError(
    'joins' in config
      ? `Workers "${name}" have no scaler.`
      : `Installation "${name}" has no application host.`,
    { todo: '`npx cove up` makes it.' },
  );
