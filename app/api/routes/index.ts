/** Every file with routes. `apiRoutes` ask who calls (auth.ts); `outsideRoutes` are for programs and browsers. */
import type { Routes } from '../types.ts';
import git from './git.ts';
import health from './health.ts';
import store from './store.ts';

export const apiRoutes: Routes[] = [];
export const outsideRoutes: Routes[] = [health, store, git];
