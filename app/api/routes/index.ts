/** Every file with routes. `apiRoutes` ask who calls (auth.ts); `outsideRoutes` are for programs and browsers. */
import type { Routes } from '../types.ts';
import commits from './commits.ts';
import data from './data.ts';
import datasets from './datasets.ts';
import datumAliases from './datum-aliases.ts';
import environments from './environments.ts';
import events from './events.ts';
import executions from './executions.ts';
import git from './git.ts';
import health from './health.ts';
import jobs from './jobs.ts';
import metadata from './metadata.ts';
import metrics from './metrics.ts';
import notebooks from './notebooks.ts';
import organizations from './organizations.ts';
import presets from './presets.ts';
import projectMembers from './project-members.ts';
import projects from './projects.ts';
import quotas from './quotas.ts';
import registryCredentials from './registry-credentials.ts';
import repositories from './repositories.ts';
import root from './root.ts';
import secrets from './secrets.ts';
import store from './store.ts';
import stores from './stores.ts';
import teams from './teams.ts';
import users from './users.ts';
import variableGroups from './variable-groups.ts';
import worker from './worker.ts';
import workerStacks from './worker-stacks.ts';
import workers from './workers.ts';

export const apiRoutes: Routes[] = [
  users,
  organizations,
  teams,
  quotas,
  projects,
  projectMembers,
  repositories,
  commits,
  environments,
  presets,
  executions,
  metadata,
  notebooks,
  events,
  data,
  variableGroups,
  stores,
  registryCredentials,
  datumAliases,
  datasets,
  jobs,
  worker,
  workerStacks,
  workers,
  secrets,
  metrics,
  root,
];
export const outsideRoutes: Routes[] = [health, store, git];
