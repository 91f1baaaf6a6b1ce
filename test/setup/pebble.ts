/** Pebble, Let's Encrypt's own ACME authority for tests, from its Go module. */
import { obtain } from '../../toolchain/programs.js';
import type { Pin } from '../../toolchain/types.d.ts';

const pin: Pin = {
  name: 'pebble',
  title: 'Pebble',
  version: '2.10.0',
  minimum: '2.10.0',
  file: 'pebble',
  commands: ['pebble'],
  ask: ['-version'],
  answer: /(\d+\.\d+\.\d+)/,
  goModule: {
    folder: '../test/setup/pebble',
    minimumGo: '1.24.0',
    package: 'github.com/letsencrypt/pebble/v2/cmd/pebble',
    tags: '',
    ldflags: '-s -w -X main.version=2.10.0',
    packages: 250,
    minutes: 1,
  },
  instead: 'install it from https://github.com/letsencrypt/pebble/releases',
};

/** Absolute path of the program. */
export const pebble = (): Promise<string> => obtain(pin, {});
