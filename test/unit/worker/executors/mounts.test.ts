import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configOfStep, forWorker, runtimeConfig } from '../../../../app/core/executions/runtime-config.ts';
import type { JobMount } from '../../../../app/protocol/worker.ts';
import { engineMounts, refuseMounts } from '../../../../app/worker/executors/mounts.ts';
import type { Step } from '../../../../app/yaml/index.ts';

const mount = (source: string, more: Partial<JobMount> = {}): JobMount => ({
  source,
  destination: '/d',
  readonly: false,
  type: null,
  options: {},
  ...more,
});
const allowed = (...sources: string[]) => sources.map((source) => ({ source, readOnly: false }));

test('what a step names reaches the worker as it is', () => {
  const mounts = [
    '/a:/b',
    { source: 'hal:/dave', destination: '/dave', type: 'nfs', options: { soft: true } },
  ];
  const step = { resources: {}, cacheVolumes: [], autorestart: null, mounts } as unknown as Step;
  expect(forWorker(runtimeConfig({}, configOfStep(step), {})).mounts).toEqual([
    mount('/a', { destination: '/b' }),
    mount('hal:/dave', { destination: '/dave', type: 'nfs', options: { soft: true } }),
  ]);
});

describe('the Engine is told', () => {
  test('a folder as it is', () => {
    expect(engineMounts([mount('/data/')], allowed('/data'))).toEqual([
      { Type: 'bind', Source: '/data', Target: '/d', ReadOnly: false },
    ]);
  });
  test('an NFS export as a volume of its own, from which nothing is copied', () => {
    const options = { soft: true, hard: false, timeo: 30 };
    const [volume] = engineMounts([mount('hal:/dave', { readonly: true, options })], allowed('hal:/dave'));
    expect(volume).toMatchObject({
      Type: 'volume',
      Target: '/d',
      ReadOnly: true,
      VolumeOptions: {
        NoCopy: true,
        DriverConfig: {
          Name: 'local',
          Options: { type: 'nfs', device: ':/dave', o: 'addr=hal,ro,nfsvers=4,soft,timeo=30' },
        },
      },
    });
  });
  test('nothing but what is allowed, word for word', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (source, others) => {
        fc.pre(!others.some((one) => one.replace(/\/+$/, '') === source.replace(/\/+$/, '')));
        expect(() => engineMounts([mount(source)], allowed(...others))).toThrow('is not allowed here');
      }),
    );
  });
});

test.each([
  [mount('/data/below'), /\/data\/below is not allowed here; allowed are: \/data, hal:\/dave/],
  [mount('/data/../etc'), /is not allowed here/],
  ...['/', '/valohai', '/valohai/inputs/x', '/proc/', '/dev/shm', '/a/../proc', '/./proc'].map(
    (destination): [JobMount, RegExp] => [mount('/data', { destination }), /name a folder of its own/],
  ),
  [mount('/data', { type: 'cifs' }), /of type cifs: needed is a folder/],
  [mount('/data', { type: 'nfs' }), /needed is a folder, or type nfs/],
  [mount('hal:/dave', { options: { addr: 'evil' } }), /the option addr=evil is not allowed/],
  [mount('hal:/dave', { options: { timeo: '1,addr=evil' } }), /is not allowed/],
])('%j is refused', (given, words) => {
  expect(() => engineMounts([given], allowed('/data', 'hal:/dave'))).toThrow(words);
});

test('an executor that mounts nothing says so', () => {
  expect(() => refuseMounts({ mounts: [mount('/data')] }, 'process')).toThrow(/executor process/);
  refuseMounts({ mounts: [] }, 'process');
});
