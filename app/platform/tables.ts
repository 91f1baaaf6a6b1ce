/** The database as TypeScript sees it; `app/migrations/` is the truth. int8 arrives as number, numeric as string. */
import type { ColumnType, Generated } from 'kysely';
import type { JoinSettings, MachineGroup } from '../settings.ts';
import type { ClusterSigner } from './machine-proofs/kubernetes.ts';
import type { StackOrder, StackReport } from './machines/report.ts';
import type { StoreConfiguration } from './storage/named.ts';
import type { AccessMode, EndStatus, QuotaKind, RegistryType, Role, Status, StoreType } from './words.ts';

type Json<T> = ColumnType<T, string, string>;
type GeneratedJson<T> = ColumnType<T, string | undefined, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type Now = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Values = Record<string, unknown>;

export interface Database {
  users: {
    id: Generated<string>;
    username: string;
    email: Generated<string>;
    first_name: Generated<string>;
    last_name: Generated<string>;
    password_hash: string | null;
    is_active: Generated<boolean>;
    ctime: Now;
  };
  tokens: {
    id: Generated<string>;
    user_id: string;
    kind: 'api' | 'session';
    name: Generated<string>;
    hash: Buffer;
    ctime: Now;
    last_used: NullableTime;
    expires_at: NullableTime;
  };
  organizations: {
    id: Generated<string>;
    name: string;
    personal_user_id: string | null;
    is_operator: Generated<boolean>;
    ctime: Now;
  };
  organization_members: { organization_id: string; user_id: string; role: Role };
  teams: { id: Generated<string>; organization_id: string; name: string };
  team_members: { team_id: string; user_id: string };
  environments: {
    id: Generated<string>;
    slug: string;
    name: string;
    description: Generated<string>;
    enabled: Generated<boolean>;
    in_config: Generated<boolean>;
    purpose: Generated<'jobs' | 'endpoints'>;
    executor: 'docker' | 'process' | 'kubernetes';
    organization_id: string | null;
    gpu_spec: Generated<string>;
    per_hour_price_usd: Generated<string>;
    per_user_queue_quota: Generated<number>;
    machine_group: NullableJson<MachineGroup>;
    machine_type: Generated<string>;
    machine_slots: Generated<number>;
    spot: Generated<boolean>;
    ceiling: Generated<number>;
    min_machines: Generated<number>;
    max_machines: number | null;
    grace_seconds: Generated<number>;
    schedule: GeneratedJson<ScheduleWindow[]>;
    /** When the config last said something else of it. */
    machines_changed_at: Now;
    /** Seconds; null: none. */
    default_time_limit: number | null;
    /** So often an execution made here is run again after a loss. */
    max_retries: Generated<number>;
    environment_variables: GeneratedJson<Record<string, string>>;
    /** Patterns of images; none: every image. */
    allowed_images: Generated<string[]>;
    /** Null: the installation's own config has it. */
    worker_stack_id: string | null;
    /** Null: the whole organisation's. */
    team_id: Generated<string | null>;
    /** Null: it takes jobs. */
    paused_at: NullableTime;
    paused_by: Generated<string | null>;
    pause_reason: Generated<string>;
    ctime: Now;
    mtime: Now;
  };
  quotas: {
    id: Generated<string>;
    organization_id: string;
    kind: QuotaKind;
    user_id: Generated<string | null>;
    team_id: Generated<string | null>;
    project_id: Generated<string | null>;
    /** Whichever of the three is given. */
    subject_id: ColumnType<string | null, never, never>;
    most: number;
    ctime: Now;
    mtime: Now;
  };
  join_codes: {
    hash: Buffer;
    environment_id: string;
    expires_at: Date;
    used_at: NullableTime;
    worker_id: Generated<string | null>;
  };
  worker_stacks: {
    id: Generated<string>;
    name: string;
    proof: Json<JoinSettings['proof']>;
    token_hash: Buffer;
    report: GeneratedJson<StackReport>;
    /** Of a cluster's tokens; null: not told yet, or the stack is in no cluster. */
    signer: NullableJson<ClusterSigner>;
    reported_at: NullableTime;
    ctime: Now;
    mtime: Now;
  };
  worker_stack_orders: {
    id: Generated<number>;
    worker_stack_id: string;
    machine_group: string;
    orders: Json<StackOrder>;
    ctime: Now;
  };
  scaling: {
    environment_id: string;
    wanted: number | null;
    wanted_at: NullableTime;
    failures: Generated<number>;
    failed_at: NullableTime;
    message: Generated<string>;
    machines: GeneratedJson<KnownMachine[]>;
    /** `Resources` of the newest machine, told when it joined; of no use where that was before `machines_changed_at`. */
    machine_size: NullableJson<MachineSize>;
    machine_size_at: NullableTime;
    mtime: Now;
  };
  workers: {
    id: Generated<string>;
    environment_id: string;
    name: string;
    token_hash: Buffer;
    info: GeneratedJson<Values>;
    last_seen: NullableTime;
    instance_id: string | null;
    ctime: Now;
    draining_at: NullableTime;
    drain_reason: string | null;
    drained_at: NullableTime;
  };
  projects: {
    id: Generated<string>;
    organization_id: string;
    team_id: string | null;
    name: string;
    description: Generated<string>;
    yaml_path: Generated<string>;
    default_environment_id: string | null;
    default_store_id: Generated<string | null>;
    upload_store_id: Generated<string | null>;
    creator_id: string | null;
    execution_counter: Generated<number>;
    tags: Generated<string[]>;
    ctime: Now;
    mtime: Now;
    deleted_at: NullableTime;
  };
  project_members: { project_id: string; user_id: string; role: Exclude<Role, 'owner'> };
  project_variables: { project_id: string; name: string; value: string | null; secret: Generated<boolean> };
  environment_variable_groups: {
    id: Generated<string>;
    organization_id: string;
    name: string;
    description: Generated<string>;
    ctime: Now;
    mtime: Now;
  };
  environment_variable_group_variables: {
    group_id: string;
    name: string;
    value: string | null;
    secret: Generated<boolean>;
  };
  runtime_config_presets: {
    id: Generated<string>;
    environment_id: string;
    slug: string;
    name: string;
    runtime_config: GeneratedJson<Values>;
    ctime: Now;
    mtime: Now;
  };
  repositories: {
    project_id: string;
    url: string;
    public_key: string | null;
    refs: Generated<string[]>;
    last_fetch: NullableTime;
    last_error: string | null;
  };
  commits: {
    id: Generated<string>;
    project_id: string;
    identifier: string;
    adhoc: Generated<boolean>;
    ref: Generated<string>;
    ref_names: Generated<string[]>;
    commit_time: Time;
    description: Generated<string>;
    yaml_path: Generated<string>;
    config: ColumnType<Values[] | null, string | null | undefined, string | null>;
    config_error: string | null;
    snapshot_key: string | null;
    snapshot_sha256: string | null;
    snapshot_size: number | null;
    ctime: Now;
  };
  executions: {
    id: Generated<string>;
    project_id: string;
    counter: number;
    commit_id: string | null;
    environment_id: string;
    upload_store_id: Generated<string>;
    creator_id: string | null;
    step: string;
    title: Generated<string>;
    tags: Generated<string[]>;
    image: string;
    command: Json<string[]>;
    interpolated_command: string;
    parameters: GeneratedJson<Values>;
    inputs: GeneratedJson<ExecutionInput[]>;
    environment_variables: GeneratedJson<Record<string, string>>;
    inherit_environment_variables: Generated<boolean>;
    environment_variable_groups: Generated<string[]>;
    runtime_config: GeneratedJson<Values>;
    runtime_config_preset_id: string | null;
    priority: Generated<number>;
    time_limit: number | null;
    no_output_timeout: number | null;
    stop_expression: string | null;
    /** So often it is run again after a loss that is not its own doing. */
    max_retries: Generated<number>;
    status: Status;
    status_detail: Generated<string>;
    stop_requested_at: NullableTime;
    stop_reason: string | null;
    attempt: Generated<number>;
    /** The next attempt may not begin earlier; null: nothing was lost. */
    not_before: NullableTime;
    exit_code: number | null;
    cumulative_metadata: GeneratedJson<Values>;
    executor_identity: Generated<string>;
    ctime: Now;
    mtime: Now;
    queued_at: NullableTime;
    started_at: NullableTime;
    end_time: NullableTime;
    deleted_at: NullableTime;
  };
  attempts: {
    execution_id: string;
    number: number;
    worker_id: string | null;
    token: string;
    lease_expires_at: Time;
    started_at: Now;
    ended_at: NullableTime;
    end_status: EndStatus | null;
    exit_code: number | null;
    reason: string | null;
    log_lines: Generated<number>;
    refused_reports: Generated<number>;
    claim_id: Generated<string | null>;
    phase: Generated<string | null>;
    phase_since: NullableTime;
    progress: NullableJson<{ numbers: Record<string, number>; estimate: number | null }>;
    /** Its execution was queued again after it. */
    run_again: Generated<boolean>;
  };
  claims: { id: string; ctime: Now };
  parted_uploads: {
    storage_key: string;
    upload: string;
    store_id: string;
    execution_id: string;
    attempt: number;
    begun_at: Now;
  };
  /** Of executions that have ended; of one kind there may be many rows, whose `n` add up. */
  execution_counts: {
    project_id: string;
    status: EndStatus;
    environment_id: string;
    creator_id: string | null;
    step: string;
    n: number;
    summed: Generated<boolean>;
  };
  log_chunks: {
    execution_id: string;
    attempt: number;
    first_seq: number;
    last_seq: number;
    storage_key: string;
    bytes: number;
  };
  metadata_points: { execution_id: string; attempt: number; seq: number; time: Time; value: Json<Values> };
  datums: {
    id: Generated<string>;
    project_id: string;
    output_execution_id: string | null;
    name: string;
    size: number;
    storage_key: string;
    store_id: Generated<string>;
    md5: string | null;
    sha1: string | null;
    sha256: string | null;
    metadata: GeneratedJson<Values>;
    tags: Generated<string[]>;
    file_ctime: NullableTime;
    file_mtime: NullableTime;
    purged: Generated<boolean>;
    /** That stored it. */
    attempt: Generated<number | null>;
    /** The output of the same name of a later attempt. */
    replaced_by: Generated<string | null>;
    ctime: Now;
  };
  stores: {
    id: Generated<string>;
    name: string;
    type: StoreType;
    /** Null: the installation's own. */
    organization_id: string | null;
    access_mode: AccessMode;
    project_id: string | null;
    team_ids: Generated<string[]>;
    allow_read: Generated<boolean>;
    allow_write: Generated<boolean>;
    allow_uri_download: Generated<boolean>;
    allow_adopt: Generated<boolean>;
    configuration: GeneratedJson<StoreConfiguration>;
    ctime: Now;
    mtime: Now;
    deleted_at: NullableTime;
  };
  registry_credentials: {
    id: Generated<string>;
    organization_id: string;
    type: RegistryType;
    image_pattern: string;
    configuration: GeneratedJson<Record<string, string>>;
    ctime: Now;
    mtime: Now;
  };
  datum_aliases: {
    id: Generated<string>;
    project_id: string;
    name: string;
    datum_id: string;
    ctime: Now;
    mtime: Now;
  };
  datasets: {
    id: Generated<string>;
    project_id: string;
    name: string;
    description: Generated<string>;
    creator_id: string | null;
    ctime: Now;
    mtime: Now;
  };
  dataset_versions: {
    id: Generated<string>;
    dataset_id: string;
    name: string;
    tags: Generated<string[]>;
    metadata: GeneratedJson<Values>;
    output_execution_id: string | null;
    creator_id: string | null;
    ctime: Now;
  };
  dataset_version_files: { version_id: string; datum_id: string };
  dataset_version_aliases: {
    id: Generated<string>;
    dataset_id: string;
    name: string;
    version_id: string;
    ctime: Now;
    mtime: Now;
  };
  execution_inputs: {
    execution_id: string;
    position: number;
    input: string;
    name: string;
    uri: string;
    asked: string;
    datum_id: string | null;
    dataset_version_id: string | null;
  };
  audit: {
    id: Generated<number>;
    time: Now;
    actor: Json<Values>;
    action: string;
    subject_id: string | null;
    project_id: string | null;
    properties: GeneratedJson<Values>;
  };
  control_plane: { one: Generated<boolean>; last_seen: Now; returned_at: NullableTime };
  scheduler_passes: { job: string; ended_at: Time };
}

/** An input of an execution as it was resolved at creation. */
export interface ExecutionInput {
  name: string;
  /** Addresses that always lead to the same files: of an alias, what it stood for. */
  urls: string[];
  keep_directories: 'none' | 'suffix' | 'full';
  filename: string | null;
  /** Absent in executions that were made before there was another kind. */
  download?: 'always' | 'on-demand';
}

/** The same form as `Resources` in the protocol. */
export interface MachineSize {
  cpus: number;
  memory: number;
  devices: Record<string, number>;
}
/** A machine as autoscaling last saw it. Times are ISO 8601. */
export interface KnownMachine {
  id: string;
  state: 'starting' | 'running' | 'ending';
  launched_at: string;
  /** Since when it has been seen outside its group; absent: it is inside. */
  strayed_at?: string | null;
  /** When the cloud was last asked to end it. */
  ended_at?: string | null;
}
/** From each time that `cron` names, for so many minutes, other bounds hold. */
export interface ScheduleWindow {
  cron: string;
  /** IANA name. */
  timezone: string;
  minutes: number;
  min?: number | undefined;
  max?: number | undefined;
}
