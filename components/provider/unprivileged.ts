/** Has a name on every Linux (LSB: `bin` or `daemon`), which PostgreSQL asks for; user 1000 has not. */
const SYSTEM_USER = 1;

/** PostgreSQL refuses to run as root; in a user namespace of its own it is an ordinary user, with root's files. */
export function asOrdinaryUser(command: string[], uid = process.getuid?.()): [string, ...string[]] {
  const map = ['--user', `--map-user=${SYSTEM_USER}`, `--map-group=${SYSTEM_USER}`];
  const wrapped = uid === 0 ? ['unshare', ...map, ...command] : command;
  return wrapped as [string, ...string[]];
}
