import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generate } from '../../../app/api/generate.ts';

const FILE = fileURLToPath(new URL('../../../app/web/src/api.generated.d.ts', import.meta.url));

test('the web application’s types are those of the API: else run `npm run generate`', async () => {
  expect(readFileSync(FILE, 'utf8') === (await generate())).toBe(true);
});
