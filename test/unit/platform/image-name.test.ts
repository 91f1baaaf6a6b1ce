import { expect, test } from 'vitest';
import { parseImage } from '../../../app/platform/image-size.ts';

const HUB = 'registry-1.docker.io';
const DIGEST = `sha256:${'a'.repeat(64)}`;
test.each([
  ['python', HUB, 'library/python', 'latest'],
  ['python:3.12-slim', HUB, 'library/python', '3.12-slim'],
  ['pytorch/pytorch:2', HUB, 'pytorch/pytorch', '2'],
  ['docker.io/python', HUB, 'library/python', 'latest'],
  ['localhost/a', 'localhost', 'a', 'latest'],
  ['127.0.0.1:5000/a/b:c', '127.0.0.1:5000', 'a/b', 'c'],
  [`ghcr.io/o/i:v1@${DIGEST}`, 'ghcr.io', 'o/i', DIGEST],
  [`123.dkr.ecr.eu-north-1.amazonaws.com/x@${DIGEST}`, '123.dkr.ecr.eu-north-1.amazonaws.com', 'x', DIGEST],
])('%s is read as the Engine reads it', (image, host, name, reference) => {
  expect(parseImage(image)).toEqual({ host, name, reference });
});
