/** What is watched, and from when on somebody hears of it. Pure. Source: Cloud Monitoring, "Google Cloud metrics". */

export interface Alarm {
  name: string;
  description: string;
  /** Metric and resource, in the filter language of Cloud Monitoring. */
  filter: string;
  comparison: 'COMPARISON_GT' | 'COMPARISON_LT';
  threshold: number;
  /** Seconds that it has to hold. */
  duration: number;
  /** How points of a minute or more become one. */
  aligner: 'ALIGN_MEAN' | 'ALIGN_MAX' | 'ALIGN_DELTA' | 'ALIGN_NEXT_OLDER';
  /** Seconds. */
  period: number;
}

export interface Watched {
  /** Id of the check from outside; undefined where nobody outside may come. */
  check: string | undefined;
  projectId: string;
  database: string;
  queue: string;
  /** Of the load balancer's backend. */
  backend: string;
  /** Name of the application host's group, with which its machines' names begin. */
  appHost: string;
}

export function alarmsOf({ check, projectId, database, queue, backend, appHost }: Watched): Alarm[] {
  const kind = check === undefined ? 'internal' : '';
  const requests = kind === 'internal' ? 'https/internal/request_count' : 'https/request_count';
  const rule = kind === 'internal' ? 'internal_http_lb_rule' : 'https_lb_rule';
  const sql = (metric: string) =>
    `metric.type="cloudsql.googleapis.com/database/${metric}" AND resource.type="cloudsql_database" AND resource.label.database_id="${projectId}:${database}"`;
  return [
    check === undefined
      ? {
          name: 'no-healthy-host',
          description: 'The application host stands still. `cove doctor` looks for the cause.',
          filter: `metric.type="compute.googleapis.com/instance/uptime" AND resource.type="gce_instance" AND metadata.system_labels.name=starts_with("${appHost}-")`,
          comparison: 'COMPARISON_LT',
          threshold: 1,
          duration: 300,
          aligner: 'ALIGN_DELTA',
          period: 60,
        }
      : {
          name: 'no-healthy-host',
          description: 'The platform does not answer. `cove doctor` looks for the cause.',
          filter: `metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.label.check_id="${check}"`,
          comparison: 'COMPARISON_LT',
          threshold: 1,
          duration: 300,
          aligner: 'ALIGN_NEXT_OLDER',
          period: 60,
        },
    {
      name: 'server-errors',
      description: 'More than ten answers in five minutes were errors of ours. `cove logs api` shows them.',
      filter: `metric.type="loadbalancing.googleapis.com/${requests}" AND resource.type="${rule}" AND metric.label.response_code_class="500" AND resource.label.backend_name="${backend}"`,
      comparison: 'COMPARISON_GT',
      threshold: 10,
      duration: 0,
      aligner: 'ALIGN_DELTA',
      period: 300,
    },
    {
      name: 'database-cpu',
      description: 'PostgreSQL has had more than 90 % of its processors at work for 15 minutes.',
      filter: sql('cpu/utilization'),
      comparison: 'COMPARISON_GT',
      threshold: 0.9,
      duration: 900,
      aligner: 'ALIGN_MEAN',
      period: 300,
    },
    {
      name: 'database-disk',
      description:
        'PostgreSQL has used nine tenths of its disk. It grows by itself up to ten times its size.',
      filter: sql('disk/utilization'),
      comparison: 'COMPARISON_GT',
      threshold: 0.9,
      duration: 600,
      aligner: 'ALIGN_MAX',
      period: 300,
    },
    {
      name: 'queue-memory',
      description:
        'Redis has more than 80 % of its memory in use. When it is full, jobs wait longer to be found.',
      filter: `metric.type="redis.googleapis.com/stats/memory/usage_ratio" AND resource.type="redis_instance" AND resource.label.instance_id="${queue}"`,
      comparison: 'COMPARISON_GT',
      threshold: 0.8,
      duration: 600,
      aligner: 'ALIGN_MAX',
      period: 300,
    },
  ];
}

/** Certificate Manager writes a line for every certificate that ends soon. Source: its page "Logs". */
export const CERTIFICATE = {
  name: 'certificate',
  description: 'The certificate runs out soon. Is its DNS record still there?',
  filter: (projectId: string) =>
    `logName="projects/${projectId}/logs/certificatemanager.googleapis.com%2Fcertificates_expiry"`,
};
