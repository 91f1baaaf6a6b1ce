/** The checks of `doctor`, and the part of them that `up` asks first. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, type Installation } from '../installation.ts';
import { judgeClock } from './clock.ts';
import { findEngine, judgeEngine } from './docker.ts';
import type { Finding } from './finding.ts';
import { checkPorts, type WantedPort } from './ports.ts';
import { checkRestart } from './restart.ts';
import { checkDisk, checkMemory } from './room.ts';
import { checkNode, checkVersion, GIT, PYTHON } from './version.ts';

export const wantedPorts = ({ config }: Installation): WantedPort[] => [
  { key: 'httpPort', host: config.listen, port: config.httpPort },
  { key: 'httpsPort', host: config.listen, port: config.httpsPort },
];

/** What must be right before anything is made. `isRunning`: its API holds the ports already. */
export async function preflight(installation: Installation, isRunning: boolean): Promise<Finding[]> {
  const [git, python, disk, ports] = await Promise.all([
    checkVersion(GIT),
    checkVersion(PYTHON),
    checkDisk(installation.places.folder),
    checkPorts(wantedPorts(installation), isRunning),
  ]);
  return [checkNode(), git, python, disk, checkMemory(), ...ports];
}

/** Everything else that may be wrong with this machine. */
export async function machineChecks(installation: Installation, serverTime: Date | null): Promise<Finding[]> {
  const builtAt = statSync(join(CHECKOUT, 'package.json')).mtime;
  return [
    judgeEngine(await findEngine(installation.config.dockerSocket)),
    judgeClock(new Date(), builtAt, serverTime),
    await checkRestart(),
  ];
}
