import { expect, test } from 'vitest';
import { parseGpus } from '../../../app/worker/gpus.ts';

// As NVIDIA's manuals print them: nvidia-smi(1), and the MIG User Guide.
const TWO = `GPU 0: Tesla V100-SXM2-16GB (UUID: GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16c)
GPU 1: Tesla V100-SXM2-16GB (UUID: GPU-4404041a-04cf-1ccf-9e70-f139a9b1e23c)
`;
const PARTED = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-b1028956-cfa2-0990-bf4a-5da9abb51763)
  MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
  MIG 1g.5gb      Device  1: (UUID: MIG-GPU-b1028956-cfa2-0990-bf4a-5da9abb51763/7/0)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-69dc0bbf-1f04-2e44-ccfd-2e0b5fa4cf39)
`;

test('each GPU is told by its id, a parted one by its parts', () => {
  expect(parseGpus(TWO)).toEqual([
    'GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16c',
    'GPU-4404041a-04cf-1ccf-9e70-f139a9b1e23c',
  ]);
  expect(parseGpus(PARTED)).toEqual([
    'MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f',
    'MIG-GPU-b1028956-cfa2-0990-bf4a-5da9abb51763/7/0',
    'GPU-69dc0bbf-1f04-2e44-ccfd-2e0b5fa4cf39',
  ]);
  expect(parseGpus('No devices were found\n')).toEqual([]);
});
