/** A spot machine's notice, asked of a small server that speaks IMDSv2 (Amazon EC2 User Guide). */
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
beforeEach(async () => {
  [notice, asked, stop] = [null, [], new AbortController()];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = (status: number, body = '') => response.writeHead(status).end(body);
    if (request.url?.startsWith('/metadata/')) {
      if (request.headers.metadata !== 'true') return answer(400);
      const isEvents = request.url.startsWith('/metadata/scheduledevents?');
      return answer(200, isEvents ? JSON.stringify(notice ?? { Events: [] }) : 'worker_3');
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

test('is not asked for where the cloud takes nothing back', () => {
  listenForNotice({ ...machine, spot: false, metadataUrl }, stop.signal, () => {});
  listenForNotice(undefined, stop.signal, () => {});
  expect(asked).toEqual([]);
});
