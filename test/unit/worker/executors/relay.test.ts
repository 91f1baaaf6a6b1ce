import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLoopback, type Relay, startRelay } from '../../../../app/worker/executors/relay.ts';

let relay: Relay;
const api = createServer(async (request, answer) => {
  answer.writeHead(201, { 'x-path': request.url ?? '' }).end(`got ${await text(request)}`);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  relay = await startRelay('127.0.0.1', `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
});
afterAll(() => {
  relay.close();
  api.closeAllConnections();
  api.close();
});
const post = (authorization: string) =>
  fetch(`${relay.origin}/api/v0/executions/1/status-detail/`, {
    method: 'POST',
    headers: { authorization },
    body: 'x',
  });

test("a run's own token is let through, with path, body and answer", async () => {
  const answer = await post('Execution abc');
  expect([answer.status, answer.headers.get('x-path')]).toEqual([201, '/api/v0/executions/1/status-detail/']);
  expect(await answer.text()).toBe('got x');
});

test.each(['Token abc', 'Worker abc', 'Execution ', ''])('%j is not', async (authorization) => {
  expect((await post(authorization)).status).toBe(403);
});

test('an API that is away is told as such', async () => {
  const orphan = await startRelay('127.0.0.1', 'http://127.0.0.1:1');
  const answer = await fetch(orphan.origin, { headers: { authorization: 'Execution abc' } });
  expect(answer.status).toBe(502);
  orphan.close();
});

test.each([
  ['http://127.0.0.1:8000/x', true],
  ['http://localhost:8000', true],
  ['http://[::1]:1', true],
  ['https://cove.example.com', false],
  ['http://10.0.0.1', false],
])('%s is loopback: %s', (url, yes) => expect(isLoopback(url)).toBe(yes));
