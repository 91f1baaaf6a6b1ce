const running = new Map<string, Promise<unknown>>();

/** One at a time for each key: two fetches into one mirror would wait on Git's own locks, and fail. */
export function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = running.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const done = mine.catch(() => {});
  running.set(key, done);
  void done.then(() => {
    if (running.get(key) === done) running.delete(key);
  });
  return mine;
}
