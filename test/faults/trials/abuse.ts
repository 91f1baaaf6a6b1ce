/** Jobs that mean harm, or do it without meaning to: to their neighbours, to the machine, to secrets. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { median } from '../../bench/statistics.ts';
import type { Breakable } from '../../support/breakable.ts';
import { judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { watch } from '../../support/viewer.ts';
import { counting, type Trial } from './trial.ts';

const LINES = 300_000;

/** Numbers its lines, twenty a second, and says of each when it was written, in seconds since 1970. */
const clocked = (lines: number) =>
  `bash -c 'for ((i = 1; i <= ${lines}; i++)); do echo "line $i"; echo "at $EPOCHREALTIME" >&2; sleep 0.05; done'`;
const CLOCKED_LINES = 400;
/** So many lines tell what is usual. */
const USUAL_LINES = 60;

/** What a flood may add to twice the usual: the usual few milliseconds hold on cores that it does not share. */
const SHARED_CORES_MS = 100;
const LATEST_MS = 2_000;

/** What is wrong with how late the neighbour's lines came, in milliseconds. Pure. */
function tooLate(before: number[], during: number[]): string[] {
  const [usual, flooded, latest] = [median(before), median(during), Math.max(...during)];
  const told = `the neighbour's lines took ${usual.toFixed()} ms before the flood, ${flooded.toFixed()} under it, ${latest.toFixed()} at most`;
  return flooded <= 2 * usual + SHARED_CORES_MS && latest <= LATEST_MS ? [] : [told];
}

export const flood: Trial = {
  number: 18,
  title: `${LINES} lines as fast as a job can write them, beside another job: no line is lost, the other's come in time`,
  lane: { slots: 2 },
  async play(at, lane) {
    await lane.workers[0]!.start();
    const neighbour = await lane.submit(clocked(CLOCKED_LINES));
    const viewer = watch(at.api, neighbour);
    const late = () =>
      viewer.seen.flatMap(({ message, at }) =>
        message.startsWith('at ') ? [at - Number(message.slice(3)) * 1000] : [],
      );
    await until('the neighbour runs', () => late().length > USUAL_LINES, 60);
    const id = await lane.submit(`seq -f 'line %.0f' 1 ${LINES}`);
    await until(
      'the flood runs',
      async () => (await at.api.ok('GET', `/executions/${id}/`)).status === 'started',
      30,
    );
    const before = late();
    await at.api.end(id, 120);
    const during = late().slice(before.length);
    const flooded = await judgeAll(at, [id], { lines: LINES }, 120);
    const pace = verdict();
    pace.wrong.push(...tooLate(before, during));
    const found = [pace, flooded, await judgeAll(at, [neighbour], { lines: CLOCKED_LINES }, 60)];
    viewer.close();
    return merge([...found, await judgeLane(lane)]);
  },
};

/** Mebibytes, as the official client asks for them. */
const limited = (memory: number) => ({
  runtime_config: { kubernetes: { containers: { workload: { resources: { limits: { memory } } } } } },
});

export const bombs: Trial = {
  number: 19,
  title:
    'a memory bomb and a fork bomb beside another job: limits hold, the end says which, the neighbour and the agent live',
  needs: ['docker', 'image'],
  lane: { executor: 'docker', slots: 3 },
  async play(at, lane) {
    const [worker] = lane.workers;
    await worker!.start();
    const neighbour = await lane.submit(counting(120));
    const memory = await lane.submit(`python3 -c "x = bytearray(2 << 30)"`, {
      request: limited(64),
    });
    const forks = `python3 -c "
import os, time
n = 0
try:
    while n < 40000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        n += 1
except OSError as error:
    print('stopped by', error.strerror)
"`;
    const bomb = await lane.submit(forks, {
      request: limited(400),
    });
    const found = [
      await judgeAll(at, [memory], { status: ['error'] }),
      await judgeAll(at, [bomb], { status: ['error', 'complete'] }, 90),
      await judgeAll(at, [neighbour], { lines: 120 }),
    ];
    const told = verdict();
    const { status_detail } = await at.api.ok('GET', `/executions/${memory}/`);
    if (!/out of memory/i.test(status_detail))
      told.wrong.push(`the memory bomb ended with "${status_detail}"`);
    const end = await at.api.ok('GET', `/executions/${bomb}/`);
    const stopped = (await at.api.log(bomb)).some(({ message }) => /stopped by/.test(message));
    if (!stopped && !/out of memory/i.test(end.status_detail))
      told.wrong.push(`the fork bomb ended with "${end.status_detail}"`);
    const next = await lane.submit('echo line 1');
    return merge([...found, told, await judgeAll(at, [next], { lines: 1 }), await judgeLane(lane)]);
  },
};

