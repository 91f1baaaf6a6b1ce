/** Jobs that mean harm, or do it without meaning to: to their neighbours, to the machine, to secrets. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Breakable } from '../../support/breakable.ts';
import { judgeAll, judgeLane, merge, verdict } from '../../support/judgement.ts';
import { until } from '../../support/process.ts';
import { counting, type Trial } from './trial.ts';

const LINES = 300_000;

export const flood: Trial = {
  number: 18,
  title: `${LINES} lines as fast as a job can write them, beside another job: no line is lost, the other goes on`,
  lane: { slots: 2 },
  async play(at, lane) {
    await lane.workers[0]!.start();
    const neighbour = await lane.submit(counting(40));
    await until('the neighbour runs', async () => (await at.api.log(neighbour)).length > 3);
    const id = await lane.submit(`seq -f 'line %.0f' 1 ${LINES}`);
    const found = [
      await judgeAll(at, [id], { lines: LINES }, 120),
      await judgeAll(at, [neighbour], { lines: 40 }, 60),
    ];
    const late = verdict();
    // Ten lines a second: one that waited for the flood would be seen by its time.
    const times = (await at.api.log(neighbour))
      .filter(({ stream }) => stream === 'stdout')
      .map(({ time }) => time);
    const pauses = times.slice(1).map((time, n) => Date.parse(`${time}Z`) - Date.parse(`${times[n]}Z`));
    if (Math.max(...pauses) > 2_000)
      late.wrong.push(`the neighbour stood still for ${Math.max(...pauses)} ms`);
    return merge([...found, late, await judgeLane(lane)]);
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
