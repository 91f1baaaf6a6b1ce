import { z } from 'zod';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Organization = z
  .object({
    id: z.string(),
    name: z.string(),
    personal: z.boolean().describe("Somebody's own, with that one member."),
    role: z.enum(['owner', 'admin', 'member', 'viewer']).describe('Of who asks.'),
    ctime: Time,
    url: z.string(),
  })
  .meta({ id: 'Organization' });

export const Member = z
  .object({
    id: z.string(),
    username: z.string(),
    email: z.string(),
    role: z.enum(['owner', 'admin', 'member', 'viewer']),
  })
  .meta({ id: 'Member' });

interface Row {
  id: string;
  name: string;
  personal_user_id: string | null;
  role: z.infer<typeof Organization>['role'];
  ctime: Date;
}
export const organizationShape = (row: Row, links: Links): z.infer<typeof Organization> => ({
  id: row.id,
  name: row.name,
  personal: row.personal_user_id !== null,
  role: row.role,
  ctime: time(row.ctime),
  url: links.api('organizations', row.id),
});
