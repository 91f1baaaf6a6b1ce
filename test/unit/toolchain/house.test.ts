import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import house from '../../../.dependency-cruiser.js';

/** Importing file, imported file, and how: every pair is planted in one small tree. */
const refused: [string, string, ('value' | 'type')?][] = [
  ['config/schema.ts', 'app/settings.ts', 'type'],
  ['components/aws/network.ts', 'app/settings.ts'],
  ['components/aws/network.ts', 'app/platform/errors.ts', 'type'],
  ['components/aws/queue.ts', 'toolchain/programs.js'],
  ['components/local/host.ts', 'app/settings.ts'],
  ['stacks/aws.ts', 'app/settings.ts'],
  ['stacks/aws.ts', 'toolchain/programs.js'],
  ['policies/network.ts', 'components/naming.ts'],
  ['toolchain/cove.js', 'app/settings.ts'],
  ['app/core/projects/create.ts', 'app/api/server.ts', 'type'],
  ['app/core/projects/create.ts', 'config/schema.ts'],
  ['app/core/lifecycle/tables.ts', 'app/platform/errors.ts'],
  ['app/core/lifecycle/run-store-memory.ts', 'app/settings.ts'],
  ['app/core/lifecycle/run-store-sql.ts', 'app/core/rights.ts'],
  ['app/yaml/parse.ts', 'app/platform/errors.ts'],
  ['app/protocol/worker.ts', 'app/settings.ts'],
  ['app/api/routes/data.ts', 'app/platform/postgres.ts'],
  ['app/scheduler/reap.ts', 'app/api/server.ts'],
  ['app/worker/claim.ts', 'app/core/rights.ts', 'type'],
  ['app/platform/redis.ts', 'app/protocol/worker.ts', 'type'],
  ['app/bootstrap/main.ts', 'app/api/server.ts'],
  ['app/web/src/page.ts', 'app/core/rights.ts', 'type'],
  ['app/cli/up.ts', 'app/core/rights.ts'],
  ['app/cli/down.ts', 'components/naming.ts'],
  ['app/main.ts', 'config/schema.ts'],
];
const allowed: [string, string, ('value' | 'type')?][] = [
  ['components/gcp/network.ts', 'app/settings.ts', 'type'],
  ['components/gcp/network.ts', 'config/schema.ts'],
  ['components/local/vault.ts', 'toolchain/programs.js'],
  ['components/local/vault.ts', 'components/naming.ts'],
  ['stacks/gcp.ts', 'components/naming.ts'],
  ['policies/tls.ts', 'components/contract.ts', 'type'],
  ['app/core/users/create.ts', 'app/platform/postgres.ts'],
  ['app/core/users/create.ts', 'app/core/lifecycle/tables.ts'],
  ['app/core/lifecycle/queue-sql.ts', 'app/platform/postgres.ts'],
  ['app/api/routes/users.ts', 'app/core/rights.ts'],
  ['app/worker/run.ts', 'app/protocol/worker.ts'],
  ['app/worker/run.ts', 'app/settings.ts'],
  ['app/scheduler/ring.ts', 'app/core/rights.ts'],
  ['app/cli/doctor.ts', 'toolchain/programs.js'],
  ['app/cli/doctor.ts', 'stacks/gcp.ts'],
  ['app/services.ts', 'app/core/rights.ts'],
  ['test/unit/x.test.ts', 'app/core/rights.ts'],
];

const tree = realpathSync(mkdtempSync(join(tmpdir(), 'house-')));
let found: Set<string>;

beforeAll(async () => {
  const imports = new Map<string, string[]>();
  for (const [from, to, how] of [...refused, ...allowed]) {
    const path = `${'../'.repeat(from.split('/').length - 1) || './'}${to}`;
    const line = how === 'type' ? `import type { x } from '${path}';` : `import { x } from '${path}';`;
    imports.set(from, [
      ...(imports.get(from) ?? []),
      line,
      `export const used${imports.size} = {} as typeof x;`,
    ]);
    if (!imports.has(to)) imports.set(to, []);
  }
  for (const [file, lines] of imports) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    // A JavaScript file of the toolchain cannot say `as`.
    const body = file.endsWith('.js') ? lines.filter((line) => line.startsWith('import')) : lines;
    writeFileSync(join(tree, file), `${body.join('\n')}\nexport const x = 1;\n`);
  }
  const { forbidden, options } = house;
  const result = await cruise(
    ['app', 'components', 'config', 'policies', 'stacks', 'test', 'toolchain'],
    { ...options, baseDir: tree, validate: true, ruleSet: { forbidden } as IFlattenedRuleSet },
    { conditionNames: options.enhancedResolveOptions.conditionNames },
  );
  const { violations } = (result.output as ICruiseResult).summary;
  found = new Set(violations.map((violation) => `${violation.from} → ${violation.to}`));
});
afterAll(() => rmSync(tree, { recursive: true }));

test.each(refused)('%s must not import %s', (from, to) => {
  expect(found).toContain(`${from} → ${to}`);
});

test.each(allowed)('%s may import %s', (from, to) => {
  expect(found).not.toContain(`${from} → ${to}`);
});
