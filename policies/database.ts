/** DB: the truth of the installation. */
import { all, each, forKinds, type Policy, policy, whole } from './policy.ts';
import { list, no, ofKind, type Props, type Resource, refersTo, yes } from './resource.ts';
import { conf } from './resources/local.ts';
import { awsSize, azureSize, gcpSize, isEnough, isSupported, MINIMUM, type Size } from './resources/sizes.ts';

/** Days of backups, at least. */
export const backupDays = (profile: 'dev' | 'prod'): number => (profile === 'prod' ? 14 : 7);

const AWS = ['aws.rds.Instance', 'aws.rds.Cluster'];
function* awsBackups({ props, uses }: Resource, profile: 'dev' | 'prod'): Iterable<string> {
  if (uses.replicateSourceDb !== undefined || props.replicateSourceDb) return;
  const days = props.backupRetentionPeriod ?? 1;
  if (days < backupDays(profile))
    yield `backups are kept for ${days} days, ${backupDays(profile)} are needed`;
  if (yes(props.skipFinalSnapshot)) yield 'skipFinalSnapshot is true';
  else if (!props.finalSnapshotIdentifier && uses.finalSnapshotIdentifier === undefined)
    yield 'it names no final snapshot';
  if (!yes(props.deletionProtection)) yield 'deletionProtection is not true';
}

const backups = policy({
  id: 'DB-01',
  severity: 'high',
  needed:
    'backups of at least 7 days (in prod 14) to any point in time, a last snapshot, and protection from deletion',
  why: 'Everything but files is in this database: users, runs, their history, and Vault’s storage.',
  todo: 'set `backupDays`, and leave deletion protection and the last snapshot on',
  on: 'MMMAA',
  scope: 'stack',
  seeAlso: ['CKV_AWS_133', 'CKV_AWS_293', 'CKV_GCP_14'],
  check: all(
    each({
      ...forKinds(AWS, (resource, { profile }) => awsBackups(resource, profile)),
      *'gcp.sql.DatabaseInstance'({ props }, { profile }) {
        const backup = props.settings?.backupConfiguration ?? {};
        if (!yes(backup.enabled)) yield 'backups are off';
        if (!yes(backup.pointInTimeRecoveryEnabled)) yield 'pointInTimeRecoveryEnabled is not true';
        const kept = backup.backupRetentionSettings?.retainedBackups ?? 7;
        if (kept < backupDays(profile)) yield `${kept} backups are kept, ${backupDays(profile)} are needed`;
        if (no(props.deletionProtection) || !yes(props.settings?.deletionProtectionEnabled))
          yield 'deletion protection is not on';
      },
      *'azure-native.dbforpostgresql.Server'(server, { profile }, resources) {
        const days = server.props.backup?.backupRetentionDays ?? 7;
        if (days < backupDays(profile))
          yield `backups are kept for ${days} days, ${backupDays(profile)} are needed`;
        const locked = ofKind(
          resources,
          'azure-native.authorization.ManagementLockByScope',
          'azure-native.authorization.ManagementLockAtResourceLevel',
          'azure-native.authorization.ManagementLockAtResourceGroupLevel',
        );
        if (
          !server.protect &&
          !locked.some((lock) => refersTo(lock, server) || lock.kind.endsWith('GroupLevel'))
        )
          yield 'nothing protects it from deletion';
      },
    }),
    whole(function* ({ resources, facts }) {
      const bundled = resources.find(
        ({ kind, name }) => kind === 'kubernetes.StatefulSet' && /postgres|database/.test(name),
      );
      if (bundled !== undefined && ofKind(resources, 'kubernetes.CronJob').length === 0)
        yield { resource: bundled, found: 'no CronJob backs it up' };
      const cluster = ofKind(resources, 'cove.PostgresCluster')[0];
      if (cluster !== undefined && facts.shared && !resources.some(({ name }) => /backup/.test(name)))
        yield {
          resource: cluster,
          found: 'others use this machine, and nothing here backs the database up by itself',
        };
    }),
  ),
});

const redundant = policy({
  id: 'DB-02',
  severity: 'high',
  needed: 'a standby in another zone for PostgreSQL and Redis',
  why: 'Zones fail. With a standby that is a minute, without one it is a restore.',
  todo: 'leave `highAvailability` on (it is in prod)',
  on: 'MMMA-',
  mildInDev: true,
  seeAlso: ['CKV_AWS_157', 'CKV2_AWS_50', 'CKV_AZURE_230', 'WA'],
  check: each({
    *'aws.rds.Instance'({ props }) {
      if (!yes(props.multiAz) && !props.replicateSourceDb) yield 'multiAz is not true';
    },
    *'aws.elasticache.ReplicationGroup'({ props }) {
      if (!yes(props.automaticFailoverEnabled)) yield 'automaticFailoverEnabled is not true';
      if (!yes(props.multiAzEnabled)) yield 'multiAzEnabled is not true';
    },
    *'gcp.sql.DatabaseInstance'({ props }) {
      const { availabilityType } = props.settings ?? {};
      if (availabilityType !== 'REGIONAL') yield `availabilityType is ${availabilityType ?? 'ZONAL'}`;
    },
    *'gcp.redis.Instance'({ props }) {
      if (props.tier !== 'STANDARD_HA') yield `tier is ${props.tier ?? 'BASIC'}`;
    },
    *'azure-native.dbforpostgresql.Server'({ props }) {
      const mode = props.highAvailability?.mode;
      if (mode !== 'ZoneRedundant') yield `highAvailability.mode is ${mode ?? 'Disabled'}`;
    },
    *'azure-native.redisenterprise.RedisEnterprise'({ props }) {
      if (props.highAvailability === 'Disabled') yield 'highAvailability is Disabled';
    },
    *'kubernetes.StatefulSet'({ props, name }) {
      if (/postgres|redis|database|queue/.test(name) && (props.spec?.replicas ?? 1) < 2)
        yield `it has ${props.spec?.replicas ?? 1} replica`;
    },
  }),
});

