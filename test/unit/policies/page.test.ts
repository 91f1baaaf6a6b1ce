/** docs/policies.md tells the policies as they are, and its examples for continuous integration run what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { page, renewed } from '../../../policies/generate.ts';
import { root } from '../../../toolchain/root.js';

test('the page is as the policies are', () => {
  expect(renewed(page()), 'run `node policies/generate.ts`').toBe(page());
});

test('the config for editors names the exceptions that the page shows', () => {
  const schema = readFileSync(join(root, 'config', 'schema.json'), 'utf8');
  for (const key of ['policyExceptions', 'policy', 'resource', 'reason', 'until'])
    expect(schema).toContain(`"${key}"`);
});
