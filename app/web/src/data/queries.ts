import { queryOptions } from '@tanstack/react-query';
import { get } from './api.ts';
import type {
  Commit,
  Environment,
  Execution,
  MetadataPoint,
  Output,
  Page,
  Project,
  Token,
  User,
} from './types.ts';
import { isAlive } from './types.ts';

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: () => get<User>('/users/me/'),
  retry: false,
  staleTime: 60_000,
});
export const projects = queryOptions({
  queryKey: ['projects'],
  queryFn: async () => (await get<Page<Project>>('/projects/?limit=9000')).results,
});
/** A project by what its address says. */
export const projectByName = (owner: string, name: string) =>
  queryOptions({
    ...projects,
    select: (all: Project[]) =>
      all.find(
        (p) =>
          p.owner.username.toLowerCase() === owner.toLowerCase() &&
          p.name.toLowerCase() === name.toLowerCase(),
      ) ?? null,
  });
export const projectDetail = (id: string) =>
  queryOptions({ queryKey: ['project', id], queryFn: () => get<Project>(`/projects/${id}/`) });
export const commits = (projectId: string) =>
  queryOptions({
    queryKey: ['commits', projectId],
    queryFn: () => get<Commit[]>(`/projects/${projectId}/commits/`),
  });
export const commitConfig = (projectId: string, identifier: string) =>
  queryOptions({
    queryKey: ['commit', projectId, identifier],
    queryFn: () => get<Commit>(`/commits/${identifier}/?project=${projectId}&include=config`),
    enabled: identifier !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
export const environments = queryOptions({
  queryKey: ['environments'],
  queryFn: async () => (await get<Page<Environment>>('/environments/?limit=9000')).results,
});
export const executions = (projectId: string) =>
  queryOptions({
    queryKey: ['executions', projectId],
    queryFn: async () =>
      (
        await get<Page<Execution>>(
          `/executions/?project=${projectId}&limit=200&ordering=-counter&deleted=false`,
        )
      ).results,
    refetchInterval: (query) => (query.state.data?.some((e) => isAlive(e.status)) ? 1500 : 10_000),
  });
export const execution = (projectId: string, counter: string) =>
  queryOptions({
    queryKey: ['execution', projectId, counter],
    queryFn: () => get<Execution>(`/executions/${projectId}:${counter}/`),
    refetchInterval: (query) =>
      query.state.data === undefined || isAlive(query.state.data.status) ? 1000 : false,
  });
export const metadata = (executionId: string, alive: boolean) =>
  queryOptions({
    queryKey: ['metadata', executionId],
    queryFn: async () => (await get<Page<MetadataPoint>>(`/executions/${executionId}/metadata/`)).results,
    refetchInterval: alive ? 1000 : false,
  });
export const outputs = (executionId: string) =>
  queryOptions({
    queryKey: ['outputs', executionId],
    queryFn: async () =>
      (await get<Page<Output>>(`/data/?output_execution=${executionId}&limit=5000`)).results,
  });
export const tokens = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await get<Page<Token>>('/tokens/')).results,
});
