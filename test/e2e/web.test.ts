/** The web application in a real browser, as a data scientist uses it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { asDatabaseAdministrator } from '../support/dumps.ts';
import { admin, installation, signIn, start } from './support.ts';

let browser: Browser;
let page: Page;
const errors: string[] = [];
const elsewhere: string[] = [];
beforeAll(async () => {
  browser = await launchChromium();
  page = await (
    await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1360, height: 900 } })
  ).newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(installation.httpsUrl) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
});
afterAll(() => browser?.close());

const shot = async (name: string) => {
  const folder = process.env.COVE_TEST_ARTIFACTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

test('a wrong password is told; the right one leads to the page that was asked for', async () => {
  await page.goto(`${installation.httpsUrl}/auth/tokens/`);
  await page.getByLabel('User name').fill(admin.username);
  await page.getByRole('textbox', { name: 'Password' }).fill('nonsense');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await shot('sign-in');
  await page.getByRole('textbox', { name: 'Password' }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'API tokens' }).waitFor();
});

test('the example run: log, chart, outputs to download', async () => {
  await page.goto(installation.httpsUrl);
  await page.getByRole('link', { name: /example/ }).click();
  await shot('executions');
  await page.getByRole('link', { name: '#1', exact: true }).click();
  await page.getByRole('heading', { name: /^#1/ }).waitFor();
  await page.locator('[data-status="complete"]').waitFor();
  await page.getByRole('log').getByText('exit', { exact: false }).first().waitFor();
  await page
    .getByRole('img', { name: /^Chart of/ })
    .first()
    .waitFor();
  const download = page.waitForEvent('download');
  await page
    .locator('a[download]')
    .filter({ hasText: /\.json/ })
    .first()
    .click();
  expect((await download).suggestedFilename()).toMatch(/\.json$/);
  await shot('execution');
});

test('start a step from a commit, watch its log grow, stop it', async () => {
  const api = await signIn();
  const project = await api.ok('POST', '/projects/', { name: `web-${Date.now()}` });
  const first = await start(api, project.id, 'echo warm');
  await api.end(first.id);
  await start(api, project.id, ['for i in $(seq 1 600); do echo tick $i; sleep 0.2; done']);
  await page.goto(`${installation.httpsUrl}/p/${project.owner.username}/${project.name}/executions/2`);
  await page.getByText('tick 3', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('[data-status="stopped"]').first().waitFor({ timeout: 30_000 });

  await page.goto(`${installation.httpsUrl}/p/${project.owner.username}/${project.name}/executions/new`);
  await page.getByLabel('Title').fill('By hand');
  await shot('new-execution');
  await page.getByRole('button', { name: 'Start execution' }).click();
  await page.getByRole('heading', { name: /By hand/ }).waitFor();
  await page.getByText('tick 2', { exact: true }).waitFor();
  await shot('live');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('[data-status="stopped"]').first().waitFor({ timeout: 30_000 });
});

test('a chart grows while the run logs, and no point is fetched twice', async () => {
  const api = await signIn();
  const project = await api.ok('POST', '/projects/', { name: `chart-${Date.now()}` });
  const line = String.raw`echo "{\"step\": $i, \"loss\": $i}"`;
  const { id } = await start(api, project.id, [`for i in $(seq 1 40); do ${line}; sleep 0.2; done`]);
  const answers: Promise<number[]>[] = [];
  const listen = (response: Response) => {
    if (response.url().includes(`/executions/${id}/metadata/`))
      answers.push(response.json().then(({ results }) => results.map(({ seq }: { seq: number }) => seq)));
  };
  page.on('response', listen);
  await page.goto(`${installation.httpsUrl}/p/${project.owner.username}/${project.name}/executions/1`);
  await page.locator('[data-status="complete"]').first().waitFor({ timeout: 60_000 });
  await page.locator('[aria-label="Chart of loss"][data-points="40"]').waitFor();
  page.off('response', listen);
  const seqs = (await Promise.all(answers)).flat();
  expect(seqs).toHaveLength(40);
  expect(new Set(seqs).size).toBe(40);
});

test('a run that was lost and run again shows its attempts', async () => {
  const api = await signIn();
  const project = await api.ok('POST', '/projects/', { name: `again-${Date.now()}` });
  const { id } = await start(api, project.id, 'echo warm');
  await api.end(id);
  // No machine dies for it here: as it would be kept if one had (faults/workers does it).
  const query = (text: string) =>
    asDatabaseAdministrator(installation, 'cove', (client) => client.query(text, [id]));
  await query(`UPDATE attempts SET number = 2 WHERE execution_id = $1`);
  await query(`INSERT INTO attempts (execution_id, number, token, lease_expires_at, ended_at, end_status, reason, run_again, refused_reports)
    VALUES ($1, 1, gen_random_uuid(), now(), now(), 'crashed', 'The worker stopped answering', true, 2)`);
  await query(`UPDATE executions SET attempt = 2, max_retries = 1 WHERE id = $1`);
  await page.goto(`${installation.httpsUrl}/p/${project.owner.username}/${project.name}/executions/1`);
  await page.getByText('2 of at most 2', { exact: true }).waitFor();
  await page.getByText(/^crashed: The worker stopped answering. 2 reports came after its end/).waitFor();
  await page.getByRole('log').getByText('attempt 2 of at most 2 follows', { exact: false }).waitFor();
  await shot('attempts');
});

test('an administrator says how the machines of an environment come and go', async () => {
  // No cloud is at hand: the scheduler is refused, as with an account that has no machine to give.
  const group = JSON.stringify({ kind: 'aws', region: 'eu-north-1', group: 'nobody' });
  const query = (text: string, ...values: string[]) =>
    asDatabaseAdministrator(installation, 'cove', (client) => client.query(text, values));
  await query(
    `INSERT INTO environments (slug, name, executor, machine_group, machine_type, ceiling)
     VALUES ('cloud', 'Machines of a cloud', 'docker', $1, 't3.small', 4)`,
    group,
  );
  try {
    await page.goto(installation.httpsUrl);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Environments' }).click();
    await page.locator('[data-environment="local"]').getByText('made by the operator').waitFor();
    const card = page.locator('[data-environment="cloud"]');
    await card.getByText('t3.small').waitFor();
    await card.getByLabel('Machines at most (ceiling 4)').fill('3');
    await card.getByLabel('Minutes an idle one is kept').fill('5');
    await card.getByRole('button', { name: 'Add times' }).click();
    await card.getByLabel('From (cron)').fill('at noon');
    await card.getByLabel('At least', { exact: true }).fill('1');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText(/no cron expression/).waitFor();
    await card.getByLabel('From (cron)').fill('0 12 * * *');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Saved').waitFor();
    await card.getByRole('switch', { name: 'Takes jobs' }).press('Space');
    await card.getByText(`Paused by ${admin.username}`, { exact: false }).waitFor();
    await shot('environments');
    await card.getByRole('switch', { name: 'Takes jobs' }).press('Space');
    await card.getByText('Paused', { exact: false }).waitFor({ state: 'detached' });
    const retries = card.getByLabel('Run again after a loss');
    await retries.fill('2');
    await retries.blur();
    const kept = async () =>
      (await query(`SELECT FROM environments WHERE slug = 'cloud' AND max_retries = 2`)).rows;
    await expect.poll(kept).toHaveLength(1);
    const { rows } = await query(`SELECT max_machines, grace_seconds, schedule FROM environments
      WHERE slug = 'cloud'`);
    expect(rows).toMatchObject([
      { max_machines: 3, grace_seconds: 300, schedule: [{ cron: '0 12 * * *', min: 1 }] },
    ]);
    await page.reload();
    expect(await card.getByLabel('From (cron)').inputValue()).toBe('0 12 * * *');
  } finally {
    await query(`UPDATE environments SET in_config = false WHERE slug = 'cloud'`);
  }
});

test('no page error, and no asset from elsewhere', () => {
  expect(errors).toEqual([]);
  expect(elsewhere).toEqual([]);
});
