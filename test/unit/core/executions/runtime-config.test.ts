import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { configOfStep, forWorker, runtimeConfig } from '../../../../app/core/executions/runtime-config.ts';
import { findStep, type Step } from '../../../../app/yaml/index.ts';

const resources = (limits: object, requests?: object) => ({
  kubernetes: { containers: { workload: { resources: { ...(requests ? { requests } : {}), limits } } } },
});

describe('runtimeConfig', () => {
  it('lays the later over the earlier, value by value', () => {
    const preset = resources({ cpu: 4, memory: 1024 });
    expect(runtimeConfig(preset, {}, resources({ cpu: 2 }))).toEqual(resources({ cpu: 2, memory: 1024 }));
    expect(runtimeConfig(preset, { autorestart: true })).toEqual({ ...preset, autorestart: true });
  });
  it('takes no devices and no volumes for what they say: none', () => {
    const preset = {
      kubernetes: { ...resources({ devices: { gpu: 2 } }).kubernetes, cache_volumes: [{ pvc_name: 'a' }] },
    };
    const none = { kubernetes: { ...resources({ devices: {} }).kubernetes, cache_volumes: [] } };
    expect(runtimeConfig(preset, none)).toEqual(none);
    expect(runtimeConfig(preset, resources({ devices: { tpu: 1 } }))).toMatchObject(
      resources({ devices: { tpu: 1 } }),
    );
  });
  it.each([
    [resources({ cpu: 0 }), /kubernetes.containers.workload.resources.limits.cpu/],
    [resources({ memory: 1.5 }), /limits.memory/],
    [resources({ devices: { gpu: 0 } }), /limits.devices.gpu/],
    [resources({}, { cpu: 'many' }), /requests.cpu/],
    [{ kubernetes: { cache_volumes: [{ pvc_name: '../x' }] } }, /cache_volumes.0.pvc_name/],
    [{ remote_debug: { debug_port: 70_000, debug_key: 'ssh-ed25519 AAAA' } }, /remote_debug.debug_port/],
    [{ remote_debug: { debug_port: 22, debug_key: 'AAAA' } }, /remote_debug.debug_key/],
    [{ autorestart: 'often' }, /autorestart/],
    [{ no_output_timeout: -1 }, /no_output_timeout/],
  ])('refuses %j by the field', (config, message) => expect(() => runtimeConfig(config)).toThrow(message));

  test('keeps what it does not know, and is the same laid over itself', () => {
    const known = ['kubernetes', 'remote_debug', 'autorestart', 'no_output_timeout'];
    const plain = (value: object) =>
      JSON.parse(JSON.stringify(value), (key, item) => (key === '__proto__' ? undefined : item));
    const key = fc.string().filter((name) => !known.includes(name));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()).map(plain), (config) => {
        expect(runtimeConfig(config, config)).toEqual(config);
      }),
    );
    const hostile = JSON.parse('{"__proto__": {"autorestart": "yes"}}');
    expect(Object.keys(runtimeConfig(hostile, {}))).toEqual([]);
    expect(runtimeConfig({}, hostile).autorestart).toBeUndefined();
  });
});

it('makes of a step what the client makes of it', () => {
  const step = (more: object) =>
    configOfStep(findStep([{ step: { name: 's', image: 'i', command: 'c', ...more } }], 's') as Step);
  expect(step({})).toEqual({});
  expect(
    step({
      resources: { cpu: { min: 0.5, max: 2 }, memory: { max: 512 }, devices: {} },
      'cache-volumes': ['cache-1'],
      autorestart: true,
    }),
  ).toEqual({
    kubernetes: {
      ...resources({ cpu: 2, memory: 512, devices: {} }, { cpu: 0.5 }).kubernetes,
      cache_volumes: [{ pvc_name: 'cache-1' }],
    },
    autorestart: true,
  });
});

it('tells a worker each cache volume once', () => {
  const volumes = ['pip', 'models', 'pip'].map((pvc_name) => ({ pvc_name }));
  const config = runtimeConfig({}, { kubernetes: { cache_volumes: volumes } });
  expect(forWorker(config).cache_volumes).toEqual(['pip', 'models']);
  expect(forWorker({}).cache_volumes).toEqual([]);
});
