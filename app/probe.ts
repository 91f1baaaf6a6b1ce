/**
 * The container's health check: `node app/probe.ts SETTINGS`. The API must be ready to take requests; the other roles
 * listen to nobody, and end by themselves where they cannot go on.
 */
import { readSettings } from './settings.ts';

try {
  const settings = readSettings(process.argv[2] ?? '');
  if (settings.role === 'api') {
    const answer = await fetch(`http://127.0.0.1:${settings.http.port}/readyz`);
    if (!answer.ok) throw new Error(`/readyz answers ${answer.status}: ${await answer.text()}`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
