/**
 * `up` killed at random moments of every phase; the next one goes on, and the last one finishes the work. `npm test` plays
 * the moments marked `short`, `npm run test:faults -- interrupted --all` all twenty. A moment may come too late or too
 * early for its phase: another installation is begun as long as a phase lacks a kill. The seed
 * is printed; `COVE_SEED=n` repeats its moments, `COVE_KILL_ROUNDS=n` makes it n installations at least.
 */
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  cove,
  coveOk,
  type Installation,
  login,
  type Outcome,
  planInstallation,
  ROOT,
} from '../support/installation.ts';
import { childrenOf, familyOf, killAll, processesOf } from '../support/processes.ts';
import { random } from '../support/random.ts';

const PHASES = ['install', 'create', 'bootstrap', 'proving'] as const;
type Phase = (typeof PHASES)[number];
interface Kill {
  /** The line of progress after which it comes; or a step of the bootstrap: of its beginning the engine may tell at its end. */
  after: RegExp | `bootstrap-${string}`;
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
  { after: 'bootstrap-database', within: 300, short: true },
  { after: /creating Service vault/, within: 400 },
  { after: 'bootstrap-vault', within: 100, short: true },
  { after: 'bootstrap-vault', within: 800 },
  { after: 'bootstrap-platform', within: 300 },
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

/** Records of the bootstrap's steps: each is there while its step runs. */
const steps = (at: Installation) => join(at.home, at.name, 'supervisor', 'steps');

/** What `up` was doing: what it has said, and for steps of the bootstrap, which records they left. */
async function phaseOf(at: Installation, said: string): Promise<Phase> {
  if (!/^Installation ".*" \.\.\./m.test(said)) return 'install';
  if (/^Installation ".*": /m.test(said)) return 'proving';
  const records = await readdir(steps(at)).catch(() => []);
  return records.some((name) => name.endsWith('.json')) ? 'bootstrap' : 'create';
}

/** The engine of a killed `up` may be at work for longer than the next one waits: that one is to come back, as it says. */
const comesTooEarly = ({ code, stderr }: Outcome) => code === 4 && /being changed by/.test(stderr);

/** Returns the phase it was killed in; null where it ended before its moment came. */
async function killedUp(at: Installation, kill: Kill, cache: string): Promise<Phase | null> {
  const { after, within, lacking } = kill;
  if (lacking === 'pages') await rm(join(ROOT, 'app/web/dist/.sources'), { force: true });
  const delay = next() * within;
  // The command alone: its engine goes on for a while, and the next `up` meets it.
  const alone = next() < 0.3;
  const began = Date.now();
  let pid = 0;
  let ended = false;
  let said = () => '';
  const hasCome = () => {
    if (after instanceof RegExp) return after.test(said());
    // One that a killed run left is older.
    const record = statSync(join(steps(at), `${after}.json`), { throwIfNoEntry: false });
    return record !== undefined && record.mtimeMs > began;
  };
  const moment = async () => {
    while (!hasCome() && !ended) await sleep(2);
    await sleep(delay);
    const phase = await phaseOf(at, said());
    if (ended) return null;
    killAll(alone ? [...childrenOf(pid), pid] : familyOf(pid));
    return phase;
  };
  let killing: Promise<Phase | null> | undefined;
  const outcome = await cove(at, ['up', '--yes'], {
    env: lacking === 'programs' ? { COVE_CACHE: cache } : {},
    started: (id) => {
      pid = id;
      killing = moment();
    },
    seen: (so) => {
      said = so;
    },
  });
  ended = true;
  if (comesTooEarly(outcome)) return killedUp(at, kill, cache);
  const phase = outcome.code === null ? ((await killing) ?? null) : null;
  const how = `${delay.toFixed(0)} ms after ${after instanceof RegExp ? after.source : after}${alone ? ', the command alone' : ''}`;
  console.log(
    `${phase === null ? `ended with ${outcome.code} before it was killed` : `killed in ${phase}`}, ${how}`,
  );
  // What stopped it otherwise is what this test is about.
  if (outcome.code !== null && outcome.code !== 0) throw new Error(`${outcome.stdout}\n${outcome.stderr}`);
  return phase;
}

test(`up killed ${rounds * kills.length} times (seed ${seed})`, async () => {
  console.log(`seed ${seed}`);
  const hits: Record<Phase, number> = { install: 0, create: 0, bootstrap: 0, proving: 0 };
  const isLacking = () => PHASES.some((phase) => hits[phase] < (all ? 2 : 1));
  for (let round = 0; round < rounds || isLacking(); round++) {
    const at = await planInstallation(`killed${round}`, 'dockerSocket: /nonexistent/docker.sock\n');
    const cache = await mkdtemp(join(tmpdir(), 'cove-cache-'));
    for (const kill of kills) {
      const phase = await killedUp(at, kill, cache);
      if (phase !== null) hits[phase] += 1;
    }
    console.log(JSON.stringify(hits));

    let finished = await cove(at, ['up', '--yes']);
    while (comesTooEarly(finished)) finished = await cove(at, ['up', '--yes']);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    expect(finished.stdout).toMatch(/proven +by execution \d+ of project example, complete/);
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
