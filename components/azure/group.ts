/** The resource group that everything is made in, or one that is there already. It costs nothing. */
import { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from './site.ts';

export class Group extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** For what knows neither place nor tags. */
  readonly within: { resourceGroupName: pulumi.Output<string> };
  /** For everything else. */
  readonly place: {
    resourceGroupName: pulumi.Output<string>;
    location: string;
    tags: Record<string, string>;
  };

  constructor(name: string, { site }: { site: WorkerSite }, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Group', name, {}, options);
    const { region, subscriptionId, given } = site.config;
    const resourceGroupName =
      given.resourceGroup === undefined
        ? new ResourceGroup(
            'group',
            { resourceGroupName: `cove-${site.name}`, location: region, tags: site.tags },
            { parent: this },
          ).name
        : pulumi.output(given.resourceGroup);
    this.id = pulumi.interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;
    this.within = { resourceGroupName };
    this.place = { resourceGroupName, location: region, tags: site.tags };
    this.registerOutputs({ id: this.id });
  }
}
