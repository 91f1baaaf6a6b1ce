/** Before anything is made: is this machine fit? */
import { preflight } from '../checks/all.ts';
import { describe } from '../checks/finding.ts';
import { needsAPerson } from '../errors.ts';
import type { Installation } from '../installation.ts';
import type { Service } from '../services.ts';

/** Says warnings; throws what must be mended first, all of it at once. */
export async function checkMachine(
  installation: Installation,
  services: Service[],
  say: (line: string) => void,
): Promise<string> {
  const holdsPorts = services.some(({ name, pid }) => name === 'api' && pid !== null);
  const findings = await preflight(installation, holdsPorts);
  const failed = findings.filter(({ level }) => level === 'fail');
  const warned = findings.filter(({ level }) => level === 'warn');
  for (const finding of warned) say(describe(finding));
  if (failed.length > 0) {
    throw needsAPerson(
      `This machine is not ready for installation "${installation.name}":\n${failed.map(describe).join('\n')}`,
      'Mend that, then run this again.',
    );
  }
  return warned.length === 0 ? 'fit' : `fit, ${warned.length} warning${warned.length > 1 ? 's' : ''}`;
}