/** Everywhere that somebody who may not see it could look. */
async function placesOf(at: Breakable, id: string, forms: string[], project: string): Promise<string[]> {
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const form of forms) if (text.includes(form)) found.push(where);
  };
  look('the log', JSON.stringify(await at.api.log(id)));
  look('the execution', JSON.stringify(await at.api.ok('GET', `/executions/${id}/`)));
  look('the metadata', JSON.stringify(await at.api.ok('GET', `/executions/${id}/metadata/`)));
  look('the project', JSON.stringify(await at.api.ok('GET', `/projects/${project}/`)));
  const { rows: tables } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`.execute(at.db);
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string }>`SELECT t::text AS text FROM ${sql.table(name)} t`.execute(
      at.db,
    );
    look(`table ${name}`, rows.map(({ text }) => text).join('\n'));
  }
  for (const part of [...Object.values(at.parts), ...at.lanes.flatMap(({ workers }) => workers)])
    look(`what ${part.name} writes`, part.output());
  return [...new Set(found)];
}

export const secretsEverywhere: Trial = {
  number: 28,
  title:
    'a secret printed raw, in base64, URL-encoded, in pieces, as metadata, as an error, as a name of a file: nowhere to be seen',
  async play(at, lane) {
    await lane.workers[0]!.start();
    const value = `Zq9+kd=8xW ${Math.random().toString(36).slice(2)}&yes`;
    const { id: project } = await at.api.ok('POST', '/projects/', { name: `secret-${Date.now()}` });
    const variable = { name: 'HIDDEN', value, secret: true };
    await at.api.ok('POST', `/projects/${project}/environment_variable/`, variable);
    const command = [
      'echo "raw $HIDDEN"; echo "err $HIDDEN" >&2',
      'printf %s "$HIDDEN" | base64 -w0; echo; printf "user:%s" "$HIDDEN" | base64 -w0; echo',
      "python3 -c \"import os, urllib.parse as u; print(u.quote(os.environ['HIDDEN'])); print(u.quote_plus(os.environ['HIDDEN']))\"",
      'python3 -c "import os, sys, time; [(sys.stdout.write(c), sys.stdout.flush(), time.sleep(0.02)) for c in os.environ[\'HIDDEN\']]; print()"',
      'printf \'{"%s": "%s"}\\n\' key "$HIDDEN"',
      'echo x > "$VH_OUTPUTS_DIR/name of $HIDDEN.txt"; echo y > $VH_OUTPUTS_DIR/y.txt',
      'printf \'{"of": "%s"}\' "$HIDDEN" > $VH_OUTPUTS_DIR/y.txt.metadata.json',
      'python3 -c "import os; raise SystemExit(os.environ[\'HIDDEN\'])"',
    ].join('; ');
    const id = await lane.submit(command, { project });
    const found = await judgeAll(at, [id], { status: ['error'] });
    await sleep(500);
    const forms = [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -2),
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
    ];
    for (const where of await placesOf(at, id, forms, project)) found.wrong.push(`the secret is in ${where}`);
    const log = await at.api.log(id);
    if (log.filter(({ message }) => message.includes('***')).length < 6)
      found.wrong.push('the job printed its secret too seldom');
    return merge([found, await judgeLane(lane)]);
  },
};
