/** Inputs by the addresses that people name: nothing leads the worker into internal networks. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Http } from '../../../app/worker/http.ts';

let inside: Server;
let port: number;
let asked: string[] = [];
beforeAll(async () => {
  inside = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.startsWith('/to/')) {
      response.writeHead(302, { location: decodeURIComponent(request.url.slice(4)) }).end();
    } else response.end('secret');
  });
  await new Promise<void>((resolve) => inside.listen(0, resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => void inside?.close());

const fetched = async (url: string, trusted: string[] = []) => {
  const http = new Http('http://api.invalid:1');
  http.trust(trusted);
  asked = [];
  try {
    const { body } = await http.getForUser(url);
    return Buffer.concat(await Array.fromAsync(body)).toString();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    await http.close();
  }
};

describe('an input at an internal address is refused before anybody there is asked', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://127.1:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.100.100.200/',
    'https://127.0.0.1:PORT/',
  ])('%s', async (url) => {
    const error = await fetched(url.replace('PORT', String(port)));
    expect(error).toMatchObject({
      code: 'EACCES',
      message: expect.stringMatching(/internal network.*trustedInputHosts/),
    });
    expect(asked).toEqual([]);
  });

  test('also where a trusted host sends it on', async () => {
    const target = `http://localhost:${port}/secret`;
    const error = await fetched(`http://127.0.0.1:${port}/to/${encodeURIComponent(target)}`, ['127.0.0.1']);
    expect(error).toMatchObject({ code: 'EACCES' });
    expect(asked).toEqual([`/to/${encodeURIComponent(target)}`]);
  });

  test('a trusted host is reached, by its port alone where one is named', async () => {
    expect(await fetched(`http://127.0.0.1:${port}/`, ['127.0.0.1'])).toBe('secret');
    expect(await fetched(`http://localhost:${port}/`, [`localhost:${port}`])).toBe('secret');
    expect(await fetched(`http://127.0.0.1:${port}/`, ['127.0.0.1:1'])).toMatchObject({ code: 'EACCES' });
  });
});
