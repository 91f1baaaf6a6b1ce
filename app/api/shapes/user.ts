import { z } from 'zod';
import { Time, time } from './time.ts';

/** The clients store this object and use it again later: `id` and `username` never go. */
export const User = z
  .object({
    id: z.string(),
    username: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    ctime: Time,
  })
  .meta({ id: 'User' });

interface Row {
  id: string;
  username: string;
  email: string;
  first_name: string;
  last_name: string;
  ctime: Date;
}
export const userShape = ({
  id,
  username,
  email,
  first_name,
  last_name,
  ctime,
}: Row): z.infer<typeof User> => ({
  id,
  username,
  email,
  first_name,
  last_name,
  ctime: time(ctime),
});
