/** The pack under the real engine: as a program and as a folder it stops what breaks a rule, before it is made. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from '@pulumi/aws/ec2/instance.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { Bucket } from '@pulumi/aws/s3/bucket.js';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../toolchain/root.js';
import { FakeStack } from '../../fakes/cloud/with.ts';
import { PACK, PACK_FOLDER } from '../../policies/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = parse(readFileSync(join(root, 'config', 'aws.yaml'), 'utf8'));
const config = (more: object): string => {
  const file = join(folder, 'prod.yaml');
  writeFileSync(file, JSON.stringify({ ...example, ...more }));
  return file;
};

/** What the engine says, whether or not it goes through. */
async function said(
  pack: string,
  how: 'preview' | 'up',
  program: () => Promise<Record<string, unknown>>,
  more = {},
) {
  const stack = await FakeStack.open({
    name: 'prod',
    policyPacks: [pack],
    env: { COVE_CONFIG: config(more), COVE_ROOT: root },
  });
  try {
    const output = await stack[how](program).then(
      (run) => `went through\n${run.output}`,
      (error: Error) => error.message,
    );
    return { output, made: stack.cloud.all().map(({ type }) => type) };
  } finally {
    await stack.close();
  }
}

const publicHost = async () => {
  new Instance('bastion', {
    instanceType: 't3.micro',
    ami: 'ami-0a1b2c3d4e5f60718',
    associatePublicIpAddress: true,
    rootBlockDevice: { encrypted: true },
    metadataOptions: { httpTokens: 'required' },
    tags: { installation: 'prod', 'managed-by': 'cove', valohai: '1' },
  });
  return {};
};
const allowed = {
  policyExceptions: [
    { policy: 'NET-04', resource: 'bastion', reason: 'a bastion for the audit', until: '2999-12-31' },
  ],
};

describe.each([
  ['a program', PACK],
  ['a folder', PACK_FOLDER],
])('as %s', (_what, pack) => {
  it('stops one resource before it is made', async () => {
    const { output, made } = await said(pack, 'up', publicHost);
    expect(output).toMatch(/NET-04: it is given a public address\. Needed: /);
    expect(made).not.toContain('aws:ec2/instance:Instance');
  });
});

it('sees in a preview what is missing from the whole', async () => {
  const { output } = await said(PACK, 'preview', async () => {
    new Vpc('network', { cidrBlock: '10.0.0.0/16' });
    new Bucket('data', {});
    return {};
  });
  expect(output).toMatch(/NET-05: the network has no flow log/);
  expect(output).toMatch(/STO-01: nothing blocks public access/);
  expect(output).not.toContain('went through');
});

it('lets through what an exception names', async () => {
  const { output } = await said(PACK, 'preview', publicHost, allowed);
  expect(output).toContain('went through');
});
