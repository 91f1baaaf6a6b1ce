/** Objects have every field that the clients' own fixtures have, whether a client reads it or not (contract 1.4 to 1.12). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { makeWorld, type World } from '../../support/runs.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let world: World;
let datum: string;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  world = await makeWorld(platform, ada);
  const json = { project: world.projectId, commit: world.identifier, step: 'plain', on_error: 'stop-all' };
  const made = await api.call('POST', '/api/v0/executions/', { as: ada, json });
  expect(made.status).toBe(201);
  const row = { project_id: world.projectId, name: 'a', size: 1, storage_key: 'a' };
  const { id } = await platform.platform.db
    .insertInto('datums')
    .values({ ...row, output_execution_id: made.body.id })
    .returning('id')
    .executeTakeFirstOrThrow();
  datum = id;
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});

/** Path, and the fields: `a.b` within `a`, `a[].b` within each of `a`. */
const OBJECTS: [string, () => string, string][] = [
  ['a person', () => '/users/me/', 'id username email first_name last_name'],
  [
    'a project',
    () => `/projects/${world.projectId}/`,
    `id name description owner.id owner.username ctime mtime yaml_path url urls.display urls.display_repository
     environment_variables execution_summary.count read_only default_environment default_store upload_store_id repository tags
     enabled_endpoint_count execution_count queued_execution_count running_execution_count last_execution_ctime`,
  ],
  [
    'a commit',
    () => `/commits/${world.identifier}/?project=${world.projectId}&include=config`,
    `identifier adhoc ref ref_names commit_time description project_id repository yaml_path has_config url urls.display
     config[].step`,
  ],
  [
    'an execution',
    () => `/executions/${world.projectId}:latest/`,
    `id counter status status_detail title step step_icon command interpolated_command image commit.identifier commit.ref
     commit.commit_time commit.repository commit.url project.id project.name environment.id environment.name inputs parameters
     parameter_categories environment_variables runtime_config outputs[].id outputs[].name outputs[].size outputs[].ctime
     outputs[].file_ctime outputs[].file_mtime outputs[].purged cumulative_metadata stop_expression ctime mtime end_time duration
     price emissions priority executor_identity creator_id creator_name tags task_tags pipeline_tags task task_counter pipeline
     pipeline_counter is_pinned deleted n_alerts n_comments n_outputs url urls.display urls.stop urls.copy urls.copy_to_task`,
  ],
  [
    'an environment',
    () => `/environments/${world.slug}/`,
    `id name slug description enabled type owner provider allow_personal_usage bill_usage has_gpu gpu_spec per_hour_price_usd
     per_user_queue_quota per_user_resource_quotas is_scalable scale_min scale_max scale_down_grace_period spot spot_max_price
     enable_smart_vm_selection supports_priority ctime mtime url`,
  ],
  [
    'a file',
    () => `/data/${datum}`,
    `id name size uri store project md5 sha1 sha256 tags aliases purged ctime file_ctime file_mtime output_execution.counter`,
  ],
  [
    'a data store',
    () => '/stores/',
    `results[].name results[].type results[].access_mode results[].allow_read results[].allow_write results[].allow_uri_download
     results[].allow_adopt results[].configuration results[].owner results[].paths results[].teams results[].project
     results[].uri_prefix`,
  ],
];

/** Those of the paths that lead to nothing. */
function missing(object: unknown, paths: string[]): string[] {
  return paths.filter((path) => {
    let at: unknown = object;
    for (const name of path.replaceAll('[]', '.0').split('.')) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return true;
      at = (at as Record<string, unknown>)[name];
    }
    return at === undefined;
  });
}

test.each(OBJECTS)('%s', async (_, path, fields) => {
  const { status, body } = await api.call('GET', `/api/v0${path()}`, { as: ada });
  expect(status).toBe(200);
  expect(missing(body, fields.split(/\s+/).filter(Boolean))).toEqual([]);
  if ('url' in body) expect(body.url).toMatch(/^http:\/\/cove\.test:8000\/api\/v0\/.*\/$/);
});
