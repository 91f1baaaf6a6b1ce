/** One installation for all end-to-end tests: made as a stranger would make it, with one `cove up`. */
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cove, coveOk, type Installation, type Outcome, planInstallation } from '../support/installation.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    installation: Installation;
    /** What the first `cove up` said. */
    firstUp: Outcome & { seconds: number };
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const installation = await planInstallation(
    'e2e',
    'trustedGitHosts: [127.0.0.1]\ntrustedInputHosts: [127.0.0.1]\n',
  );
  const start = Date.now();
  const up = await coveOk(installation, ['up', '--yes']);
  project.provide('installation', installation);
  project.provide('firstUp', { ...up, seconds: (Date.now() - start) / 1000 });
  return async () => {
    // Kept only where a test failed: the runner deletes it otherwise.
    const artifacts = process.env.COVE_TEST_ARTIFACTS;
    const logs = join(installation.home, installation.name, 'logs');
    if (artifacts !== undefined && existsSync(logs))
      await cp(logs, join(artifacts, 'e2e-logs'), { recursive: true });
    const outcome = await cove(installation, ['destroy', '--yes', '--purge', installation.name]);
    if (outcome.code !== 0) throw new Error(`destroy failed:\n${outcome.stdout}\n${outcome.stderr}`);
    await rm(installation.home, { recursive: true, force: true });
  };
}
