import { hash, verify } from '@node-rs/argon2';

/** Of a random text nobody knows: what an unknown user's password is compared with, so that it takes as long. */
const DUMMY =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Z1yYc0dVJZ6gIYg0m3i4PVtBvUQ2wDJ5q3fFWQG4vCs';

/** Argon2id with the library's parameters (19 MiB, 2 rounds). */
export const hashPassword = (password: string): Promise<string> => hash(password);

/** Whether the password is right. Without a hash it takes as long and is false. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  try {
    const right = await verify(stored ?? DUMMY, password);
    return right && stored !== null;
  } catch {
    return false;
  }
}
