import { Card, Checkbox, Select, SimpleGrid, Stack, Textarea, TextInput, Title } from '@mantine/core';
import type { Typed } from '../data/run-form.ts';
import type { Parameter, Step } from '../data/types.ts';

interface Fields<T> {
  step: Step;
  values: T;
  onChange: (values: T) => void;
}

export function ParameterFields({ step, values, onChange }: Fields<Typed>) {
  const parameters = step.parameters ?? [];
  if (parameters.length === 0) return null;
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="sm">
        Parameters
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={values[parameter.name] ?? ''}
            onChange={(value) => onChange({ ...values, [parameter.name]: value })}
          />
        ))}
      </SimpleGrid>
    </Card>
  );
}

function ParameterField({
  parameter,
  value,
  onChange,
}: {
  parameter: Parameter;
  value: string | boolean;
  onChange: (value: string | boolean) => void;
}) {
  const common = { label: parameter.name, description: parameter.description };
  if (parameter.type === 'flag')
    return (
      <Checkbox {...common} checked={value === true} onChange={(e) => onChange(e.currentTarget.checked)} />
    );
  if (parameter.choices !== undefined)
    return (
      <Select
        {...common}
        data={parameter.choices.map(String)}
        value={String(value)}
        clearable={parameter.optional}
        onChange={(v) => onChange(v ?? '')}
      />
    );
  if (parameter.multiple !== undefined && parameter.multiple !== 'none')
    return (
      <Textarea
        {...common}
        placeholder="One value a line"
        autosize
        value={String(value)}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...common}
      inputMode={parameter.type === 'integer' ? 'numeric' : parameter.type === 'float' ? 'decimal' : 'text'}
      value={String(value)}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}

export function InputFields({ step, values, onChange }: Fields<Record<string, string>>) {
  const inputs = step.inputs ?? [];
  if (inputs.length === 0) return null;
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="sm">
        Inputs
      </Title>
      <Stack>
        {inputs.map((input) => (
          <Textarea
            key={input.name}
            label={input.name}
            description={input.description}
            placeholder="One address a line"
            autosize
            value={values[input.name] ?? ''}
            onChange={(e) => onChange({ ...values, [input.name]: e.currentTarget.value })}
          />
        ))}
      </Stack>
    </Card>
  );
}
