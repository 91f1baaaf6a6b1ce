/**
 * The SDK prints a stack trace for each of a program's thousands of promises, so that one that never ends could be
 * found (PULUMI_DEBUG_PROMISE_LEAKS). That was a third of what a preview computes; it is done only where it is asked for.
 */
import { createRequire } from 'node:module';

type Watch = (promise: Promise<unknown>, context: unknown) => Promise<unknown>;

export function watchPromisesCheaply(environment = process.env): void {
  if (environment.PULUMI_DEBUG_PROMISE_LEAKS) return;
  const sdk = createRequire(import.meta.url)('@pulumi/pulumi/runtime/debuggable.js') as {
    debuggablePromise: Watch & { cheap?: true };
  };
  const watch = sdk.debuggablePromise;
  if (watch.cheap) return;
  const cheap: Watch = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return watch(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  sdk.debuggablePromise = Object.assign(cheap, { cheap: true as const });
}
