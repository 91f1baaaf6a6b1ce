/** Whose login this is, and whether it reaches the subscription of the config. */
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { CliError } from '../../errors.ts';
import type { Arm } from './arm.ts';
import type { Place } from './names.ts';

/** Object id of the user or service principal: roles are given to it. */
export interface Login extends Finding {
  principal?: string;
}

export async function checkLogin({ subscriptionId, tenantId }: Place, arm: Arm): Promise<Login> {
  const needed = `a login to subscription ${subscriptionId} of tenant ${tenantId}`;
  try {
    const { oid = '', tid, upn, appid } = await arm.claims();
    if (tid !== undefined && tid !== tenantId)
      return fail(
        'login',
        `this login is to tenant ${tid}`,
        needed,
        `\`az login --tenant ${tenantId}\`; or correct tenantId.`,
      );
    const found = await arm.get<{ displayName: string; state: string }>(
      `/subscriptions/${subscriptionId}`,
      '2022-12-01',
    );
    if (found === null)
      return fail(
        'login',
        'this login does not see the subscription',
        needed,
        `\`az account list\` tells which it sees; correct subscriptionId, or let somebody give you access.`,
      );
    if (found.state !== 'Enabled')
      return fail(
        'login',
        `subscription ${found.displayName} is ${found.state}`,
        needed,
        'Let its owner enable it.',
      );
    return { ...ok('login', `${upn ?? appid ?? oid}, subscription ${found.displayName}`), principal: oid };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return fail('login', error.message, needed, error.todo ?? '');
  }
}
