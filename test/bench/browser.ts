/**
 * `npm run bench -- browser [--rounds 5] [--executions 100000] [--points 1000000]`: a real Chromium opens the list of a project
 * with so many executions, and a run whose chart has so many points: until it can be read, and what the page holds. Beside it,
 * in turns, the same points drawn by uPlot alone, from an array that is there already.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { ensureWebApp } from '../../app/cli/web-app.ts';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable } from '../support/breakable.ts';
import { launchChromium } from '../support/chromium.ts';
import { addExecutions, addPoints, settle } from './history.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    executions: { type: 'string', default: '100000' },
    points: { type: 'string', default: '1000000' },
  },
});
const [rounds, executions, points] = [values.rounds, values.executions, values.points].map(Number) as [
  number,
  number,
  number,
];
const GOAL = { chartMs: 1000, heapMb: 300 };
const PATIENCE_MS = 120_000;
const PLOT = new URL('../../node_modules/uplot/dist/uPlot.iife.min.js', import.meta.url);

/** For the page itself. */
const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))';
const DRAWN = `(async () => {
  const x = Array.from({ length: ${points} }, (_, n) => n + 1);
  const y = x.map((n) => 1 / n);
  const from = performance.now();
  const options = { width: 800, height: 220, scales: { x: { time: false } }, series: [{}, { stroke: 'red' }] };
  globalThis.kept = new uPlot(options, [x, y], document.body);
  await ${PAINTED};
  return performance.now() - from;
})()`;

interface Look {
  ms: number;
  heap: number;
}

/** A page of its own, from its address to what `shown` waits for, painted. */
async function look(
  browser: Browser,
  state: Login,
  address: string,
  shown: (page: Page) => Promise<unknown>,
) {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  try {
    const from = performance.now();
    await page.goto(address, { waitUntil: 'commit' });
    await shown(page);
    await page.evaluate(PAINTED);
    const ms = performance.now() - from;
    return { ms, heap: await heapOf(page) };
  } finally {
    await context.close();
  }
}
type Login = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

/** MB of JavaScript that are in use once what nobody holds is gone. */
async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

async function signedIn(browser: Browser, at: Breakable): Promise<Login> {
  const { username, password } = JSON.parse(
    await readFile(at.at.settings.administrator.credentialFile ?? '', 'utf8'),
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(at.api.base);
  await page.getByLabel('User name').fill(username);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** What drawing as many points costs where nobody has to ask for them. */
async function bare(browser: Browser): Promise<Look> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  try {
    await page.addScriptTag({ content: await readFile(PLOT, 'utf8') });
    const ms = await page.evaluate<number>(DRAWN);
    return { ms, heap: await heapOf(page) };
  } finally {
    await page.close();
  }
}

// The API looks for it at its start.
console.log(`web application: ${await ensureWebApp()}`);
const at = await breakable({ lanes: [{}] });
let browser: Browser | undefined;
try {
  await at.api.importPackage(at.project, { 'valohai.yaml': oneStep('true', 'python:3.12-slim', '') });
  const one = async (table: 'commits' | 'users') =>
    (await at.db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id;
  const [commitId, creatorId] = [await one('commits'), await one('users')];
  const { environmentId } = at.lanes[0]!;
  await addExecutions(at.db, { projectId: at.project, commitId, creatorId, environmentId, executions });
  await addPoints(at.db, { projectId: at.project, each: 1, long: points });
  await settle(at.db);
  const { owner, name } = await at.api.ok('GET', `/projects/${at.project}/`);
  const project = `${at.api.base}/p/${owner.username}/${name}`;
  browser = await launchChromium();
  const state = await signedIn(browser, at);
  const newest = executions;
  const ways: [string, () => Promise<Look>][] = [
    [
      `the list of ${executions} executions`,
      () =>
        look(browser!, state, project, (page) =>
          page.getByRole('link', { name: `#${newest}`, exact: true }).waitFor({ timeout: PATIENCE_MS }),
        ),
    ],
    [
      `a run, without its chart of ${points} points`,
      () =>
        look(browser!, state, `${project}/executions/${newest}`, (page) =>
          page.getByRole('heading', { name: `#${newest}` }).waitFor({ timeout: PATIENCE_MS }),
        ),
    ],
    [
      'a run, with its chart',
      () =>
        look(browser!, state, `${project}/executions/${newest}`, (page) =>
          page.getByRole('img', { name: 'Chart of loss' }).waitFor({ timeout: PATIENCE_MS }),
        ),
    ],
    ['uPlot alone, as many points', () => bare(browser!)],
  ];
  const sample = new Map(ways.map(([name]) => [name, [] as Look[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, way] of ways) sample.get(name)!.push(await way());
  console.log(`${machine()}, load ${loadavg()[0]!.toFixed(1)}; ${rounds} rounds in turns`);
  const all = [...sample].map(([name, looks]) => {
    const ms = looks.map((one) => one.ms);
    return {
      name,
      p50: median(ms),
      p95: percentile(ms, 0.95),
      heap: Math.max(...looks.map((one) => one.heap)),
    };
  });
  printTable([
    ['', 'ms p50', 'p95', 'JavaScript, MB'],
    ...all.map(({ name, p50, p95, heap }) => [name, p50.toFixed(0), p95.toFixed(0), heap.toFixed(0)]),
  ]);
  const chart = all[2]!;
  if (chart.p50 > GOAL.chartMs || chart.heap > GOAL.heapMb)
    console.log(`MISSED: a chart within ${GOAL.chartMs} ms and ${GOAL.heapMb} MB`);
} finally {
  await browser?.close();
  await at.close();
}
