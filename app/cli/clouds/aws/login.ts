/** Whose login this is. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { CliError } from '../../errors.ts';
import type { Place } from './names.ts';
import { awsTrouble } from './trouble.ts';

/** ARN of the role or user that the login stands for, as policies name it. */
export interface Login extends Finding {
  principal?: string;
}

export async function checkLogin({ accountId, region }: Place): Promise<Login> {
  try {
    const { Account, Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    if (Account === accountId) return { ...ok('login', `${Arn}`), principal: principalOf(Arn ?? '') };
    return fail(
      'login',
      `this login is to account ${Account}`,
      `account ${accountId}, as the config says`,
      'Log in to that account, e.g. with AWS_PROFILE; or correct accountId.',
    );
  } catch (error) {
    const trouble = awsTrouble(error);
    if (!(trouble instanceof CliError)) throw error;
    return fail('login', trouble.message, `a login to account ${accountId}`, trouble.todo ?? '');
  }
}

/** The role behind a session; a user is itself. */
export const principalOf = (arn: string): string =>
  arn.replace(/^arn:([a-z-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:$1:iam::$2:role/$3');
