/**
 * What the SDK does for somebody who looks for a fault in it: it prints a stack trace for each of a program's thousands
 * of promises, and tells the engine of every step of every resource, one message after the other, for its log of the
 * finest level. That is half of what a preview takes; it is done only where PULUMI_DEBUG_PROMISE_LEAKS asks for it.
 */
import { createRequire } from 'node:module';

type Watch = (promise: Promise<unknown>, context: unknown) => Promise<unknown>;

const require = createRequire(import.meta.url);

export function spareDebugging(environment = process.env): void {
  if (environment.PULUMI_DEBUG_PROMISE_LEAKS) return;
  watchPromisesCheaply();
  const log = require('@pulumi/pulumi/log/index.js') as { debug: () => Promise<void> };
  log.debug = () => Promise.resolve();
}

function watchPromisesCheaply(): void {
  const sdk = require('@pulumi/pulumi/runtime/debuggable.js') as {
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
