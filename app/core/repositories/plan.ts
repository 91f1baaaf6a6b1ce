/** From the heads of a repository to rows of commits. Pure. */
import type { Head } from '../../platform/git.ts';

/** A commit that one or more branches or tags name. */
export interface HeadCommit {
  identifier: string;
  /** The name it is shown under. */
  ref: string;
  refNames: string[];
  time: Date;
  subject: string;
}

/** Branches before tags, `main` and `master` first, then by name. */
const rank = (head: Head): string => {
  const usual = ['main', 'master'].indexOf(head.name);
  return `${head.kind === 'branch' ? 0 : 1}${usual === -1 ? 9 : usual}${head.name}`;
};

/** One entry per commit, oldest first. */
export function headCommits(heads: readonly Head[]): HeadCommit[] {
  const byIdentifier = new Map<string, Head[]>();
  for (const head of heads)
    byIdentifier.set(head.identifier, [...(byIdentifier.get(head.identifier) ?? []), head]);
  const commits = [...byIdentifier.values()].map((same) => {
    const sorted = same.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
    const first = sorted[0]!;
    return {
      identifier: first.identifier,
      ref: first.name,
      refNames: [...new Set(sorted.map(({ name }) => name))],
      time: first.time,
      subject: first.subject,
    };
  });
  return commits.sort((a, b) => a.time.getTime() - b.time.getTime() || (a.ref < b.ref ? -1 : 1));
}
