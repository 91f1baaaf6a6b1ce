import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ROUNDS = 4096;

/** What PostgreSQL keeps of a password (RFC 5802): sent instead of it, so that no statement ever holds one. */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ROUNDS, 32, 'sha256');
  const derive = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(derive('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString('base64')}$${stored}:${derive('Server Key').toString('base64')}`;
}
