import { expect, test } from 'vitest';
import { chosenRefs, parseGitUrl, readHead } from '../../../app/platform/git.ts';
import { gitComplaint } from '../../../app/platform/git-errors.ts';

const address = parseGitUrl('git@git.example:team/a.git');
test.each([
  [
    'git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    /refused the deploy key/,
  ],
  ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', /no repository at/],
  ["fatal: '/srv/a.git' does not appear to be a git repository", /no repository at/],
  ['ssh: Could not resolve hostname git.example: Name or service not known', /host git\.example is unknown/],
  ['ssh: connect to host git.example port 22: Connection timed out', /did not answer in time/],
  ['ssh: connect to host git.example port 22: Connection refused', /refuses connections on port 22/],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', /another host key/],
  ["fatal: could not read Username for 'https://x': terminal prompts disabled", /needs a login/],
  ['fatal: unable to access: The requested URL returned error: 301', /redirects to another/],
  ['fatal: unable to access: server certificate verification failed', /certificate/],
  ['error: file write error: No space left on device', /disk of the server is full/],
  ['hint: blah\nfatal: a new kind of trouble', /a new kind of trouble/],
  ['', /gave no reason/],
])('%j', (stderr, expected) => {
  expect(gitComplaint({ stderr, timedOut: false }, address)).toMatch(expected);
});
test('a fetch that takes too long', () => {
  expect(gitComplaint({ stderr: '', timedOut: true }, address)).toMatch(/took too long/);
});

test('of the listed refs only the wanted names are fetched', () => {
  const listed = 'a\trefs/heads/main\nb\trefs/heads/main2\nc\trefs/tags/v1\nd\trefs/heads/v1\n';
  expect(chosenRefs(listed, ['main', 'v1'])).toEqual([
    '+refs/heads/main:refs/heads/main',
    '+refs/tags/v1:refs/tags/v1',
    '+refs/heads/v1:refs/heads/v1',
  ]);
});

test('an annotated tag stands for its commit; a tag of a file for nothing', () => {
  expect(
    readHead(['refs/tags/v1', 'tagobject', 'commit', '', '1700000000', 'tag text', 'commit text'].join('\0')),
  ).toEqual([
    {
      name: 'v1',
      kind: 'tag',
      identifier: 'commit',
      time: new Date(1_700_000_000_000),
      subject: 'commit text',
    },
  ]);
  expect(readHead(['refs/tags/blob', 'x', '', '', '', '', ''].join('\0'))).toEqual([]);
});
