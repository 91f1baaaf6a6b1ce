import { Alert, Button, Card, Container, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../data/api.ts';
import { shortCommit } from '../data/format.ts';
import { commitConfig, commits, environments } from '../data/queries.ts';
import {
  initialInputs,
  initialParameters,
  inputValues,
  parameterValues,
  type Typed,
} from '../data/run-form.ts';
import { type Commit, type Project, type Step, stepsOf } from '../data/types.ts';
import { ProjectHeader } from '../parts/project-header.tsx';
import { InputFields, ParameterFields } from '../parts/step-fields.tsx';
import { useProject } from '../parts/use-project.ts';

const label = (commit: Commit) =>
  `${shortCommit(commit.identifier)}${commit.ref === '' ? '' : ` (${commit.ref})`} ${commit.description.split('\n')[0]}`;

/** Pick a commit, pick one of its steps, change what it takes, run. */
export function NewExecutionPage() {
  const project = useProject();
  const { data: all } = useSuspenseQuery(commits(project.id));
  const [identifier, setIdentifier] = useState(all[0]?.identifier ?? '');
  const { data: commit, error } = useQuery(commitConfig(project.id, identifier));
  const steps = stepsOf(commit);
  const [stepName, setStepName] = useState<string | null>(null);
  const step = steps.find((s) => s.name === stepName) ?? steps[0];
  return (
    <Container size="md">
      <ProjectHeader project={project} title="New execution" />
      <Stack>
        {all.length === 0 && (
          <Alert color="yellow">There is no commit yet: fetch the repository under Settings.</Alert>
        )}
        <Card withBorder padding="lg">
          <Stack>
            <Select
              label="Commit"
              searchable
              allowDeselect={false}
              data={all.map((c) => ({ value: c.identifier, label: label(c) }))}
              value={identifier}
              onChange={(value) => setIdentifier(value ?? '')}
            />
            {error !== null && <Alert color="red">{error.message}</Alert>}
            {commit !== undefined && steps.length === 0 && (
              <Alert color="yellow">This commit has no step.</Alert>
            )}
            <Select
              label="Step"
              allowDeselect={false}
              data={steps.map((s) => s.name)}
              value={step?.name ?? null}
              onChange={setStepName}
            />
          </Stack>
        </Card>
        {step !== undefined && (
          <StepForm key={`${identifier}/${step.name}`} project={project} commit={identifier} step={step} />
        )}
      </Stack>
    </Container>
  );
}

function StepForm({ project, commit, step }: { project: Project; commit: string; step: Step }) {
  const { data: places } = useSuspenseQuery(environments);
  const [parameters, setParameters] = useState<Typed>(() => initialParameters(step));
  const [inputs, setInputs] = useState(() => initialInputs(step));
  const [environment, setEnvironment] = useState<string | null>(null);
  const [image, setImage] = useState(step.image);
  const [title, setTitle] = useState('');
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v0/executions/', {
          // The route takes several spellings of each field, so its document leaves the body open.
          body: {
            project: project.id,
            commit,
            step: step.name,
            image,
            title,
            parameters: parameterValues(step, parameters),
            inputs: inputValues(inputs),
            environment_variables: {},
            tags: [],
            runtime_config: {},
            ...(environment === null ? {} : { environment }),
          } as never,
        }),
      ),
    onSuccess: (execution) =>
      navigate({
        to: '/p/$owner/$project/executions/$counter',
        params: { owner: project.owner.username, project: project.name, counter: String(execution.counter) },
      }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate();
      }}
    >
      <Stack>
        <Card withBorder padding="lg">
          <Stack>
            {step.description !== undefined && <Text c="dimmed">{step.description}</Text>}
            <TextInput
              label="Title"
              placeholder={step.name}
              value={title}
              onChange={(e) => setTitle(e.currentTarget.value)}
            />
            <TextInput
              label="Image"
              required
              value={image}
              onChange={(e) => setImage(e.currentTarget.value)}
            />
            <Select
              label="Environment"
              placeholder="The step's or the project's default"
              clearable
              data={places.filter((p) => p.enabled).map((p) => ({ value: p.id, label: p.name }))}
              value={environment}
              onChange={setEnvironment}
            />
          </Stack>
        </Card>
        <ParameterFields step={step} values={parameters} onChange={setParameters} />
        <InputFields step={step} values={inputs} onChange={setInputs} />
        {run.error !== null && <Alert color="red">{run.error.message}</Alert>}
        <Button type="submit" size="md" leftSection={<IconPlayerPlay size={18} />} loading={run.isPending}>
          Start execution
        </Button>
      </Stack>
    </form>
  );
}
