/** Whose an installation is: every file in it is for one user alone, so only that user may run it. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { needsAPerson } from './errors.ts';

/** Throws where the folder is another user's. Root is refused too: files of root's in it would lock its owner out. */
export function refuseOthers(folder: string, uid = process.getuid?.()): void {
  const owner = ownerOf(folder);
  if (owner === null || uid === undefined || owner === uid) return;
  throw needsAPerson(
    `${folder} belongs to ${nameOf(owner)}, and this command runs as ${nameOf(uid)}.`,
    `Run it as ${nameOf(owner)}; or set COVE_HOME to a folder of your own, for an installation of your own.`,
  );
}

/** Of the folder, or of the one above it that hides it from this user. Null: there is no such folder. */
function ownerOf(folder: string): number | null {
  try {
    return statSync(folder).uid;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' ? ownerOf(dirname(folder)) : null;
  }
}

function nameOf(uid: number): string {
  try {
    return `user ${execFileSync('id', ['-nu', String(uid)], { encoding: 'utf8', stdio: 'pipe' }).trim()}`;
  } catch {
    return `user ${uid}`;
  }
}
