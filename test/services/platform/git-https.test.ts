/** Git over HTTPS, from a host whose certificate a company's own authority signed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchMirror, hasCommit, listHeads, parseGitUrl } from '../../../app/platform/git.ts';
import { packetLine, uploadPack } from '../../../app/platform/git-serve.ts';
import { setOutbound } from '../../../app/platform/outbound.ts';
import { testCertificates } from '../../support/certificates.ts';
import { type GitHost, type GitRepository, startGitHost } from '../../support/sshd.ts';

let folder: string;
let authority: string;
let host: GitHost;
let repository: GitRepository;
let server: Server;
const remote = () => {
  const at = `localhost:${(server.address() as AddressInfo).port}`;
  return { address: parseGitUrl(`https://${at}/work.git`), trusted: [at] };
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-git-https-'));
  host = await startGitHost();
  repository = await host.repository('work', { 'a.txt': 'one\n' });
  const made = await testCertificates(['localhost']);
  authority = made.caFile;
  // Git's smart HTTP protocol, as Git hosts speak it.
  server = createServer({ key: made.key, cert: made.certificate }, (request, response) => {
    const advertise = request.method === 'GET';
    const protocol = String(request.headers['git-protocol'] ?? '');
    response.setHeader(
      'content-type',
      `application/x-git-upload-pack-${advertise ? 'advertisement' : 'result'}`,
    );
    if (advertise) response.write(`${packetLine('# service=git-upload-pack\n')}0000`);
    uploadPack(repository.path, { advertise, protocol, ...(advertise ? {} : { input: request }) }).pipe(
      response,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server?.close();
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

test('an unknown authority is refused in words; a given one is trusted, and branches and tags arrive', async () => {
  await expect(fetchMirror(folder, 'p', remote(), [])).rejects.toThrow(/certificate/i);

  setOutbound({ certificateAuthorityFiles: [authority] });
  const tagged = await repository.commit({ 'a.txt': 'two\n' }, { tag: 'v1' });
  await fetchMirror(folder, 'p', remote(), []);
  expect((await listHeads(folder, 'p')).map(({ name }) => name).sort()).toEqual(['main', 'v1']);
  expect(await hasCommit(folder, 'p', tagged)).toBe(true);
});
