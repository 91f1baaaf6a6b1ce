import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
const PASSWORD = 'correct horse battery';
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform, { loginsPerMinute: 8 });
  ada = await platform.person('ada', { password: PASSWORD });
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

describe('logging in with a password', () => {
  test('a form gives a token that says who one is', async () => {
    const login = await api.call('POST', '/api/v0/get-token/', {
      form: { username: 'Ada', password: PASSWORD },
    });
    expect(login.status).toBe(200);
    const me = await api.call('GET', '/api/v0/users/me/', {
      headers: { authorization: `Token ${login.body.token}` },
    });
    expect(me.body).toMatchObject({ id: ada.id, username: 'ada', email: 'ada@example.com' });
  });

  test('JSON does as well, and the password is kept nowhere', async () => {
    const login = await api.call('POST', '/api/v0/get-token/', {
      json: { username: 'ada', password: PASSWORD },
    });
    expect(login.status).toBe(200);
    const rows = await platform.platform.db.selectFrom('tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(login.body.token);
    const audit = await platform.platform.db.selectFrom('audit').selectAll().execute();
    expect(audit.some(({ action }) => action === 'user.log_in')).toBe(true);
    expect(JSON.stringify(audit)).not.toContain(PASSWORD);
  });

  test.each([
    ['a wrong password', 'ada', 'wrong'],
    ['an unknown name', 'nobody', 'wrong'],
    ['somebody who has no password', 'grace', 'wrong'],
  ])('%s is told in the same words', async (_, username, password) => {
    if (username === 'grace') await platform.person('grace');
    const refused = await api.call('POST', '/api/v0/get-token/', { form: { username, password } });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      non_field_errors: [{ message: 'Unable to log in with provided credentials.', code: 'authorization' }],
    });
  });

  test('a missing field is named', async () => {
    const refused = await api.call('POST', '/api/v0/get-token/', { form: { username: 'ada' } });
    expect(refused.status).toBe(400);
    expect(refused.body.password[0].code).toBe('required');
  });

  test('guessing is slowed down for that name and no other', async () => {
    let n = 0;
    const from = () => {
      n += 1;
      return `10.0.0.${n}`;
    };
    const guess = (username: string) =>
      api.call('POST', '/api/v0/get-token/', {
        form: { username, password: 'guess' },
        headers: { 'x-forwarded-for': from() },
      });
    await platform.person('mallory-target');
    const answers = [];
    for (let i = 0; i < 9; i++) answers.push((await guess('mallory-target')).status);
    expect(answers).toEqual([...Array(8).fill(400), 429]);
    expect((await guess('somebody-else')).status).toBe(400);
  });
});

describe('tokens', () => {
  test('are made, listed without their secret, and revoked', async () => {
    const made = await api.call('POST', '/api/v0/tokens/', { as: ada, json: { name: 'laptop' } });
    expect(made.status).toBe(201);
    const headers = { authorization: `Token ${made.body.token}` };
    expect((await api.call('GET', '/api/v0/users/me/', { headers })).status).toBe(200);
    const list = await api.call('GET', '/api/v0/tokens/', { as: ada });
    expect(list.body.results.map((token: { name: string }) => token.name)).toContain('laptop');
    expect(list.text).not.toContain(made.body.token);
    expect((await api.call('DELETE', `/api/v0/tokens/${made.body.id}/`, { as: ada })).status).toBe(204);
    expect((await api.call('GET', '/api/v0/users/me/', { headers })).status).toBe(401);
  });

  test('another person’s token cannot be revoked', async () => {
    const made = await api.call('POST', '/api/v0/tokens/', { as: ada, json: { name: 'mine' } });
    const eve = await platform.person('eve');
    expect((await api.call('DELETE', `/api/v0/tokens/${made.body.id}/`, { as: eve })).status).toBe(404);
  });

  test('an expired one, an unknown one and none are 401 in JSON', async () => {
    const made = await api.call('POST', '/api/v0/tokens/', { as: ada, json: { name: 'short' } });
    const past = new Date(Date.now() - 1000);
    await platform.platform.db
      .updateTable('tokens')
      .set({ expires_at: past })
      .where('id', '=', made.body.id)
      .execute();
    for (const headers of [
      { authorization: `Token ${made.body.token}` },
      { authorization: 'Token nonsense' },
      {},
    ]) {
      const refused = await api.call('GET', '/api/v0/users/me/', {
        headers: headers as Record<string, string>,
      });
      expect(refused.status).toBe(401);
      expect(refused.body.code).toBe('unauthenticated');
    }
  });

  test('the word Token may be missing', async () => {
    const me = await api.call('GET', '/api/v0/users/me/', { headers: { authorization: ada.token } });
    expect(me.status).toBe(200);
  });

  test('a person who is shut out is out at once', async () => {
    const gone = await platform.person('gone');
    await platform.platform.db
      .updateTable('users')
      .set({ is_active: false })
      .where('id', '=', gone.id)
      .execute();
    expect((await api.call('GET', '/api/v0/users/me/', { as: gone })).status).toBe(401);
  });

  test('a worker’s token opens nothing of people, nor theirs anything of workers', async () => {
    const worker = await api.call('GET', '/api/v0/users/me/', { headers: { authorization: 'Worker abc' } });
    expect(worker.status).toBe(401);
  });
});

describe('a session of the web application', () => {
  const login = async () => {
    const answer = await api.call('POST', '/api/v0/session/', {
      json: { username: 'ada', password: PASSWORD },
    });
    return { answer, cookie: String(answer.headers['set-cookie']) };
  };

  test('is a cookie that no script reads; a write with it needs the header', async () => {
    const { answer, cookie } = await login();
    expect(answer.status).toBe(201);
    expect(answer.body.username).toBe('ada');
    expect(cookie).toMatch(/^cove_session=\w+; Path=\/; HttpOnly; SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0]! };
    expect((await api.call('GET', '/api/v0/users/me/', { headers })).body.username).toBe('ada');
    const forged = await api.call('POST', '/api/v0/tokens/', { headers, json: { name: 'x' } });
    expect(forged.status).toBe(403);
    const own = { ...headers, 'x-cove-request': '1' };
    expect((await api.call('POST', '/api/v0/tokens/', { headers: own, json: { name: 'x' } })).status).toBe(
      201,
    );
    expect((await api.call('DELETE', '/api/v0/session/', { headers: own })).status).toBe(204);
    expect((await api.call('GET', '/api/v0/users/me/', { headers })).status).toBe(401);
  });

  test('is no API token', async () => {
    const { cookie } = await login();
    const secret = cookie.split(';')[0]!.split('=')[1]!;
    const me = await api.call('GET', '/api/v0/users/me/', { headers: { authorization: `Token ${secret}` } });
    expect(me.status).toBe(401);
  });

  test('a stale cookie does not stand in the way of logging in again', async () => {
    const again = await api.call('POST', '/api/v0/session/', {
      json: { username: 'ada', password: PASSWORD },
      headers: { cookie: 'cove_session=stale' },
    });
    expect(again.status).toBe(201);
  });
});
