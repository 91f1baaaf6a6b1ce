/** Every file with routes. `apiRoutes` ask who calls (auth.ts); `outsideRoutes` are for programs and browsers. */
import type { Routes } from '../types.ts';
import commits from './commits.ts';
import data from './data.ts';
import environments from './environments.ts';
import events from './events.ts';
import executions from './executions.ts';
import git from './git.ts';
import health from './health.ts';
import organizations from './organizations.ts';
import projectMembers from './project-members.ts';
import projects from './projects.ts';
import repositories from './repositories.ts';
import secrets from './secrets.ts';
import store from './store.ts';
import users from './users.ts';
import worker from './worker.ts';
import workerStacks from './worker-stacks.ts';

export const apiRoutes: Routes[] = [
  users,
  organizations,
  projects,
  projectMembers,
  repositories,
  commits,
  environments,
  executions,
  events,
  data,
  worker,
  workerStacks,
  secrets,
];
export const outsideRoutes: Routes[] = [health, store, git];
