/** Groups of machines: scale sets, whose model is exchanged as a whole. */
import { VirtualMachineScaleSet } from '@pulumi/azure-native/compute/virtualMachineScaleSet.js';
import * as pulumi from '@pulumi/pulumi';
import type { Group } from './group.ts';
import { monitorExtension } from './host-logs.ts';
import { imageReference, type Published, UBUNTU_GPU } from './machine-images.ts';
import type { WorkerSite } from './site.ts';

export interface MachineGroupArgs {
  site: WorkerSite;
  group: Group;
  /** Its name: 64 characters at most. */
  groupName: pulumi.Input<string>;
  /** How many machines; what the application says later stands. */
  capacity: number;
  machineType: string;
  diskGb: number;
  /** The operator's image; left out: the cloud's. */
  image: string | undefined;
  published: Published;
  subnet: pulumi.Input<string>;
  /** Security group that its interfaces carry; undefined: the subnet does. */
  securityGroup: pulumi.Input<string> | undefined;
  /** Id of the managed identity that it acts as; undefined: none. */
  identity: pulumi.Input<string> | undefined;
  /** The first boot, as cloud-init reads it. No secret is in it. */
  userData: pulumi.Input<string>;
  spot?: boolean;
  tags: Record<string, string>;
  /** Pool of the load balancer that it joins. */
  pool?: pulumi.Input<string>;
  /** Port and path where a well machine answers; one that does not is made anew. */
  health?: { port: number; path: string };
  /** Its journal and its disk are watched, by an agent that acts as its identity. */
  watched?: boolean;
}

/**
 * Azure asks for a key of SSH, though nothing listens to anybody: this is one whose private half nobody has ever had,
 * for it was made of the words "nobody has the other half of this key" (SHA-256, as an Ed25519 point).
 */
const NOBODY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMdrLd2R1fYlg9lJDHwriK5Bc8EMVE8OYEaGOevgy6Ui cove-nobody';

export function machineGroup(
  name: string,
  args: MachineGroupArgs,
  options: pulumi.CustomResourceOptions,
): VirtualMachineScaleSet {
  const { site, group, machineType, diskGb, image, published, spot, health } = args;
  const { diskEncryptionSet } = site.config.given;
  const extensions = [
    ...(health === undefined ? [] : [healthExtension(health)]),
    ...(args.watched && args.identity !== undefined ? [monitorExtension(args.identity)] : []),
  ];
  return new VirtualMachineScaleSet(
    name,
    {
      ...group.place,
      tags: { ...site.tags, ...args.tags },
      vmScaleSetName: args.groupName,
      sku: { name: machineType, tier: 'Standard', capacity: args.capacity },
      ...(site.zones.length === 0 ? {} : { zones: site.zones }),
      orchestrationMode: 'Uniform',
      overprovision: false,
      singlePlacementGroup: false,
      ...(args.identity === undefined
        ? {}
        : { identity: { type: 'UserAssigned', userAssignedIdentities: [args.identity] } }),
      // Another model is for machines that are made from now on.
      upgradePolicy: { mode: 'Manual' },
      ...(health === undefined
        ? {}
        : // First boot: packages, images, migrations.
          { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT30M', repairAction: 'Replace' } }),
      virtualMachineProfile: {
        ...(spot ? { priority: 'Spot', evictionPolicy: 'Delete', billingProfile: { maxPrice: -1 } } : {}),
        securityProfile: {
          encryptionAtHost: true,
          securityType: 'TrustedLaunch',
          // NVIDIA's driver is built on the machine, and signed by nobody.
          uefiSettings: { vTpmEnabled: true, secureBootEnabled: published !== UBUNTU_GPU },
        },
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        osProfile: {
          computerNamePrefix: name.slice(0, 40),
          adminUsername: 'cove',
          customData: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString('base64')),
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ path: '/home/cove/.ssh/authorized_keys', keyData: NOBODY }] },
          },
        },
        storageProfile: {
          imageReference: imageReference(
            name,
            { site, given: image, published },
            { parent: options.parent! },
          ),
          osDisk: {
            createOption: 'FromImage',
            caching: 'ReadWrite',
            diskSizeGB: diskGb,
            managedDisk: {
              storageAccountType: 'Premium_LRS',
              ...(diskEncryptionSet === undefined ? {} : { diskEncryptionSet: { id: diskEncryptionSet } }),
            },
          },
        },
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              name: 'primary',
              primary: true,
              ...(args.securityGroup === undefined
                ? {}
                : { networkSecurityGroup: { id: args.securityGroup } }),
              ipConfigurations: [
                {
                  name: 'primary',
                  primary: true,
                  subnet: { id: args.subnet },
                  ...(args.pool === undefined
                    ? {}
                    : { applicationGatewayBackendAddressPools: [{ id: args.pool }] }),
                },
              ],
            },
          ],
        },
        ...(extensions.length === 0 ? {} : { extensionProfile: { extensions } }),
      },
    },
    options,
  );
}

const healthExtension = ({ port, path }: { port: number; path: string }) => ({
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  type: 'ApplicationHealthLinux',
  typeHandlerVersion: '1.0',
  autoUpgradeMinorVersion: true,
  settings: { protocol: 'http', port, requestPath: path },
});
