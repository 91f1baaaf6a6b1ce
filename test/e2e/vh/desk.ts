/** A data scientist's desk: a folder with a project, the client's own settings, and `vh` to type. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { Api } from '../../support/api.ts';
import { type VhOptions, type VhOutcome, vh } from '../../support/vh.ts';
import { installation } from '../support.ts';

const temporary = (name: string) => realpathSync(mkdtempSync(join(tmpdir(), name)));

export class Desk {
  readonly configDir = temporary('vh-config-');
  readonly cwd = temporary('vh-project-');

  /** Types a command and waits for its end, whatever it is. */
  run(args: string[], more: Partial<VhOptions> = {}): Promise<VhOutcome> {
    return vh(args, { configDir: this.configDir, cwd: this.cwd, ...more });
  }
  /** Types a command that must work; gives what it printed. */
  async ok(...args: string[]): Promise<string> {
    return this.expectOk(args);
  }
  async expectOk(args: string[], more?: Partial<VhOptions>): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, more);
    expect(code, `vh ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    expect(stderr).not.toContain('Traceback');
    return stdout + stderr;
  }
  /** Types a command that must be refused: in words, not with a traceback; gives the words. */
  async refused(args: string[], more?: Partial<VhOptions>): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, more);
    const said = stdout + stderr;
    expect(code, `vh ${args.join(' ')}\n${said}`).not.toBe(0);
    expect(said).not.toContain('Traceback');
    expect(said.trim()).not.toBe('');
    return said;
  }

  write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.cwd, name)), { recursive: true });
      writeFileSync(join(this.cwd, name), content);
    }
  }
  git(...args: string[]): string {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    return execFileSync('git', [...who, ...args], { cwd: this.cwd, encoding: 'utf8' }).trim();
  }
  /** As after `vh login` and `vh project link`, whose own tests are in account.test.ts. */
  async sitDown(api: Api, project?: { id: string; name: string }): Promise<this> {
    const links = project === undefined ? {} : { [this.cwd]: project };
    const user = await api.ok('GET', '/users/me/');
    const settings = { host: installation.httpUrl, user, token: api.token, verify_ssl: true, links };
    writeFileSync(join(this.configDir, 'config.json'), JSON.stringify(settings));
    return this;
  }
}

/** A desk with a project of its own. */
export async function newDesk(
  api: Api,
  files: Record<string, string> = {},
): Promise<{ desk: Desk; project: { id: string; name: string } }> {
  const desk = new Desk();
  desk.write(files);
  const project = await api.ok('POST', '/projects/', { name: `vh-${randomUUID().slice(0, 8)}` });
  return { desk: await desk.sitDown(api, project), project };
}

/** Somebody else of the organisation, with a role of theirs in the project where one is named. */
export async function colleague(api: Api, project?: { id: string; role: string }): Promise<Api> {
  const username = `v-${randomUUID().slice(0, 8)}`;
  const password = randomUUID();
  const organization = (await api.ok('GET', '/organizations/')).results.find(
    ({ personal }: { personal: boolean }) => !personal,
  ).name;
  await api.ok('POST', '/users/', { username, password, organization, role: 'viewer' });
  if (project !== undefined) {
    await api.ok('POST', `/projects/${project.id}/members/`, { username, role: project.role });
  }
  return Api.login(installation.httpUrl, username, password);
}
