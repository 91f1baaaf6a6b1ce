/** The provider's process: the engine starts it with its own address as last argument and reads the port from stdout. */

import { kinds } from './kinds/index.ts';
import { endSteps } from './kinds/program.ts';
import { serveProvider } from './server.ts';

const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith('-'));
process.umask(0o077);
const { port } = await serveProvider({ kinds, version: '0.1.0', looks: true, engine });
process.stdout.write(`${port}\n`);

// An engine that was killed cannot end us, and a step that goes on unseen would meet the next `up`.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid === parent) return;
  endSteps();
  process.exit(1);
}, 500);
