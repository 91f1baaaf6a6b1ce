/** Whether the cloud takes this machine back: a spot machine is told a little before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { WorkerSettings } from '../settings.ts';

const EVERY_MS = 5_000;
const PATIENCE_MS = 2_000;
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

const ASKS: Partial<Record<MachineSettings['cloud'], typeof askAws>> = { aws: askAws, azure: askAzure };

async function ask(
  url: URL,
  signal: AbortSignal,
  method: 'GET' | 'PUT',
  headers: Record<string, string>,
): Promise<string | null> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const response = await request(url, { method, headers, signal: limit });
  const text = await response.body.text();
  return response.statusCode === 200 ? text : null;
}
