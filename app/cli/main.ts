/** `cove`, the operator's command line. Compiled code is kept between commands: compiling is half of what starting one takes. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../../toolchain/cache.js';

// Where that folder cannot be written, Node goes on without.
enableCompileCache(join(cacheFolder(), 'node'));
await import('./command-line.ts');
