/**
 * What the host writes, in the workspace: its journal, with the boot and every service in it, and how full its
 * disk is. Azure's agent reads both and is told what by a rule. About three US dollars for each GiB that it sends.
 */
import { DataCollectionEndpoint } from '@pulumi/azure-native/monitor/dataCollectionEndpoint.js';
import { DataCollectionRule } from '@pulumi/azure-native/monitor/dataCollectionRule.js';
import { DataCollectionRuleAssociation } from '@pulumi/azure-native/monitor/dataCollectionRuleAssociation.js';
import { PrivateLinkScope } from '@pulumi/azure-native/monitor/privateLinkScope.js';
import { PrivateLinkScopedResource } from '@pulumi/azure-native/monitor/privateLinkScopedResource.js';
import { Workspace } from '@pulumi/azure-native/operationalinsights/workspace.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Group } from './group.ts';
import type { Network } from './network.ts';
import type { WorkerSite } from './site.ts';

/** Azure keeps logs of a workspace for 30 days at least. */
const LEAST_LOG_DAYS = 30;

/** Where logs go; gives its id. */
export const logWorkspace = (
  site: WorkerSite,
  group: Group,
  within: { parent: pulumi.Resource },
): pulumi.Output<string> =>
  new Workspace(
    'logs',
    {
      ...group.place,
      workspaceName: site.named('logs'),
      sku: { name: 'PerGB2018' },
      retentionInDays: Math.max(site.sizes.logDays, LEAST_LOG_DAYS),
      publicNetworkAccessForIngestion: site.config.network.private ? 'Disabled' : 'Enabled',
    },
    within,
  ).id;

/** Per cent of the disk in use from which on somebody hears of it. */
const DISK_PERCENT = 85;

/**
 * Azure Monitor's agent as an extension of a scale set, acting as the host's identity.
 * Source: "Manage Azure Monitor Agent", user-assigned managed identity.
 */
export const monitorExtension = (identity: pulumi.Input<string>) => ({
  name: 'monitor',
  publisher: 'Microsoft.Azure.Monitor',
  type: 'AzureMonitorLinuxAgent',
  typeHandlerVersion: '1.33',
  autoUpgradeMinorVersion: true,
  enableAutomaticUpgrade: true,
  settings: {
    authentication: {
      managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': identity },
    },
  },
});

export interface HostLogsArgs {
  site: WorkerSite;
  group: Group;
  network: Network;
  /** Ids of the workspace, and of the scale set whose machines are read. */
  workspace: pulumi.Input<string>;
  host: pulumi.Input<string>;
}

export function collectHostLogs(args: HostLogsArgs, within: { parent: pulumi.Resource }): void {
  const { site, group, workspace, host } = args;
  const door = site.config.network.private ? privateDoor(args, within) : undefined;
  const destinations = ['workspace'];
  const rule = new DataCollectionRule(
    'host',
    {
      ...group.place,
      ...(door === undefined ? {} : { dataCollectionEndpointId: door }),
      dataCollectionRuleName: site.named('host'),
      kind: 'Linux',
      description: 'The journal of the host, and how full its disk is',
      dataSources: {
        syslog: [
          {
            name: 'journal',
            streams: ['Microsoft-Syslog'],
            // Ubuntu hands its journal to syslog: what services say comes as `daemon`, cloud-init's words as `user`.
            facilityNames: ['auth', 'authpriv', 'cron', 'daemon', 'kern', 'syslog', 'user'],
            logLevels: ['Info', 'Notice', 'Warning', 'Error', 'Critical', 'Alert', 'Emergency'],
          },
        ],
        performanceCounters: [
          {
            name: 'disk',
            streams: ['Microsoft-Perf'],
            samplingFrequencyInSeconds: 60,
            counterSpecifiers: ['Logical Disk(*)\\% Used Space'],
          },
        ],
      },
      destinations: { logAnalytics: [{ name: destinations[0]!, workspaceResourceId: workspace }] },
      dataFlows: [
        { streams: ['Microsoft-Syslog'], destinations },
        { streams: ['Microsoft-Perf'], destinations },
      ],
    },
    within,
  );
  new DataCollectionRuleAssociation(
    'host',
    { resourceUri: host, associationName: site.named('host'), dataCollectionRuleId: rule.id },
    within,
  );
  // Where the agent asks for its rules, in private mode; Azure knows it by this name alone.
  if (door !== undefined)
    new DataCollectionRuleAssociation(
      'host-door',
      { resourceUri: host, associationName: 'configurationAccessEndpoint', dataCollectionEndpointId: door },
      within,
    );
}

/** Logs' way inside the network: an endpoint of ours, in a scope that one private endpoint leads to. */
function privateDoor(
  { site, group, network, workspace }: HostLogsArgs,
  within: { parent: pulumi.Resource },
): pulumi.Output<string> {
  const door = new DataCollectionEndpoint(
    'host',
    {
      ...group.place,
      dataCollectionEndpointName: site.named('host'),
      kind: 'Linux',
      networkAcls: { publicNetworkAccess: 'Disabled' },
    },
    within,
  );
  const scope = new PrivateLinkScope(
    'logs',
    {
      ...group.place,
      location: 'global',
      scopeName: site.named('logs'),
      accessModeSettings: { ingestionAccessMode: 'PrivateOnly', queryAccessMode: 'Open' },
    },
    within,
  );
  const members = Object.entries({ workspace, host: door.id }).map(
    ([name, linkedResourceId]) =>
      new PrivateLinkScopedResource(
        name,
        { ...group.within, scopeName: scope.name, name, linkedResourceId },
        within,
      ),
  );
  network.endpoint('monitor', scope.id, within.parent, members);
  return door.id;
}

/** Answers a row for each disk of a host that is nearly full. Pure. */
export const diskQuery = `Perf
| where ObjectName == "Logical Disk" and CounterName == "% Used Space" and InstanceName == "/"
| summarize used = avg(CounterValue) by Computer
| where used > ${DISK_PERCENT}`;
