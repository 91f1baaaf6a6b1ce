import { z } from 'zod';
import type { TeamView } from '../../core/teams/view.ts';
import type { Links } from '../urls.ts';

export const Team = z
  .object({
    id: z.string(),
    name: z.string(),
    owner: z.object({ id: z.string(), username: z.string() }).describe('The organization.'),
    members: z.array(z.object({ id: z.string(), username: z.string(), email: z.string() })),
    url: z.string(),
    urls: z.object({ members: z.string() }),
  })
  .meta({ id: 'Team' });

export const teamShape = (row: TeamView, links: Links): z.infer<typeof Team> => ({
  id: row.id,
  name: row.name,
  owner: { id: row.organization_id, username: row.owner },
  members: row.members.map(({ id, username, email }) => ({ id, username, email })),
  url: links.api('teams', row.id),
  urls: { members: links.api('teams', row.id, 'members') },
});
