/** Whether the cloud takes this machine back: a spot machine is told a little before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { WorkerSettings } from '../settings.ts';

const EVERY_MS = 5_000;
const PATIENCE_MS = 2_000;
/** A request that waits for a change ends after so long; then it is sent again. */
const WAIT_SECONDS = 60;
const METADATA = 'http://169.254.169.254/';

type MachineSettings = NonNullable<WorkerSettings['machine']>;

/** Calls `onNotice` once, with what the cloud said. A cloud that cannot be asked says nothing. */
export function listenForNotice(
  machine: MachineSettings | undefined,
  signal: AbortSignal,
  onNotice: (reason: string) => void,
): void {
  const askCloud = machine?.spot === true ? ASKS[machine.cloud] : undefined;
  if (askCloud === undefined) return;
  const base = machine?.metadataUrl ?? METADATA;
  const loop = async () => {
    while (!signal.aborted) {
      const notice = await askCloud(base, signal).catch(() => null);
      if (notice !== null) return onNotice(notice);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  };
  void loop();
}

/**
 * IMDSv2 (Amazon EC2 User Guide, "Spot Instance interruption notices"): `spot/instance-action` is 404 until two minutes
 * before the end, then `{"action": "terminate", "time": "…"}`.
 */
async function askAws(base: string, signal: AbortSignal): Promise<string | null> {
  const token = await ask(new URL('latest/api/token', base), signal, 'PUT', {
    'x-aws-ec2-metadata-token-ttl-seconds': '60',
  });
  if (token === null) return null;
  const text = await ask(new URL('latest/meta-data/spot/instance-action', base), signal, 'GET', {
    'x-aws-ec2-metadata-token': token,
  });
  if (text === null) return null;
  const { action, time } = JSON.parse(text) as { action?: string; time?: string };
  return `AWS takes the spot machine back (${action ?? 'terminate'} at ${time ?? 'an unknown time'})`;
}

/**
 * Scheduled events (Azure, "Scheduled Events for Linux VMs in Azure"): `Preempt` at least 30 s before the end. A machine
 * hears of its neighbours in the scale set too, so each is told by its name.
 */
async function askAzure(base: string, signal: AbortSignal): Promise<string | null> {
  const headers = { metadata: 'true' };
  const get = (path: string) => ask(new URL(path, base), signal, 'GET', headers);
  const text = await get('metadata/scheduledevents?api-version=2020-07-01');
  if (text === null) return null;
  const { Events = [] } = JSON.parse(text) as {
    Events?: { EventType: string; NotBefore?: string; Resources?: string[] }[];
  };
  const ends = Events.filter(({ EventType }) => EventType === 'Preempt');
  if (ends.length === 0) return null;
  const name = await get('metadata/instance/compute/name?api-version=2021-02-01&format=text');
  const own = ends.find(({ Resources = [] }) => Resources.includes(name?.trim() ?? ''));
  return own === undefined
    ? null
    : `Azure takes the spot machine back (not before ${own.NotBefore || 'now'})`;
}

/**
 * Google (Compute Engine, "Preemption process"; "View and query VM metadata"): `instance/preempted` turns TRUE 30 s before the
 * end, and one request waits for it. The ACPI G2 signal of the same moment is systemd's: it stops this agent as any SIGTERM does.
 */
async function askGoogle(base: string, signal: AbortSignal): Promise<string | null> {
  const headers = { 'metadata-flavor': 'Google' };
  // What changed since the last answer is told at once: a change between two requests is not missed.
  for (let etag = '0'; ; ) {
    const query = `wait_for_change=true&timeout_sec=${WAIT_SECONDS}&last_etag=${encodeURIComponent(etag)}`;
    const url = new URL(`computeMetadata/v1/instance/preempted?${query}`, base);
    const answer = await send(url, signal, 'GET', headers, WAIT_SECONDS * 1000 + PATIENCE_MS);
    if (answer.statusCode !== 200) return null;
    if (answer.text.trim() === 'TRUE') return 'Google Cloud takes the spot machine back (in 30 s)';
    if (answer.etag === undefined) return null;
    etag = answer.etag;
  }
}

const ASKS: Partial<Record<MachineSettings['cloud'], typeof askAws>> = {
  aws: askAws,
  azure: askAzure,
  gcp: askGoogle,
};

async function ask(
  url: URL,
  signal: AbortSignal,
  method: 'GET' | 'PUT',
  headers: Record<string, string>,
): Promise<string | null> {
  const { statusCode, text } = await send(url, signal, method, headers, PATIENCE_MS);
  return statusCode === 200 ? text : null;
}

async function send(
  url: URL,
  signal: AbortSignal,
  method: 'GET' | 'PUT',
  headers: Record<string, string>,
  patience: number,
) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const { statusCode, headers: told, body } = await request(url, { method, headers, signal: limit });
  const { etag } = told;
  return { statusCode, text: await body.text(), etag: typeof etag === 'string' ? etag : undefined };
}
