/**
 * The certificate of a name that is served elsewhere, in Azure, as an operator sees it: `up` prints the records that the
 * name's owner has to make and waits; ended meanwhile, the next one goes on with the same order. The authority is a real
 * one (Pebble); the owner's DNS is a name server of the test's.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { acmeDnsCertificate } from '../../../components/provider/kinds/acme-dns-certificate.ts';
import { acmeOrder } from '../../../components/provider/kinds/acme-order.ts';
import { serveProvider } from '../../../components/provider/server.ts';
import { type DnsServer, startDns } from '../../support/dns-server.ts';
import { lacks } from '../../support/machine.ts';
import { type PebbleServer, startPebble } from '../../support/pebble-server.ts';
import { until } from '../../support/process.ts';
import { scratch } from '../../support/resource.ts';
import { withoutImages } from '../../support/worker-stack-provider.ts';
import { type CommandLine, commandLine, IMAGES, PUBLIC_NAME, type Watched } from './command.ts';
import { azure } from './commanded/azure.ts';

const PATIENCE_MS = 10 * 60_000;
const RECORD = `_acme-challenge.${PUBLIC_NAME}`;
const GATEWAY = 'azure-native:network:ApplicationGateway';
const UP = ['up', '--yes', '--wait', '0'];
/** Nothing of an installation answers here: what is asked is what comes before. */
const NOWHERE = { COVE_URL: 'https://127.0.0.1:1' };

let dns: DnsServer;
let pebble: PebbleServer;
let provider: Awaited<ReturnType<typeof serveProvider>>;
let at: CommandLine;

/** Our own provider with its real kinds, which asks the test's name server. */
function serveAcme() {
  const resolvers = () => [dns.address];
  type Wanted = Parameters<typeof acmeDnsCertificate.create>[0];
  const kinds = {
    ...withoutImages,
    'cove:acme:Order': acmeOrder,
    'cove:acme:Certificate': {
      ...acmeDnsCertificate,
      create: (wanted: Wanted, context: never) =>
        acmeDnsCertificate.create({ ...wanted, resolvers: resolvers() }, context),
    },
  };
  return serveProvider({ kinds, version: '0.1.0', looks: true });
}

/** Until it looks for the record that it has told of. */
const waits = ({ outcome, end }: Watched) =>
  Promise.race([
    until('up waits', async () => outcome.stdout.includes(`${RECORD} NS`) && dns.asked.includes(RECORD), 180),
    end.then(({ stderr }) => Promise.reject(new Error(`up ended: ${stderr}`))),
  ]);
/** What the stack has written into the zone that was made for the proof. */
const answers = () =>
  at.fake.cloud
    .all('azure-native:dns:RecordSet')
    .map(({ inputs }) => (inputs.txtRecords as { value: string[] }[])[0]!.value.join(''));

describe.skipIf(lacks('pebble'))('a name that is served elsewhere', () => {
  beforeAll(async () => {
    dns = await startDns();
    [pebble, provider] = await Promise.all([startPebble(scratch(), dns.address), serveAcme()]);
    at = await commandLine({ ...azure, fake: { ...azure.fake, providers: { cove: provider.port } } });
    const made = await at.cove(['init', ...azure.init]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const text = (await readFile(at.file, 'utf8'))
      .replace(/^images: .*$/m, IMAGES)
      .replace(
        /^certificateAuthorities: .*$/m,
        `certificateAuthorities: [${JSON.stringify(pebble.authorityFile)}]`,
      )
      .replace(/^( +directoryUrl: ).*$/m, `$1${pebble.directoryUrl}`);
    expect(text).toContain(pebble.directoryUrl);
    await writeFile(at.file, text);
  }, 240_000);
  afterAll(async () => {
    await at?.close();
    await provider?.close();
    await pebble?.stop();
    dns?.close();
  });

  test(
    'up prints the records, waits for them, and can be ended meanwhile',
    async () => {
      const up = at.begin(UP, NOWHERE);
      onTestFailed(() => console.error(up.outcome.stdout.slice(-4000), up.outcome.stderr, dns.asked));
      await waits(up);
      for (const server of [1, 2, 3, 4])
        expect(up.outcome.stdout).toContain(
          `Make this DNS record: ${RECORD} NS ns${server}-01.azure-dns.example.`,
        );
      expect(answers()).toHaveLength(1);
      // Always valid before a listener exists.
      expect(at.fake.cloud.all(GATEWAY)).toEqual([]);

      up.child.kill('SIGINT');
      const { code, stderr } = await up.end;
      expect(code).toBe(1);
      expect(stderr).toContain('Interrupted.');
      expect(stderr).toContain('Run the same command again');
    },
    PATIENCE_MS,
  );

  test(
    'the next up waits for the same answer; once it is seen the certificate is there, then the listener',
    async () => {
      const [answer = ''] = answers();
      dns.asked.length = 0;
      const up = at.begin(UP, NOWHERE);
      onTestFailed(() => console.error(up.outcome.stdout.slice(-4000), up.outcome.stderr, dns.asked));
      await waits(up);
      expect(answers()).toEqual([answer]);
      expect(at.fake.cloud.all(GATEWAY)).toEqual([]);

      // The name's owner has made the records: they lead to the zone.
      dns.texts.set(RECORD, answer);
      const { stderr } = await up.end;
      expect(stderr).toContain('https://127.0.0.1:1 is not well');
      expect(at.fake.cloud.all(GATEWAY)).toHaveLength(1);
      const secret = at.fake.cloud
        .all('azure-native:keyvault:Secret')
        .find(
          ({ inputs }) =>
            (inputs.properties as { contentType?: string }).contentType === 'application/x-pkcs12',
        );
      expect(secret).toBeDefined();
    },
    PATIENCE_MS,
  );
});
