/** moto: AWS's Auto Scaling and EC2 as a server that speaks their protocols; from Python's index, every package pinned. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../toolchain/lock.js';
import { command, folder } from './machine.ts';

const requirements = fileURLToPath(new URL('requirements-moto.txt', import.meta.url));

/** Makes its virtual environment once and gives the path of `moto_server`. */
export async function motoServer(): Promise<string> {
  const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const venv = join(folder, `moto-${pins}`);
  const server = join(venv, 'bin', 'moto_server');
  const marker = join(venv, 'made');
  await withLock(join(folder, 'locks', 'moto'), 'installing moto', async () => {
    if (existsSync(marker) && existsSync(server)) return;
    await command('python3', ['-m', 'venv', '--clear', venv]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await command(join(venv, 'bin', 'python'), [...pip, '-r', requirements]);
    writeFileSync(marker, '');
  });
  return server;
}
