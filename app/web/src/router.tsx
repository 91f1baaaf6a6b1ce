import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from './data/api.ts';
import { me } from './data/queries.ts';
import { EnvironmentsPage } from './pages/environments.tsx';
import { ExecutionPage } from './pages/execution.tsx';
import { NewExecutionPage } from './pages/new-execution.tsx';
import { ProjectPage } from './pages/project.tsx';
import { ProjectsPage } from './pages/projects.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { TokensPage } from './pages/tokens.tsx';
import { Failure } from './parts/failure.tsx';
import { Shell } from './parts/shell.tsx';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  errorComponent: Failure,
  notFoundComponent: () => <Failure error={new Error('There is no such page.')} />,
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    // Only a path of our own: an address elsewhere would make this page a springboard.
    const next = search.next;
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};
  },
  component: SignInPage,
});
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(me);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
      throw error;
    }
  },
});
const page = <P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => signedIn, path, component });

const routes = root.addChildren([
  signIn,
  signedIn.addChildren([
    page('/', ProjectsPage),
    page('/auth/tokens', TokensPage),
    page('/environments', EnvironmentsPage),
    page('/p/$owner/$project', ProjectPage),
    page('/p/$owner/$project/settings', SettingsPage),
    page('/p/$owner/$project/executions/new', NewExecutionPage),
    page('/p/$owner/$project/executions/$counter', ExecutionPage),
  ]),
]);

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({ routeTree: routes, context: { queryClient }, trailingSlash: 'preserve' });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
