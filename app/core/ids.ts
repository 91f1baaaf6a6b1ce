const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Asked before an id from outside reaches a `uuid` column: PostgreSQL would fail the statement. */
export const isUuid = (text: string): boolean => UUID.test(text);
