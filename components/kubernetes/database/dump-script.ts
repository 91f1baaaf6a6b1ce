/** Dumps of everything in PostgreSQL, and the way back; programs for bash with `pipefail`. Pure. */

const PASSWORD = '/run/cove/secrets/backup/pgpass';
export const FOLDER = '/var/lib/cove/backup';

/** Others would keep their databases from being dropped, half-way. */
const NOBODY_ELSE = [
  `others=$(psql --dbname postgres --no-align --tuples-only --command "SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" | tr '\\n' ' ')`,
  'if [ -n "$others" ]; then echo "Still connected: $others; scale what they belong to down first." >&2; exit 1; fi',
];
/** Who restores is there, and keeps the password that the installation knows. Roles come before the first database. */
const WITHOUT_ITSELF = `sed '1,/^\\\\connect/{/^\\(DROP\\|CREATE\\|ALTER\\) ROLE \\(IF EXISTS \\)\\?'"$PGUSER"'\\( WITH .*\\)\\?;$/d}'`;
const RESTORE = `${WITHOUT_ITSELF} | psql --quiet --set ON_ERROR_STOP=1 --dbname postgres --output /dev/null`;

/** In the pod of PostgreSQL; the dump comes in at standard input. */
export const restoreScript = (user: string, passwordFile: string): string =>
  [
    'set -euo pipefail',
    `export PGHOST=127.0.0.1 PGUSER=${user} PGPASSWORD="$(cat ${passwordFile})"`,
    ...NOBODY_ELSE,
    `gunzip | ${RESTORE}`,
    'echo "Restored."',
    '',
  ].join('\n');

/** Whole or not at all: a dump has its name only once it is complete. Ends with a list of those there are. */
const dump = (days: number) => [
  `file=${FOLDER}/$(date -u +%Y-%m-%dT%H-%M-%SZ).sql.gz`,
  'pg_dumpall --clean --if-exists --no-password | gzip > "$file.part"',
  'mv "$file.part" "$file"',
  `find ${FOLDER} -name '*.sql.gz' -mtime +${days} -delete`,
  `find ${FOLDER} -name '*.part' -mmin +720 -delete`,
  `ls -l ${FOLDER}`,
];

/** In the pod of the nightly dumps, which are kept for so many days; with `RESTORE` it brings the one of that name back. */
export const backupScript = (days: number): string =>
  [
    'set -eu',
    `cp ${PASSWORD} /tmp/pgpass && chmod 0600 /tmp/pgpass`,
    `if [ -n "\${RESTORE:-}" ]; then`,
    ...NOBODY_ELSE,
    `gunzip --test "${FOLDER}/$RESTORE"`,
    `gunzip --stdout "${FOLDER}/$RESTORE" | ${RESTORE}`,
    'echo "Restored from $RESTORE."',
    'else',
    ...dump(days),
    'fi',
  ].join('\n');
