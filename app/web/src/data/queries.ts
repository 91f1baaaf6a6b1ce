import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { behind } from './series.ts';
import { isAlive, type MetadataPoint, type Project } from './types.ts';

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: () => dataOf(api.GET('/api/v0/users/me/')),
  retry: false,
  staleTime: 60_000,
});
export const projects = queryOptions({
  queryKey: ['projects'],
  queryFn: async () =>
    (await dataOf(api.GET('/api/v0/projects/', { params: { query: { limit: 9000 } } }))).results,
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
const one = (id: string) => ({ params: { path: { id } } });
export const repository = (project: Project) =>
  queryOptions({
    queryKey: ['repository', project.id],
    queryFn: () =>
      project.repository === null
        ? null
        : dataOf(api.GET('/api/v0/projects/{id}/repository/', one(project.id))),
  });
export const commits = (projectId: string) =>
  queryOptions({
    queryKey: ['commits', projectId],
    queryFn: () => dataOf(api.GET('/api/v0/projects/{id}/commits/', one(projectId))),
  });
export const commitConfig = (projectId: string, identifier: string) =>
  queryOptions({
    queryKey: ['commit', projectId, identifier],
    queryFn: () =>
      dataOf(
        api.GET('/api/v0/commits/{commit}/', {
          params: { path: { commit: identifier }, query: { project: projectId, include: 'config' } },
        }),
      ),
    enabled: identifier !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
export const environments = queryOptions({
  queryKey: ['environments'],
  queryFn: async () =>
    (await dataOf(api.GET('/api/v0/environments/', { params: { query: { limit: 9000 } } }))).results,
});
export const executions = (projectId: string) =>
  queryOptions({
    queryKey: ['executions', projectId],
    queryFn: async () => {
      const query = { project: projectId, limit: 200, ordering: '-counter', deleted: false };
      return (await dataOf(api.GET('/api/v0/executions/', { params: { query } }))).results;
    },
    refetchInterval: (query) => (query.state.data?.some((e) => isAlive(e.status)) ? 1500 : 10_000),
  });
export const execution = (projectId: string, counter: string) =>
  queryOptions({
    queryKey: ['execution', projectId, counter],
    queryFn: () => dataOf(api.GET('/api/v0/executions/{id}/', one(`${projectId}:${counter}`))),
    refetchInterval: (query) =>
      query.state.data === undefined || isAlive(query.state.data.status) ? 1000 : false,
  });
interface Points {
  points: MetadataPoint[];
  /** They were asked for after the run had ended. */
  whole: boolean;
}
export const metadata = (executionId: string, alive: boolean) =>
  queryOptions({
    queryKey: ['metadata', executionId],
    // Only what came behind the last point that is known.
    queryFn: async ({ client, queryKey }) => {
      const known = client.getQueryData<Points>(queryKey)?.points ?? [];
      const query = { no_count: true, ...behind(known) };
      const { results } = await dataOf(
        api.GET('/api/v0/executions/{id}/metadata/', { params: { path: { id: executionId }, query } }),
      );
      return { points: results.length === 0 ? known : [...known, ...results], whole: !alive };
    },
    // Once more soon after the end, behind an answer that is on its way: the last points arrive with the end.
    refetchInterval: ({ state }) => (alive ? 1000 : state.data?.whole === true ? false : 100),
    // There may be a million of them, and none that is known changes.
    structuralSharing: false,
  });
export const attempts = (executionId: string, number: number, status: string) =>
  queryOptions({
    queryKey: ['attempts', executionId, number, status],
    queryFn: () => dataOf(api.GET('/api/v0/executions/{id}/attempts/', one(executionId))),
    placeholderData: (before) => before,
  });
export const outputs = (executionId: string) =>
  queryOptions({
    queryKey: ['outputs', executionId],
    queryFn: async () => {
      const query = { output_execution: executionId, limit: 5000 };
      return (await dataOf(api.GET('/api/v0/data/', { params: { query } }))).results;
    },
  });
export const download = (datumId: string) =>
  queryOptions({
    queryKey: ['download', datumId],
    queryFn: () => dataOf(api.GET('/api/v0/data/{id}/download/', one(datumId))),
    staleTime: 60_000,
  });
export const tokens = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await dataOf(api.GET('/api/v0/tokens/'))).results,
});
