/** What a cloud's refusal means, and what to do about it. Pure. */

const CURES: [RegExp, string][] = [
  [
    /LimitExceeded|QuotaExceeded|quota|VcpuLimit|AddressLimit|TooMany/i,
    'The account has reached a limit: ask the cloud to raise it, or choose smaller or fewer machines.',
  ],
  [
    /InsufficientInstanceCapacity|InsufficientCapacity|ZonalResource/i,
    'The cloud has no such machine left here just now: try later, or choose another machine type or zone.',
  ],
  [
    /AccessDenied|UnauthorizedOperation|not authorized|AuthFailure|Forbidden/i,
    'This login may not do that: let an administrator of the account grant it (docs/aws.md has the policy document).',
  ],
  [/ExpiredToken|expired/i, 'The login has run out: log in again.'],
  [
    /AlreadyExists|already exists|BucketAlreadyOwnedByYou|Duplicate|InUse|name is taken/i,
    'Something of that name is there already, perhaps from an installation that was removed by hand: remove it, or choose another name for this installation.',
  ],
  [
    /DependencyViolation|still in use|has dependencies/i,
    'Something that was not made here still uses it: remove that first.',
  ],
  [
    /deletion.?protection/i,
    "The cloud guards it by itself: take that guard off in the cloud's own console, if it may go.",
  ],
  [/BucketNotEmpty/i, 'It is not empty, and what is in it may be wanted: empty it first.'],
  [/timeout|timed out|Throttl|RequestLimit|ServiceUnavailable|InternalError/i, 'The cloud is slow or busy.'],
];

/** Undefined: nothing better is known than the words of the cloud. */
export const cureOf = (reason: string): string | undefined =>
  CURES.find(([pattern]) => pattern.test(reason))?.[1];
