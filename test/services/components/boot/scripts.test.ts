import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { appHostDocument } from '../../../../components/boot/app-host.ts';
import { AZURE_HELPER, GOOGLE_HELPER } from '../../../../components/boot/registry-helpers.ts';
import { workerDocument } from '../../../../components/boot/worker.ts';
import { appHostArgs, workerArgs } from '../../../support/boot.ts';

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

test('the login to Azure’s registry names the machine’s identity, wherever it is said', () => {
  const registry = { kind: 'azure', host: 'cove.azurecr.io', clientId: 'client-of-the-host' } as const;
  const document = parse(appHostDocument({ ...appHostArgs(), registry })) as {
    write_files: { path: string; content: string }[];
  };
  const helper = document.write_files.find(({ path }) => path.endsWith('docker-credential-cove'))?.content;
  expect(helper).toContain('query["client_id"] = "client-of-the-host"');
  expect(helper).not.toContain('CLIENT_ID');
});
