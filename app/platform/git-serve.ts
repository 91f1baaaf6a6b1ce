/** One bare repository, read-only, by Git's smart HTTP protocol: `git upload-pack` behind two addresses. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gitEnvironment } from './git-command.ts';

const LONGEST_MS = 10 * 60_000;

export interface UploadPack {
  /** True: tell the refs; false: answer the request in `input`. */
  advertise: boolean;
  /** The `Git-Protocol` header. */
  protocol?: string | undefined;
  input?: Readable;
}

/** Starts it; what comes out is the body of the answer. Ends with the reader, or after ten minutes. */
export function uploadPack(repository: string, request: UploadPack): Readable {
  const protocol =
    request.protocol && /^[a-z0-9=:.-]{1,100}$/i.test(request.protocol) ? request.protocol : undefined;
  const child = spawn(
    'git',
    [
      '-c',
      `safe.directory=${repository}`,
      'upload-pack',
      '--stateless-rpc',
      ...(request.advertise ? ['--advertise-refs'] : []),
      '--strict',
      '--',
      repository,
    ],
    {
      env: { ...gitEnvironment(), ...(protocol ? { GIT_PROTOCOL: protocol } : {}) },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: LONGEST_MS,
    },
  );
  child.stdout.once('close', () => child.kill());
  child.once('error', (error) => child.stdout.destroy(error));
  // A client that went away, or a git that ended early, is no fault to tell.
  child.stdin.on('error', () => {});
  if (request.input) {
    request.input.once('error', () => child.kill());
    request.input.pipe(child.stdin);
  } else child.stdin.end();
  return child.stdout;
}

/** A packet line of the protocol. */
export const packetLine = (text: string): string =>
  (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
