/** The settings of a machine that came by the command of `cove worker join`; it has no file of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInvitation } from '../platform/invitation.ts';
import { WorkerSettings } from '../settings.ts';

export function invitedSettings(text: string): WorkerSettings {
  const { url, code, folder, slots, authorities } = readInvitation(text);
  const caFile = join(folder, 'authorities.pem');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (authorities !== undefined) writeFileSync(caFile, authorities);
  return WorkerSettings.parse({
    role: 'worker',
    name: '',
    apiUrl: url,
    ...(authorities !== undefined && { caFile }),
    tokenFile: join(folder, 'secrets', 'token'),
    folder: join(folder, 'jobs'),
    executors: ['docker'],
    slots,
    relay: true,
    joinCode: code,
  });
}
