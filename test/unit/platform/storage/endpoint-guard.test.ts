import { describe, expect, it } from 'vitest';
import { guardEndpoint, guardedLookup } from '../../../../app/platform/storage/endpoint-guard.ts';

describe('an address of a store', () => {
  it.each([
    ['ftp://storage.example.com', /https:\/\/storage/],
    ['https://me:key@8.8.8.8', /host and port alone/],
    ['https://8.8.8.8/path', /host and port alone/],
    ['http://8.8.8.8', /Plain http/],
    ['https://127.0.0.1:9000', /internal network/],
    ['https://169.254.169.254', /internal network/],
    ['https://[::ffff:10.0.0.1]', /internal network/],
    ['https://2130706433', /internal network/],
    ['https://localhost:9000', /internal network/],
  ])('%s is refused', async (url, words) => {
    await expect(guardEndpoint(url, ['other.example.com'])).rejects.toThrow(words);
  });
  it('that the operator trusts is taken, whatever it is', async () => {
    expect(await guardEndpoint('http://127.0.0.1:9000', ['127.0.0.1:9000'])).toBeUndefined();
    await expect(guardEndpoint('http://127.0.0.1:9001', ['127.0.0.1:9000'])).rejects.toThrow(/Plain http/);
  });
  it('is held to its answer at every connection', async () => {
    const error = await new Promise((resolve) => guardedLookup('localhost', {}, resolve));
    expect(String(error)).toMatch(/internal network/);
    expect(await guardEndpoint('https://8.8.8.8', [])).toBe(guardedLookup);
  });
});
