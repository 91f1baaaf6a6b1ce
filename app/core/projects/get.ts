import type { Context } from '../context.ts';
import { requireProject } from '../rights.ts';
import { type ProjectView, viewProject } from './view.ts';

/** One project. */
export async function getProject(context: Context, projectId: string): Promise<ProjectView> {
  const { db } = context.platform;
  return viewProject(db, context, await requireProject(db, context, projectId, 'project.read'));
}
