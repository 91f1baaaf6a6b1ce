/** PostgreSQL refuses to run as root; in a user namespace of its own it is an ordinary user, with root's files. */
export function asOrdinaryUser(command: string[], uid = process.getuid?.()): [string, ...string[]] {
  const wrapped =
    uid === 0 ? ['unshare', '--user', '--map-user=1000', '--map-group=1000', ...command] : command;
  return wrapped as [string, ...string[]];
}
