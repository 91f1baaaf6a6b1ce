/** Minimum sizes of the `prod` profile: what the platform is documented to need. Pure. */
import { closest } from '../closest.ts';
import type { Complain } from './complain.ts';

export const APP_HOST = { vcpus: 4, gib: 16, diskGb: 80 };
export const SERVICE = { vcpus: 2, gib: 8, diskGb: 80 };

/** What is too small about a machine, in words that follow its name; undefined where nothing is. */
export function tooSmall(
  { vcpus, gib }: { vcpus: number; gib: number },
  needs: { vcpus: number; gib: number },
): string | undefined {
  if (vcpus >= needs.vcpus && gib >= needs.gib) return undefined;
  return `which has ${vcpus} vCPU and ${gib} GiB; in prod at least ${needs.vcpus} vCPU and ${needs.gib} GiB (profile: dev has no minimum)`;
}

/** A machine by its name; one that is left out, or of a size that nobody knows, is let through. */
export function checkSize(
  path: string[],
  name: string | undefined,
  sizeOf: (name: string) => { vcpus: number; gib: number } | undefined,
  needs: { vcpus: number; gib: number },
  complain: Complain,
): void {
  const size = name === undefined ? undefined : sizeOf(name);
  const problem = size && tooSmall(size, needs);
  if (problem !== undefined) complain(path, `is "${name}", ${problem}`);
}

/** Disks of the application host and of PostgreSQL. */
export function checkDisks(
  config: Record<'appHost' | 'database', { diskGb?: number | undefined }>,
  complain: Complain,
): void {
  for (const [key, needs] of [
    ['appHost', APP_HOST],
    ['database', SERVICE],
  ] as const) {
    const { diskGb } = config[key];
    if (diskGb !== undefined && diskGb < needs.diskGb)
      complain(
        [key, 'diskGb'],
        `is ${diskGb}; in prod at least ${needs.diskGb} (profile: dev has no minimum)`,
      );
  }
}

/** A region that is not in a cloud's list. */
export function unknownRegion(region: string, regions: readonly string[], complain: Complain): boolean {
  if (regions.includes(region)) return false;
  const meant = closest(region, [...regions]);
  complain(
    ['region'],
    `is "${region}", which is no region.${meant === undefined ? '' : ` Did you mean ${meant}?`} Allowed: ${regions.join(', ')}`,
  );
  return true;
}
