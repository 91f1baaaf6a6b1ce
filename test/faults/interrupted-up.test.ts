/**
 * `up` killed at random moments of every phase; the next one goes on, and the last one finishes the work. `npm test` plays
 * the moments marked `short`, `npm run test:faults -- interrupted --all` all twenty. The seed
 * is printed; `COVE_SEED=n` repeats its moments, `COVE_KILL_ROUNDS=n` makes it n installations.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cove, coveOk, type Installation, login, planInstallation, ROOT } from '../support/installation.ts';
import { childrenOf, familyOf, killAll, processesOf } from '../support/processes.ts';
import { random } from '../support/random.ts';

const PHASES = ['install', 'create', 'bootstrap', 'proving'] as const;
type Phase = (typeof PHASES)[number];
interface Kill {
  /** The line of progress after which it comes. */
  after: RegExp;
  /** It comes at most so many milliseconds later. */
  within: number;
  /** Programs are not in the cache, or the pages are to be built. */
  lacking?: 'programs' | 'pages';
  /** Also among the few that every run of the tests plays. */
  short?: true;
}

/** In the order in which `up` comes by; what was not finished is begun again, and can be killed again. */
const KILLS: Kill[] = [
  { after: /Looking at this machine/, within: 200 },
  { after: /Getting programs/, within: 1_500, lacking: 'programs', short: true },
  { after: /Getting programs/, within: 1_500, lacking: 'programs' },
  { after: /Web application/, within: 1_500, lacking: 'pages', short: true },
  { after: /Web application/, within: 1_500, lacking: 'pages' },
  { after: /Installation ".*" \.\.\./, within: 3_000 },
  { after: /creating Supervisor/, within: 400 },
  { after: /creating PostgresCluster/, within: 800, short: true },
  { after: /creating Service postgres/, within: 400 },
  { after: /creating Program bootstrap-database/, within: 300, short: true },
  { after: /creating Service vault/, within: 400 },
  { after: /creating Program bootstrap-vault/, within: 300, short: true },
  { after: /creating Program bootstrap-vault/, within: 800 },
  { after: /creating Program bootstrap-platform/, within: 300 },
  { after: /creating Service api/, within: 800, short: true },
  { after: /creating Service worker-/, within: 400 },
  { after: /fetching http/, within: 200 },
  { after: /execution \d+ of example waits/, within: 200, short: true },
  { after: /"epoch": 1\b/, within: 800, short: true },
  { after: /Uploaded output/, within: 100 },
];

const seed = Number(process.env.COVE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.COVE_KILL_ROUNDS ?? 1);
const next = random(seed);
const all = process.env.COVE_TEST_ALL === 'true';
const kills = KILLS.filter(({ short }) => all || short === true);

/** What `up` was doing: what it has said, and for steps of the bootstrap, which leave a record while they run. */
async function phaseOf(at: Installation, said: string): Promise<Phase> {
  if (!/^Installation ".*" \.\.\./m.test(said)) return 'install';
  if (/^Installation ".*": /m.test(said)) return 'proving';
  const steps = await readdir(join(at.home, at.name, 'supervisor', 'steps')).catch(() => []);
  return steps.some((name) => name.endsWith('.json')) ? 'bootstrap' : 'create';
}

/** Returns the phase it was killed in; null where it ended before its moment came. */
async function killedUp(at: Installation, { after, within, lacking }: Kill, cache: string) {
  if (lacking === 'pages') await rm(join(ROOT, 'app/web/dist/.sources'), { force: true });
  const delay = next() * within;
  // The command alone: its engine goes on for a while, and the next `up` meets it.
  const alone = next() < 0.3;
  let pid = 0;
  let killing: Promise<Phase> | undefined;
  const kill = async (said: string) => {
    const phase = await phaseOf(at, said);
    killAll(alone ? [...childrenOf(pid), pid] : familyOf(pid));
    return phase;
  };
  const outcome = await cove(at, ['up', '--yes'], {
    env: lacking === 'programs' ? { COVE_CACHE: cache } : {},
    started: (id) => {
      pid = id;
    },
    seen: (said) => {
      if (killing !== undefined || !after.test(said())) return;
      killing = new Promise((resolve) => setTimeout(() => resolve(kill(said())), delay));
    },
  });
  const phase = outcome.code === null ? ((await killing) ?? null) : null;
  const how = `${delay.toFixed(0)} ms after ${after.source}${alone ? ', the command alone' : ''}`;
  console.log(
    `${phase === null ? `ended with ${outcome.code} before it was killed` : `killed in ${phase}`}, ${how}`,
  );
  // What stopped it otherwise is what this test is about.
  if (outcome.code !== null && outcome.code !== 0) throw new Error(`${outcome.stdout}\n${outcome.stderr}`);
  return phase;
}

test(`up killed ${rounds * kills.length} times (seed ${seed})`, async () => {
  console.log(`seed ${seed}`);
  for (let round = 0; round < rounds; round++) {
    const at = await planInstallation(`killed${round}`, 'dockerSocket: /nonexistent/docker.sock\n');
    const cache = await mkdtemp(join(tmpdir(), 'cove-cache-'));
    const hits: Record<Phase, number> = { install: 0, create: 0, bootstrap: 0, proving: 0 };
    for (const kill of kills) {
      const phase = await killedUp(at, kill, cache);
      if (phase !== null) hits[phase] += 1;
    }
    console.log(JSON.stringify(hits));
    for (const phase of PHASES) expect(hits[phase], `kills in ${phase}`).toBeGreaterThanOrEqual(all ? 2 : 1);

    const finished = await coveOk(at, ['up', '--yes']);
    expect(finished.stdout).toMatch(/of project example is complete/);
    expect((await login(at)).token).not.toBe('');
    // Files of the state that a kill would leave half-written.
    const state = await readdir(join(at.home, at.name, 'state'), { recursive: true });
    expect(state.filter((file) => file.endsWith('.attrs'))).toEqual([]);
    expect(JSON.parse((await coveOk(at, ['up', '--yes', '--json'])).stdout).changes).toBe(0);
    await coveOk(at, ['status']);
    // No half of the pages lies about in the checkout; a test beside this one may be building them.
    await expect
      .poll(async () => (await readdir(join(ROOT, 'app/web'))).filter((name) => /^dist./.test(name)), {
        timeout: 60_000,
      })
      .toEqual([]);
    await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
    expect(processesOf(at)).toEqual([]);
    expect(existsSync(join(at.home, at.name))).toBe(false);
    for (const folder of [at.home, cache]) await rm(folder, { recursive: true, force: true });
  }
});
