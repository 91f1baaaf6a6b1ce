/** The API's root: where its lists are. */
import { z } from 'zod';
import type { Routes } from '../types.ts';
import { linksOf } from '../urls.ts';

const LIST = /^\/api\/v0\/([a-z-]+)\/$/;

const routes: Routes = async (app) => {
  let names: string[] | undefined;
  /** Paths that answer a page of a list, by the API's own description. */
  const lists = () =>
    Object.entries(app.swagger().paths ?? {}).flatMap(([path, { get } = {}]) => {
      const name = LIST.exec(path)?.[1];
      return name !== undefined && JSON.stringify(get?.responses ?? {}).includes('"results"') ? [name] : [];
    });
  app.get(
    '/api/v0/',
    {
      schema: {
        tags: ['users'],
        summary: 'The lists of this API, by name',
        response: { 200: z.record(z.string(), z.string()) },
      },
    },
    async (request) => {
      names ??= lists().sort();
      const links = linksOf(request);
      return Object.fromEntries(names.map((name) => [name, links.api(name)]));
    },
  );
};
export default routes;
