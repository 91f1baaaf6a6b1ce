import { createHash, randomBytes } from 'node:crypto';

/** What is kept of a token, session or worker secret. They are random, so no slow hash is needed. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** 40 hex digits, the form Valohai's own tokens have. */
export const newSecret = (): string => randomBytes(20).toString('hex');
