/** The example project's repository over smart HTTP, read-only, for everybody who reaches this server. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { packetLine, uploadPack } from '../../platform/git-serve.ts';

/** First half of a fetch: which refs there are. */
export function advertiseRefs(
  repository: string,
  protocol: string | undefined,
): { head: string; body: Readable } {
  // Protocol 2 begins without the service's name.
  const head = /version=2/.test(protocol ?? '') ? '' : `${packetLine('# service=git-upload-pack\n')}0000`;
  return { head, body: uploadPack(repository, { advertise: true, protocol }) };
}

/** Second half: the objects. Git compresses long requests. */
export function answerFetch(
  repository: string,
  request: { protocol: string | undefined; encoding: string | undefined; body: Readable },
): Readable {
  const gzip = request.encoding === 'gzip' || request.encoding === 'x-gzip';
  const input = gzip ? request.body.pipe(createGunzip()) : request.body;
  return uploadPack(repository, { advertise: false, protocol: request.protocol, input });
}
