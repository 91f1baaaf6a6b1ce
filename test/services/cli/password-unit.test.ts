/** The unit that `cove password --reset` makes of the bootstrap's own on a host, by the real sed. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { EDITS } from '../../../app/cli/cloud-verbs/password.ts';
import { containerUnits } from '../../../components/boot/units.ts';

test('runs one step of the bootstrap, once, under a name of its own', () => {
  const [unit] = containerUnits({
    name: 'bootstrap',
    title: 'bootstrap',
    image: 'registry.example.org/platform@sha256:0',
    after: ['vault'],
    once: true,
    mounts: [{ path: '/run/cove', write: true }],
    lines: ["ExecStopPost=/bin/sh -c 'systemctl restart cove-vault'"],
  });
  const edits = EDITS.flatMap((edit) => ['-e', edit]);
  expect(execFileSync('sed', edits, { input: unit!.content, encoding: 'utf8' })).toBe(`[Unit]
Description=Cove: bootstrap
After=cove-vault.service
[Service]
Type=oneshot
ExecStartPre=-/bin/sh -c '/usr/bin/docker rm --force cove-password 2>/dev/null'
ExecStart=/usr/bin/docker run $RUN --name cove-password --volume /run/cove:/run/cove registry.example.org/platform@sha256:0 --only password
[Install]
WantedBy=multi-user.target
`);
});
