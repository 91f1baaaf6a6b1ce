import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenAt } from '../../../app/worker/door-ports.ts';
import type { Running } from '../../../app/worker/executors/executor.ts';
import { openNotebook } from '../../../app/worker/notebook.ts';
import { reachOf } from '../../../app/worker/reach.ts';

const jupyter = createHttpServer((_request, answer) => answer.end('a notebook'));
beforeAll(() => new Promise<void>((resolve) => void jupyter.listen(0, '127.0.0.1', resolve)));
afterAll(() => jupyter.close());
const running = () =>
  ({
    inside: {
      enter: () => Promise.reject(new Error('no')),
      connect: async (port: number) => connect({ host: '127.0.0.1', port }),
    },
  }) as unknown as Running;
const opened = async (listen: string, port = (jupyter.address() as AddressInfo).port) => {
  const said: string[] = [];
  const reach = Promise.resolve({ listen, address: '127.0.0.1' });
  const shut = await openNotebook(running(), port, { reach }, (line) => said.push(line));
  await expect.poll(() => said.at(-1)).toContain('::notebook::');
  const { url } = JSON.parse((said.at(-1) ?? '').replace('::notebook::', '')) as { url: string };
  return { shut, url: new URL(url), said };
};

it('on this machine alone the door speaks plain HTTP, until it is shut', async () => {
  const { shut, url } = await opened('127.0.0.1');
  expect(url.protocol).toBe('http:');
  expect(await (await fetch(url)).text()).toBe('a notebook');
  shut();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('beyond it, TLS, by a certificate whose fingerprint the log tells', async () => {
  const { shut, url, said } = await opened('0.0.0.0');
  expect(url.protocol).toBe('https:');
  const socket = connectTls({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const { fingerprint256, subjectaltname } = socket.getPeerCertificate();
  expect(said.join('\n')).toContain(fingerprint256);
  expect(subjectaltname).toBe('IP Address:127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const answer = (await Array.fromAsync(socket)).join('');
  expect(answer).toContain('a notebook');
  shut();
});

it('where nobody reaches jobs, that is told', async () => {
  const said: string[] = [];
  const reach = Promise.resolve({ listen: '127.0.0.1', address: '127.0.0.1' });
  await openNotebook({} as Running, undefined, { reach }, (line) => said.push(line));
  expect(said).toEqual(['Nobody can open this notebook: nobody reaches jobs of this environment']);
});

it('people find doors where the settings say, else where this machine is found', async () => {
  const local = { listen: '127.0.0.1', address: '127.0.0.1' };
  expect(await reachOf({ apiUrl: 'http://localhost:8000' })).toEqual(local);
  expect(await reachOf({ apiUrl: 'http://[::1]:8000' })).toEqual(local);
  const doors = { listen: '0.0.0.0', address: 'ml.example.com' };
  expect(await reachOf({ apiUrl: 'http://127.0.0.1:8000', doors })).toEqual(doors);
  const far = await reachOf({ apiUrl: 'https://192.0.2.1' });
  expect(far.closed).toBeUndefined();
  expect(far.listen).toBe('0.0.0.0');
  expect(far.address).not.toBe('');
});

const machine = { cloud: 'aws' as const, instanceId: 'i-1', spot: false };
const apiUrl = 'https://192.0.2.1';

it('a machine of the platform knows on which ports its network lets people in, or that it lets nobody in', async () => {
  expect((await reachOf({ apiUrl, machine })).closed).toContain('lets nobody in');
  const doorPorts = { from: 2222, to: 2299 };
  const open = await reachOf({ apiUrl, machine, doorPorts });
  expect(open.ports).toEqual(doorPorts);
  expect(open.closed).toBeUndefined();
});

it('doors open on ports that people reach alone: on the wished one, else on the next that is free', async () => {
  const held = createServer();
  const servers = [held];
  const at = async (ports: { from: number; to: number } | undefined, wished?: number) => {
    const server = createServer();
    servers.push(server);
    await listenAt(server, '127.0.0.1', ports, wished);
    return (server.address() as AddressInfo).port;
  };
  try {
    await new Promise<void>((resolve) => void held.listen(0, '127.0.0.1', resolve));
    const { port } = held.address() as AddressInfo;
    const reached = { from: port, to: port + 20 };
    expect(await at(reached, 80)).toBeGreaterThan(port);
    expect(await at(reached, port)).toBeLessThanOrEqual(port + 20);
    expect(await at(undefined, port)).not.toBe(port);
    await expect(at({ from: port, to: port })).rejects.toThrow(`people in on are taken (${port} to ${port})`);
  } finally {
    for (const server of servers) server.close();
  }
});
