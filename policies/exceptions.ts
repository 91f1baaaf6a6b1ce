/** Exceptions: only in the config, each with a reason and an end. One that has ended is itself a violation. */
import type { Finding, Policy } from './policy.ts';
import type { Resource } from './resource.ts';

export interface Exception {
  /** Id of the policy. */
  policy: string;
  /** Name of one resource; left out: all. */
  resource?: string | undefined;
  reason: string;
  /** Last day that it holds, as `2027-03-31`. */
  until: string;
}

export const hasEnded = ({ until }: Exception, today: string): boolean => today > until;

const covers = (exception: Exception, id: string, resource: Resource | undefined) =>
  exception.policy === id &&
  (exception.resource === undefined ||
    exception.resource === resource?.name ||
    exception.resource === resource?.urn);

/** What is left of a policy's findings once those that an exception covers are taken out. */
export function notExcepted(
  id: string,
  findings: Finding[],
  exceptions: Exception[],
  today: string,
): Finding[] {
  const standing = exceptions.filter((exception) => !hasEnded(exception, today));
  return findings.filter(({ resource }) => !standing.some((exception) => covers(exception, id, resource)));
}

/** What is wrong with the exceptions themselves: ended, or of a policy that does not exist. */
export function troubleWith(exceptions: Exception[], policies: Policy[], today: string): Trouble[] {
  const known = policies.map(({ id }) => id);
  return exceptions.flatMap((exception): Trouble[] => {
    const of = exception.resource === undefined ? '' : ` of ${exception.resource}`;
    const name = `policyExceptions: the exception from ${exception.policy}${of} ("${exception.reason}")`;
    if (!known.includes(exception.policy)) {
      return [
        {
          policy: exception.policy,
          message: `${name} names a policy that does not exist. Needed: one of docs/policies.md. To do: correct the id, or take the exception out.`,
        },
      ];
    }
    if (!hasEnded(exception, today)) return [];
    return [
      {
        policy: exception.policy,
        message: `${name} ended on ${exception.until}. Needed: a date that is not past. To do: mend what it excuses and take it out, or give it a new date and a reason that still holds.`,
      },
    ];
  });
}

export interface Trouble {
  policy: string;
  message: string;
}
