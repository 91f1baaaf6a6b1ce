/** Which installation the engine is asking about. */
import { ConfigError, loadConfig } from '../../config/load.ts';
import { type Facts, factsOf, strictest } from '../facts.ts';

/**
 * The config is found as `stacks/main.ts` finds it: COVE_CONFIG, else `config/<stack>.yaml`. Where neither is there,
 * as when a recorded state is judged, the strictest is asked for. A config that is wrong is an error.
 */
export function factsHere(environment = process.env): Facts {
  const stack = environment.PULUMI_STACK ?? environment.PULUMI_NODEJS_STACK;
  const file = environment.COVE_CONFIG;
  if (file === undefined && stack === undefined) return strictest('aws');
  try {
    return factsOf(loadConfig({ name: file === undefined ? stack : undefined, file }));
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'config_not_found' && file === undefined)
      return strictest('aws');
    throw error;
  }
}
