/** What must be right in the project before the engine starts: asked at once, told at once, each with a cure. */
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail } from '../../checks/finding.ts';
import { CliError } from '../../errors.ts';
import { openGoogle } from './api.ts';
import { lookAt } from './facts.ts';
import { judge } from './judge.ts';

export async function preflight(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  google = openGoogle(),
): Promise<Finding[]> {
  try {
    return judge(config, await lookAt(name, config, google));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [fail('login', error.message, `a login to project ${config.projectId}`, error.todo ?? '')];
  }
}
