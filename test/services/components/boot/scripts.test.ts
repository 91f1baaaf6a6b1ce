import { execFileSync } from 'node:child_process';
import { test } from 'vitest';
import { parse } from 'yaml';
import { AZURE_HELPER, GOOGLE_HELPER } from '../../../../components/boot/registry-helpers.ts';
import { workerDocument } from '../../../../components/boot/worker.ts';
import { workerArgs } from '../../../support/boot.ts';

const compiles = (input: string) =>
  execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input });
const proofs = [{ kind: 'aws' }, { kind: 'gcp', audience: 'https://x' }, { kind: 'azure' }] as const;

test.each(proofs)('the join by the proof of $kind is Python that Python can read', (proof) => {
  const document = parse(workerDocument({ ...workerArgs(), proof })) as {
    write_files: { path: string; content: string }[];
  };
  compiles(document.write_files.find(({ path }) => path.endsWith('/join'))?.content ?? '(');
});

test('so are the logins to the registries of Google and Azure', () => {
  compiles(GOOGLE_HELPER);
  compiles(AZURE_HELPER);
});
