/** The first user, owner of the first organisation. */
import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { audit } from '../core/audit.ts';
import { organizationByName } from '../core/organizations/by-name.ts';
import { hashPassword } from '../core/users/passwords.ts';
import { CoveError } from '../platform/errors.ts';
import { withTransaction } from '../platform/postgres.ts';
import type { Database } from '../platform/tables.ts';
import type { SecretStore } from '../platform/vault.ts';
import type { BootstrapSettings } from '../settings.ts';
import { findSecretJson } from './secret-file.ts';
import type { Keep } from './secret-store.ts';

const PATH = 'operator/administrator';
const actor = { actor: { kind: 'system', name: 'bootstrap' } } as const;
type Tx = Kysely<Database>;

/** Makes the person where he is missing; a password that was changed meanwhile stays. */
export async function ensureAdministrator(
  db: Tx,
  secrets: SecretStore,
  administrator: BootstrapSettings['administrator'],
  keep: Keep,
): Promise<void> {
  const { username, email, organization } = administrator;
  const password = await ensurePassword(secrets, administrator, keep);
  await withTransaction(db, async (tx) => {
    const userId = (await findUser(tx, username)) ?? (await createUser(tx, username, email, password));
    await ensureOwned(tx, userId, username, userId);
    await ensureOwned(tx, userId, organization, null);
  });
}

/** In Vault before it is in the database: a password that nobody knows would be worth nothing. */
async function ensurePassword(
  secrets: SecretStore,
  administrator: BootstrapSettings['administrator'],
  keep: Keep,
): Promise<string> {
  const { username } = administrator;
  const before = await secrets.find(PATH, { fresh: true });
  const known = before?.username === username ? before.password : undefined;
  const password = known ?? randomBytes(15).toString('base64url');
  if (known === undefined) await secrets.put(PATH, { username, password });
  await publish(administrator, password, keep);
  return password;
}

/** For the operator, who reaches the cloud's secret store and not Vault. */
async function publish(
  { username, credentialFile }: BootstrapSettings['administrator'],
  password: string,
  keep: Keep,
): Promise<void> {
  if (credentialFile === undefined) return;
  const before = await findSecretJson(credentialFile);
  if (before?.username === username && before.password === password) return;
  await keep(credentialFile, `${JSON.stringify({ username, password })}\n`);
}

/** Another password, in Vault and in the database; whoever is signed in with the old one has to sign in again. */
export async function resetPassword(
  db: Tx,
  secrets: SecretStore,
  administrator: BootstrapSettings['administrator'],
  keep: Keep,
): Promise<void> {
  const { username } = administrator;
  const password = randomBytes(15).toString('base64url');
  const password_hash = await hashPassword(password);
  await withTransaction(db, async (tx) => {
    const id = await findUser(tx, username);
    if (id === undefined) throw new CoveError('not_found', `There is no user ${username}`);
    await tx.updateTable('users').set({ password_hash }).where('id', '=', id).execute();
    await tx.deleteFrom('tokens').where('user_id', '=', id).where('kind', '=', 'session').execute();
    await audit(tx, actor, 'user.reset_password', { id }, { username });
    // Last, so that a refusal of either leaves both as they were.
    await secrets.put(PATH, { username, password });
  });
  await publish(administrator, password, keep);
}

async function findUser(tx: Tx, username: string): Promise<string | undefined> {
  const query = tx.selectFrom('users').select('id');
  return (await query.where(sql`lower(username)`, '=', username.toLowerCase()).executeTakeFirst())?.id;
}

async function createUser(tx: Tx, username: string, email: string, password: string): Promise<string> {
  const password_hash = await hashPassword(password);
  const values = { username, email, password_hash };
  const { id } = await tx.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow();
  await audit(tx, actor, 'user.create', { id }, { username });
  return id;
}

async function ensureOwned(
  tx: Tx,
  userId: string,
  name: string,
  personalUserId: string | null,
): Promise<void> {
  const found = await organizationByName(tx, name);
  if (found?.personal_user_id && found.personal_user_id !== userId) {
    throw new CoveError(
      'conflict',
      `${name} is the name of another person: give the organisation another one`,
    );
  }
  // The installation's own organisation: who administers it may change what belongs to everybody.
  const is_operator = personalUserId === null;
  const values = { name, personal_user_id: personalUserId, is_operator };
  const { id } =
    found ?? (await tx.insertInto('organizations').values(values).returning('id').executeTakeFirstOrThrow());
  if (!found) await audit(tx, actor, 'organization.create', { id }, { name });
  else if (is_operator && !found.is_operator)
    await tx.updateTable('organizations').set({ is_operator }).where('id', '=', id).execute();
  await tx
    .insertInto('organization_members')
    .values({ organization_id: id, user_id: userId, role: 'owner' })
    .onConflict((on) => on.doNothing())
    .execute();
}