function* sized(
  size: Size | undefined,
  diskGb: Props,
  profile: 'dev' | 'prod',
  name: string,
): Iterable<string> {
  if (profile !== 'prod') return;
  if (size !== undefined && !isEnough(size))
    yield `${name} has ${size.cpus} vCPU and ${size.gib} GiB; in prod ${MINIMUM.cpus} and ${MINIMUM.gib} are needed`;
  if (Number(diskGb ?? 0) < MINIMUM.diskGb)
    yield `its disk has ${diskGb ?? 0} GiB; in prod ${MINIMUM.diskGb} are needed`;
}
function* supported(version: Props, today: string): Iterable<string> {
  const major = Number.parseInt(String(version).replace(/^POSTGRES_/, ''), 10);
  if (!isSupported(major, today))
    yield `PostgreSQL ${Number.isNaN(major) ? 'of no named version' : major} gets no fixes any more`;
}

const fit = policy({
  id: 'DB-03',
  severity: 'high',
  needed: `no public address, a version of PostgreSQL that still gets fixes, and in prod at least ${MINIMUM.cpus} vCPU, ${MINIMUM.gib} GiB and ${MINIMUM.diskGb} GiB of disk`,
  why: 'A database that the internet can knock at, that nobody mends, or that is too small, ends the installation one night.',
  todo: 'choose the version, class and disk in `database`',
  on: 'MMM--',
  seeAlso: ['CKV_AWS_17', 'CKV_GCP_11', 'CKV_GCP_60', 'CKV_GCP_79', 'CKV_AZURE_68'],
  check: each({
    *'aws.rds.Instance'({ props }, { profile, today }) {
      if (yes(props.publiclyAccessible)) yield 'publiclyAccessible is true';
      yield* supported(props.engineVersion, today);
      yield* sized(
        awsSize(String(props.instanceClass)),
        props.allocatedStorage,
        profile,
        props.instanceClass,
      );
    },
    *'gcp.sql.DatabaseInstance'({ props }, { profile, today }) {
      const { ipConfiguration, tier, diskSize } = props.settings ?? {};
      if (!no(ipConfiguration?.ipv4Enabled)) yield 'ipv4Enabled is not false, so it has a public address';
      yield* supported(props.databaseVersion, today);
      yield* sized(gcpSize(String(tier)), diskSize, profile, tier);
    },
    *'azure-native.dbforpostgresql.Server'({ props }, { profile, today }) {
      if (props.network?.publicNetworkAccess === 'Enabled') yield 'publicNetworkAccess is Enabled';
      yield* supported(props.version, today);
      yield* sized(
        azureSize(String(props.sku?.name)),
        props.storage?.storageSizeGB,
        profile,
        props.sku?.name,
      );
    },
  }),
});

/** Milliseconds; statements that took at least so long may be logged. */
export const SLOW_MS = 100;

/** What is wrong with what PostgreSQL writes down. Pure. */
export function* talksTooMuch(settings: Record<string, unknown>): Iterable<string> {
  const { log_statement: statement, log_min_duration_statement: duration } = settings;
  if (['all', 'mod'].includes(String(statement ?? 'none').toLowerCase()))
    yield `log_statement is ${statement}`;
  const ms =
    duration === undefined
      ? -1
      : Number.parseInt(String(duration), 10) * (/\ds$/.test(String(duration)) ? 1000 : 1);
  if (ms >= 0 && ms < SLOW_MS) yield `log_min_duration_statement is ${duration}`;
}
const pairs = (parameters: Props): Record<string, unknown> =>
  Object.fromEntries(list(parameters).map(({ name, value }) => [name, value]));

const quiet = policy({
  id: 'DB-04',
  severity: 'medium',
  needed: `statements are not written to the log (only those slower than ${SLOW_MS} ms)`,
  why: 'Statements hold what people typed, passwords among it, and logs are read by more people than databases.',
  todo: 'leave log_statement at none or ddl, and log_min_duration_statement at 500 ms',
  on: 'MMMMM',
  check: each({
    *'aws.rds.ParameterGroup'({ props }) {
      yield* talksTooMuch(pairs(props.parameters));
    },
    *'gcp.sql.DatabaseInstance'({ props }) {
      yield* talksTooMuch(pairs(props.settings?.databaseFlags));
    },
    *'azure-native.dbforpostgresql.Configuration'({ props, name }) {
      yield* talksTooMuch({ [props.configurationName ?? name]: props.value });
    },
    *'kubernetes.ConfigMap'({ props }) {
      for (const [file, text] of Object.entries(props.data ?? {})) {
        if (/postgresql?\.conf$/.test(file)) yield* talksTooMuch(conf(String(text)));
      }
    },
    *'cove.File'({ props, name }) {
      if (name === 'postgresql.conf') yield* talksTooMuch(conf(String(props.content)));
    },
  }),
});

export const database: Policy[] = [backups, redundant, fit, quiet];
