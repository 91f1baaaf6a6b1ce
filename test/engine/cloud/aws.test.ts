/** The AWS stack on the real engine over fake clouds: what an operator would see of it. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { program } from '../../../stacks/index.ts';
import { withFakeCloud } from '../../fakes/cloud/with.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = (name: string) => ({
  digest,
  source: {
    kind: 'reference' as const,
    reference: `registry.example.org/cove/${name}@${digest}`,
    login: { kind: 'none' as const },
  },
});
const images = { platform: image('platform'), vault: image('vault') };
const LEAST = `target: aws
accountId: '123456789012'
region: eu-north-1
publicName: cove.example.org
dns: {kind: zone, zoneId: Z0123456789ABC}
administrator: {email: ops@example.org}
`;
const stackOf = (more = '') =>
  program({ name: 'prod', config: parseConfig(LEAST + more, 'prod.yaml'), images });

it('comes up from the six required values, and stays as it is', async () => {
  await withFakeCloud({}, async (stack) => {
    const { changes, outputs, output } = await stack.up(stackOf());
    if (process.env.SHOW) console.log(output.slice(-3000), changes.length);
    expect(outputs).toMatchObject({ installation: 'prod', publicUrl: 'https://cove.example.org' });
    expect((await stack.up(stackOf())).changes).toEqual([]);
  });
});
