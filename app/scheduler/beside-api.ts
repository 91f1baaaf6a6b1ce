/** Jobs that need the credentials of people's stores, which the scheduler's identity may not read: the API runs them. */
import type { Context, Platform } from '../core/context.ts';
import { uploadsLeft } from './jobs/left-uploads.ts';
import { startJob } from './runner.ts';

/** Starts them, until the platform is closed. */
export function withJobs<T extends { platform: Platform; close(): Promise<void> }>(opened: T): T {
  const context: Context = { platform: opened.platform, actor: { kind: 'system', name: 'scheduler' } };
  const running = startJob(context, uploadsLeft);
  return {
    ...opened,
    close: async () => {
      await running.close();
      await opened.close();
    },
  };
}
