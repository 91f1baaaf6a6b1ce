/** What stands on the screen when `up` has ended: where it is, who may enter, what next, and what is unproven. */
import { EXAMPLE_IMAGE } from '../proving/venue.ts';
import type { Proven } from './prove-installation.ts';

export interface Standing {
  name: string;
  urls: { local: string; web: string };
  username: string;
  changes: number;
  proven: Proven;
  ownAuthority: string | null;
}

export function lastWords({ name, urls, username, changes, proven, ownAuthority }: Standing): string[] {
  const lines = [
    '',
    changes === 0
      ? `Installation "${name}" is up; nothing had to change.`
      : `Installation "${name}" is up (${changes} changes).`,
    `  web       ${urls.web}  (plain HTTP for programs: ${urls.local})`,
  ];
  if (ownAuthority !== null) {
    lines.push(`            a browser warns until it trusts ${ownAuthority}`);
  }
  lines.push(
    `  sign in   as ${username}; \`npx cove password\` shows the password`,
    `  next      vh login --host ${urls.local}   or   npx cove status`,
  );
  if (proven.proof !== null) {
    lines.push(
      `  proven    by execution ${proven.proof.counter} of project example, complete: ${proven.proof.url}`,
    );
  }
  if (proven.missing !== null) {
    lines.push(
      `Containers are unproven: ${proven.missing}. Jobs of the docker executor need it (with ${EXAMPLE_IMAGE} for the example); then run \`npx cove up\` again.`,
    );
  }
  return lines;
}
