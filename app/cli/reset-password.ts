import type { Places } from './installation.ts';

/** Gives the administrator a new password, in Vault and in the database. */
export async function resetPassword(_places: Places): Promise<void> {}
