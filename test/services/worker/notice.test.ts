/** A spot machine's notice, asked of a small server that speaks as the clouds' metadata services are documented. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForNotice } from '../../../app/worker/notice.ts';

const machine = { cloud: 'aws', instanceId: 'i-0123456789abcdef0', spot: true } as const;
const ACTION = { action: 'terminate', time: '2026-01-01T00:02:00Z' };
let server: Server;
let metadataUrl: string;
let notice: object | null;
let asked: string[];
let stop: AbortController;
/** Google's answers that wait for a change. */
let waiting: (() => void)[];
beforeEach(async () => {
  [notice, asked, stop, waiting] = [null, [], new AbortController(), []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = (status: number, body = '') => response.writeHead(status).end(body);
    if (request.url?.startsWith('/metadata/')) {
      if (request.headers.metadata !== 'true') return answer(400);
      const isEvents = request.url.startsWith('/metadata/scheduledevents?');
      return answer(200, isEvents ? JSON.stringify(notice ?? { Events: [] }) : 'worker_3');
    }
    if (request.url?.startsWith('/computeMetadata/v1/instance/preempted?')) {
      if (request.headers['metadata-flavor'] !== 'Google') return answer(403);
      const query = new URL(request.url, 'http://fake').searchParams;
      const etag = notice === null ? 'abcd0123' : 'ffff';
      const tell = () =>
        response
          .writeHead(200, { etag: notice === null ? 'abcd0123' : 'ffff' })
          .end(notice === null ? 'FALSE' : 'TRUE');
      const waits = query.get('wait_for_change') === 'true' && query.get('last_etag') === etag;
      return waits ? void waiting.push(tell) : tell();
    }
    if (request.url === '/latest/api/token') {
      const isRight = request.method === 'PUT' && request.headers['x-aws-ec2-metadata-token-ttl-seconds'];
      return answer(isRight ? 200 : 400, 'a-session');
    }
    if (request.headers['x-aws-ec2-metadata-token'] !== 'a-session') return answer(401);
    const isAsked = request.url === '/latest/meta-data/spot/instance-action';
    return isAsked && notice !== null ? answer(200, JSON.stringify(notice)) : answer(404);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  metadataUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  stop.abort();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('is told once, in words, with when it ends', async () => {
  notice = ACTION;
  const told = await new Promise<string>((onNotice) =>
    listenForNotice({ ...machine, metadataUrl }, stop.signal, onNotice),
  );
  expect(told).toBe('AWS takes the spot machine back (terminate at 2026-01-01T00:02:00Z)');
  expect(asked).toEqual(['PUT /latest/api/token', 'GET /latest/meta-data/spot/instance-action']);
});

test('is not heard while there is none', async () => {
  const told: string[] = [];
  const heard = new Promise<void>((done) => {
    server.on('request', (request, response) => {
      if (request.url?.endsWith('instance-action')) response.on('close', done);
    });
  });
  listenForNotice({ ...machine, metadataUrl }, stop.signal, (reason) => told.push(reason));
  await heard;
  expect(told).toEqual([]);
});

test('Azure tells a whole scale set; only the machine that is named takes it for itself', async () => {
  const azure = { ...machine, cloud: 'azure' as const, metadataUrl: metadataUrl };
  const event = { EventType: 'Preempt', NotBefore: 'Thu, 01 Jan 2026 00:00:30 GMT' };
  const told: string[] = [];
  notice = { Events: [{ ...event, Resources: ['worker_2'] }] };
  const heard = new Promise<void>((done) => {
    server.on('request', (request, response) => {
      if (request.url?.includes('/compute/name')) response.on('close', done);
    });
  });
  const other = new AbortController();
  listenForNotice(azure, other.signal, (reason) => told.push(reason));
  await heard;
  other.abort();
  expect(told).toEqual([]);
  notice = { Events: [{ ...event, Resources: ['worker_2', 'worker_3'] }] };
  const own = await new Promise<string>((onNotice) => listenForNotice(azure, stop.signal, onNotice));
  expect(own).toBe('Azure takes the spot machine back (not before Thu, 01 Jan 2026 00:00:30 GMT)');
});

test('Google is asked once and answers when it takes the machine back, also when that was between two requests', async () => {
  const google = { ...machine, cloud: 'gcp' as const, metadataUrl };
  const told: string[] = [];
  const heard = new Promise<void>((done) =>
    listenForNotice(google, stop.signal, (reason) => done(void told.push(reason))),
  );
  await expect.poll(() => waiting.length).toBe(1);
  expect(asked).toHaveLength(2);
  // Its time is over, nothing changed: asked again at once.
  waiting.shift()!();
  await expect.poll(() => waiting.length).toBe(1);
  expect(told).toEqual([]);
  notice = {};
  waiting.shift()!();
  await heard;
  expect(told).toEqual(['Google Cloud takes the spot machine back (in 30 s)']);

  const late: string[] = await new Promise((done) =>
    listenForNotice(google, stop.signal, (reason) => done([reason])),
  );
  expect(late).toEqual(told);
  expect(waiting).toEqual([]);
});

test('is not asked for where the cloud takes nothing back', () => {
  listenForNotice({ ...machine, spot: false, metadataUrl }, stop.signal, () => {});
  listenForNotice(undefined, stop.signal, () => {});
  expect(asked).toEqual([]);
});
