import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { projectByName } from '../data/queries.ts';
import type { Project } from '../data/types.ts';

/** The project that the page's address names. */
export function useProject(): Project {
  const { owner, project } = useParams({ strict: false });
  const { data } = useSuspenseQuery(projectByName(owner ?? '', project ?? ''));
  if (data === null) throw new Error(`There is no project ${owner}/${project}, or you may not see it.`);
  return data;
}
