import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { Api, oneStep, type Run } from '../support/api.ts';
import { administrator } from '../support/installation.ts';

export const installation = inject('installation');
/** Asked for by every file: one of the tests resets the password. */
export const admin = await administrator(installation);

export const signIn = () => Api.login(installation.httpUrl, admin.username, admin.password);

/** A project of the test's own. */
export async function newProject(api: Api): Promise<{ id: string; name: string }> {
  return api.ok('POST', '/projects/', { name: `t-${randomUUID().slice(0, 8)}` });
}

/** Runs one command in a container from an ad-hoc package and gives the created execution. */
export async function start(
  api: Api,
  projectId: string,
  command: string | string[],
  more: {
    image?: string;
    yaml?: string;
    files?: Record<string, string>;
    request?: Record<string, unknown>;
  } = {},
): Promise<Run> {
  const yaml = oneStep(command, more.image, more.yaml);
  const commit = await api.importPackage(projectId, { 'valohai.yaml': yaml, ...more.files });
  return api.create(projectId, commit, 'go', more.request);
}
