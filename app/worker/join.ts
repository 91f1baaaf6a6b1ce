/** A worker that nobody knows yet joins by its machine's own proof, or by a code: before it says hello. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { CoveError } from '../platform/errors.ts';
import { JoinResponse, PROTOCOL_VERSION, WORKER_API } from '../protocol/worker.ts';
import type { WorkerSettings } from '../settings.ts';
import { refusal } from './api.ts';
import { Http, HttpError } from './http.ts';
import { retire } from './retire.ts';
import { retry } from './retry.ts';

/** Settings with the name that the API gave. The token is made and kept here; only its hash travels. */
export async function joined(settings: WorkerSettings, log: Logger): Promise<WorkerSettings> {
  const { tokenFile, machine, stack } = settings;
  const prove = proofOf(settings);
  if (prove === null) return settings;
  const token = await ownToken(tokenFile);
  const http = new Http(settings.apiUrl, settings.caFile);
  try {
    const ask = async () => {
      const body = {
        protocol: PROTOCOL_VERSION,
        ...(stack !== undefined && { stack }),
        proof: await prove(),
        token_sha256: createHash('sha256').update(token).digest('hex'),
      };
      return JoinResponse.parse(await http.post(`${WORKER_API}/join`, body, ''));
    };
    const { worker, environment } = await retry(ask, {
      signal: new AbortController().signal,
      again: (error) => !isRefusal(error),
      onFailure: (error, pause) =>
        log.warn({ err: error, retry_ms: Math.round(pause) }, 'this machine could not join yet'),
    });
    log.info({ environment: environment.slug }, `joined as ${worker.name}`);
    const { name } = worker;
    return { ...settings, name, ...(machine && { machine: { ...machine, instanceId: name } }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A code that is no good will never be: to be started again would change nothing.
    const left = settings.joinCode !== undefined && refusal(error) === 'join' ? await retire(settings) : '';
    throw new CoveError('conflict', `This machine may not join: ${(error as Error).message}. ${left}`.trim());
  } finally {
    await http.close();
  }
}

const isRefusal = (error: unknown) =>
  error instanceof HttpError && [400, 403, 409, 422].includes(error.status);

/** What it joins with; null where it is known already. Kubernetes renews the file. */
function proofOf({ joinCode, proofFile, machine }: WorkerSettings): (() => Promise<object>) | null {
  if (joinCode !== undefined) return async () => ({ kind: 'code', code: joinCode, hostname: hostname() });
  if (proofFile === undefined || machine === undefined) return null;
  return async () => ({ kind: machine.cloud, token: (await readFile(proofFile, 'utf8')).trim() });
}

async function ownToken(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found.trim() !== '') return found.trim();
  const made = randomBytes(20).toString('hex');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
