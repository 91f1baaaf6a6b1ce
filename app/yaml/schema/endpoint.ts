/** An endpoint of a deployment (contract 2.7). */
import { cpu, devices, memory } from './step.ts';
import { closed, flag, integer, listOf, oneOf, type Schema, text, textOrTexts } from './types.ts';

const toleration: Schema = {
  ...closed({
    key: text,
    operator: oneOf('Exists', 'Equal'),
    value: text,
    effect: oneOf('PreferNoSchedule', 'NoSchedule', 'NoExecute'),
  }),
  description: 'without a key the operator must be "Exists"',
  oneOf: [{ required: ['key'] }, { properties: { key: { not: {} }, operator: { const: 'Exists' } } }],
};

export const endpoint: Schema = {
  ...closed(
    {
      name: {
        description: 'must be two or more lower-case letters, digits and dashes, a letter first',
        type: 'string',
        pattern: '^[a-z][a-z0-9-]+$',
      },
      image: text,
      description: text,
      port: { type: 'number', minimum: 1025, maximum: 65535 },
      'server-command': textOrTexts,
      wsgi: text,
      files: listOf(closed({ name: text, path: text, description: text }, 'name', 'path')),
      'node-selector': { description: 'must be like "key=value"', type: 'string', pattern: '=' },
      resources: closed({
        cpu,
        memory,
        devices,
        'ephemeral-storage': closed({ min: integer, max: integer }),
      }),
      tolerations: listOf(toleration),
      'shared-volumes': listOf(
        closed(
          { 'pvc-name': text, 'mount-path': text, 'sub-path': text, 'read-only': flag },
          'pvc-name',
          'mount-path',
        ),
      ),
      'workspace-volume': closed(
        { 'mount-path': text, size: { type: 'integer', minimum: 1 }, 'storage-class-name': text },
        'mount-path',
        'size',
      ),
    },
    'name',
    'image',
  ),
  oneOf: [{ required: ['server-command'] }, { required: ['wsgi'] }],
};
