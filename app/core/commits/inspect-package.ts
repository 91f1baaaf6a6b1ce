import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { CoveError, invalid } from '../errors.ts';
import { MAX_YAML_BYTES } from './config.ts';
import { insidePath, LIMITS, packageJudge } from './package-rules.ts';

const refuse = (why: string) => invalid('data', `The package is refused. ${why}`);

/**
 * Reads a `.tgz` through once without writing anything, and gives the text of one of its files, null if it is not
 * there. Throws at the first entry that must not be, and as soon as it grows beyond the limits.
 */
export async function inspectPackage(file: string, yamlPath: string): Promise<{ yaml: string | null }> {
  const judge = packageJudge();
  let packed = 0;
  let unpacked = 0;
  let yaml: Buffer | null = null;
  const source = createReadStream(file);
  source.on('data', (chunk) => {
    packed += chunk.length;
  });
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      if (unpacked > LIMITS.unpackedBytes)
        done(refuse(`Unpacked it is larger than ${LIMITS.unpackedBytes / 1024 ** 2} MiB.`));
      else if (unpacked > LIMITS.ratioFromBytes && unpacked > packed * LIMITS.ratio)
        done(refuse('It grows too much when unpacked.'));
      else done(null, chunk);
    },
  });
  const entries = extract();
  entries.on('entry', (header, stream, next) => {
    // Refusing ends this stream with the same error, which is told once already.
    stream.on('error', () => {});
    const complaint = judge({
      name: header.name,
      type: header.type ?? 'file',
      size: header.size ?? 0,
      linkname: header.linkname ?? null,
    });
    if (complaint) return next(refuse(complaint));
    const wanted = header.type === 'file' && insidePath(header.name) === insidePath(yamlPath);
    if (wanted && (header.size ?? 0) > MAX_YAML_BYTES) return next(refuse(`${yamlPath} is too large.`));
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => wanted && chunks.push(chunk as Buffer));
    stream.on('end', () => {
      if (wanted) yaml = Buffer.concat(chunks);
      next();
    });
  });
  try {
    await pipeline(source, createGunzip(), guard, entries);
  } catch (error) {
    if (error instanceof CoveError) throw error;
    throw refuse(`It is not a whole .tar.gz file: ${(error as Error).message}`);
  }
  return { yaml: (yaml as Buffer | null)?.toString('utf8') ?? null };
}
