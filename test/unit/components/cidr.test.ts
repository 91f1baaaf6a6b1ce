/** Address arithmetic, by its properties. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contains,
  layoutOf,
  MOST_ZONES,
  overlaps,
  parseCidr,
  sizeOf,
  textOf,
} from '../../../components/cidr.ts';
import { networkProblem } from '../../../config/cidr.ts';

/** Any network of /16 to /22, as a config may name it. */
const network = fc
  .record({ prefix: fc.integer({ min: 16, max: 22 }), seed: fc.nat({ max: 2 ** 32 - 1 }) })
  .map(({ prefix, seed }) =>
    textOf({ base: Math.floor(seed / 2 ** (32 - prefix)) * 2 ** (32 - prefix), prefix }),
  );
const zones = fc.integer({ min: 1, max: MOST_ZONES });
const all = (text: string, count: number) => Object.values(layoutOf(text, count)).flat().map(parseCidr);

test('subnets lie inside, and none overlaps another', () => {
  fc.assert(
    fc.property(network, zones, (text, count) => {
      const subnets = all(text, count);
      for (const [index, subnet] of subnets.entries()) {
        expect(contains(parseCidr(text), subnet)).toBe(true);
        for (const other of subnets.slice(index + 1)) expect(overlaps(subnet, other)).toBe(false);
      }
    }),
  );
});

test('a zone more moves nothing', () => {
  fc.assert(
    fc.property(network, fc.integer({ min: 1, max: MOST_ZONES - 1 }), (text, count) => {
      const fewer = layoutOf(text, count);
      const more = layoutOf(text, count + 1);
      for (const kind of Object.keys(fewer) as (keyof typeof fewer)[])
        expect(more[kind].slice(0, count)).toEqual(fewer[kind]);
    }),
  );
});

test('even the smallest network has room for a load balancer and a private mode’s endpoints in each zone', () => {
  const { public: open, app, data, workers } = layoutOf('10.0.0.0/22', 4);
  for (const subnet of [...open, ...app]) expect(sizeOf(parseCidr(subnet))).toBeGreaterThanOrEqual(32);
  for (const subnet of data) expect(sizeOf(parseCidr(subnet))).toBeGreaterThanOrEqual(16);
  for (const subnet of workers) expect(sizeOf(parseCidr(subnet))).toBe(128);
});

test('a network is read as it is written, and nothing else is one', () => {
  fc.assert(
    fc.property(network, (text) => {
      expect(textOf(parseCidr(text))).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (networkProblem(text) === undefined)
        expect(textOf(parseCidr(text))).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
      else expect(() => parseCidr(text)).toThrow();
    }),
  );
  expect(networkProblem('10.0.0.0/33')).toMatch(/needed is a network/);
  expect(networkProblem('256.0.0.0/8')).toMatch(/needed is a network/);
});

test('overlap is the same both ways, and so is its lack', () => {
  fc.assert(
    fc.property(network, network, (a, b) => {
      const [left, right] = [parseCidr(a), parseCidr(b)];
      expect(overlaps(left, right)).toBe(overlaps(right, left));
      if (contains(left, right)) expect(overlaps(left, right)).toBe(true);
    }),
  );
});
