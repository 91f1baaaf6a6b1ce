/** docs/monitoring/alerts.yaml and the scrape config of docs/operations.md, in the hands of a real Prometheus. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { freePort, type Server, startServer, until } from '../../support/process.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const ALERTS = join(root, 'docs', 'monitoring', 'alerts.yaml');
const promtool = async (...args: string[]) => (await promisify(execFile)('promtool', args)).stdout;

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cove-prometheus-'));
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  await platform.operator('operator', [[ada, 'member']]);
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('each alert is told when it should be, and says what to do', async () => {
  expect(await promtool('check', 'rules', ALERTS)).toContain('6 rules found');
  await promtool('test', 'rules', join(import.meta.dirname, 'alerts.promtool.yaml'));
});

test('Prometheus with the documented config reads an installation and holds it to the rules', async () => {
  const origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const prometheus = await start(new URL(origin).host);
  try {
    const target = await until('a first scrape', async () => {
      const { activeTargets } = await prometheus.ask<{ activeTargets: Target[] }>('targets');
      return activeTargets.find(({ health }) => health !== 'unknown');
    });
    expect(target).toMatchObject({ health: 'up', lastError: '' });
    const query = `query?query=${encodeURIComponent('cove_part_up == 1')}`;
    const { result } = await prometheus.ask<{ result: { metric: { part: string } }[] }>(query);
    expect(result.map(({ metric }) => metric.part).sort()).toEqual(['database', 'queue', 'vault']);
    await until('the rules evaluated', async () => {
      const { groups } = await prometheus.ask<{ groups: { rules: Rule[] }[] }>('rules');
      return (
        groups[0]?.rules.filter(({ health, state }) => health === 'ok' && state === 'inactive').length === 6
      );
    });
  } finally {
    await prometheus.server.stop();
  }
});

interface Target {
  health: string;
  lastError: string;
}
interface Rule {
  health: string;
  state: string;
}
/** A Prometheus with the config of the page, to which this API and this token are given. */
async function start(target: string): Promise<{ server: Server; ask<T>(path: string): Promise<T> }> {
  const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
  const config = parse(/```yaml\n(scrape_configs:[\s\S]*?)```/.exec(page)?.[1] ?? '');
  const [scrape] = config.scrape_configs;
  scrape.scheme = 'http';
  scrape.static_configs[0].targets = [target];
  scrape.authorization.credentials_file = join(folder, 'cove-token');
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  writeFileSync(scrape.authorization.credentials_file, ada.token, { mode: 0o600 });
  cpSync(ALERTS, join(folder, 'alerts.yaml'));
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const origin = `127.0.0.1:${await freePort()}`;
  const server = await startServer(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${origin}`,
    ],
    (output) => output.includes('ready to receive web requests'),
  );
  const ask = async <T>(path: string) => {
    const answer = await fetch(`http://${origin}/api/v1/${path}`);
    return ((await answer.json()) as { data: T }).data;
  };
  return { server, ask };
}
