/** Programs that services are started with; one that cannot be had is told in words, without our stack. */
import { RunError } from '@pulumi/pulumi';
import { ensure } from '../../toolchain/programs.js';

/** Absolute path of the executable; of `postgres`, of the folder with `bin/`. */
export const programPath = (name: 'bao' | 'redis-server' | 'postgres'): Promise<string> =>
  ensure(name).catch((error: Error) => {
    throw new RunError(error.message);
  });
