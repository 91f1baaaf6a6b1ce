/** The way in: a Gateway, or an Ingress, with TLS; port 80 only leads to 443, and streams may be quiet for long. */
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { Service } from '@pulumi/kubernetes/core/v1/service.js';
import { Ingress as IngressObject } from '@pulumi/kubernetes/networking/v1/ingress.js';
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from '../contract.ts';
import type { Dns } from './dns.ts';
import { metaOf, selector } from './meta.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';

const GATEWAY = 'gateway.networking.k8s.io/v1';
export const API_PORT = 8000;

export interface IngressArgs {
  site: Site;
  network: Network;
  dns: Dns;
}

export class Ingress extends pulumi.ComponentResource {
  /** Address of the proxies in front; empty where nobody tells. */
  readonly host: pulumi.Output<string>;
  readonly records: pulumi.Output<DnsRecord[]>;
  readonly #site: Site;
  readonly #service: Service;

  constructor(name: string, { site, network, dns }: IngressArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Ingress', name, {}, options);
    this.#site = site;
    this.#service = new Service(
      'api',
      {
        metadata: metaOf(site, {
          name: 'api',
          component: 'api',
          // Its pods come later, and wait for databases.
          annotations: { 'pulumi.com/skipAwait': 'true' },
        }),
        spec: {
          selector: selector(site, 'api'),
          ports: [{ name: 'http', port: API_PORT, targetPort: API_PORT, appProtocol: 'http' }],
        },
      },
      { parent: this, dependsOn: network.ready },
    );
    const made = site.config.ingress.kind === 'gateway' ? this.#gateway(dns) : this.#ingress(dns);
    this.host = made.host;
    this.records = dns.lead(made.host, made.resource);
    this.registerOutputs({ host: this.host, records: this.records });
  }

  #gateway({ certificateSecret }: Dns) {
    const { ingress, publicName } = this.#site.config;
    const within = { parent: this };
    const meta = (name: string, annotations = {}) =>
      metaOf(this.#site, { name, component: 'ingress', annotations });
    const gateway = new CustomResource(
      'gateway',
      {
        apiVersion: GATEWAY,
        kind: 'Gateway',
        metadata: meta('cove', { 'pulumi.com/waitFor': 'condition=Programmed', ...ingress.annotations }),
        spec: {
          gatewayClassName: ingress.class,
          listeners: [
            { name: 'http', port: 80, protocol: 'HTTP', hostname: publicName },
            {
              name: 'https',
              port: 443,
              protocol: 'HTTPS',
              hostname: publicName,
              tls: { mode: 'Terminate', certificateRefs: [{ name: certificateSecret }] },
            },
          ],
        },
        // Asked for, so that the engine tells what the cluster says.
        status: undefined,
      },
      within,
    );
    const route = (name: string, sectionName: string, rules: object[]) =>
      new CustomResource(
        name,
        {
          apiVersion: GATEWAY,
          kind: 'HTTPRoute',
          metadata: meta(name),
          spec: {
            parentRefs: [{ name: gateway.metadata.apply((known) => String(known.name)), sectionName }],
            hostnames: [publicName],
            rules,
          },
        },
        within,
      );
    route('redirect', 'http', [
      { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] },
    ]);
    route('api', 'https', [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        backendRefs: [{ name: this.#service.metadata.name, port: API_PORT }],
        // None: live logs and uploads last as long as they last.
        timeouts: { request: '0s' },
      },
    ]);
    const { status } = gateway as unknown as {
      status: pulumi.Output<{ addresses?: { value?: string }[] } | undefined>;
    };
    return { resource: gateway, host: status.apply((known) => known?.addresses?.[0]?.value ?? '') };
  }

  #ingress({ certificateSecret }: Dns) {
    const { ingress, publicName } = this.#site.config;
    const resource = new IngressObject(
      'ingress',
      {
        metadata: metaOf(this.#site, {
          name: 'cove',
          component: 'ingress',
          annotations: ingress.annotations,
        }),
        spec: {
          ingressClassName: ingress.class,
          tls: [{ hosts: [publicName], secretName: certificateSecret }],
          rules: [
            {
              host: publicName,
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: this.#service.metadata.name, port: { number: API_PORT } } },
                  },
                ],
              },
            },
          ],
        },
      },
      { parent: this },
    );
    const host = resource.status.apply((status) => {
      const first = status?.loadBalancer?.ingress?.[0];
      return first?.hostname ?? first?.ip ?? '';
    });
    return { resource, host };
  }
}
