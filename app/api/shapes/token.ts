import { z } from 'zod';
import { Time, time, timeOrNull } from './time.ts';

export const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    ctime: Time,
    last_used: Time.nullable(),
    expires_at: Time.nullable(),
  })
  .meta({ id: 'Token' });
/** Only the answer to its creation holds the token itself. */
export const NewToken = Token.extend({ token: z.string() }).meta({ id: 'NewToken' });

interface Row {
  id: string;
  name: string;
  ctime: Date;
  last_used: Date | null;
  expires_at: Date | null;
}
export const tokenShape = (row: Row): z.infer<typeof Token> => ({
  id: row.id,
  name: row.name,
  ctime: time(row.ctime),
  last_used: timeOrNull(row.last_used),
  expires_at: timeOrNull(row.expires_at),
});
