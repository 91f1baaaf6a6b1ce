import { expect, test } from 'vitest';
import { AllowedImage, requireAllowedImage } from '../../../../app/core/environments/images.ts';

const isAllowed = (allowed_images: string[], image: string) => {
  try {
    requireAllowedImage({ slug: 'gpu', allowed_images }, image);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid', fields: { image: [{ code: 'not_allowed' }] } });
    return false;
  }
};

test.each<[patterns: string[], image: string, is: boolean]>([
  [[], 'anything:1', true],
  [['docker.io/library/python'], 'python:3.12-slim', true],
  [['docker.io/library/python'], 'index.docker.io/library/python:3.12', false],
  [['docker.io/library/python'], 'pythonx', false],
  [['docker.io/library/python'], 'evil.example.com/library/python', false],
  [['a.example.com/team/*', 'docker.io/me/*'], 'me/tool@sha256:00', true],
  [['a.example.com/team/*'], 'a.example.com/team/x/y:2', true],
  [['a.example.com/team/*'], 'a.example.com/team', false],
  [['a.example.com/team/*'], 'a.example.com:5000/team/x', false],
  // Docker looks for an image of that id.
  [['docker.io/library/*'], '4b4e7fe20ff8', false],
  [['docker.io/library/*'], `sha256:${'0'.repeat(64)}`, false],
  [['docker.io/library/cafe'], 'cafe', true],
])('%j and %s: %s', (patterns, image, is) => expect(isAllowed(patterns, image)).toBe(is));

test.each(['*', 'python', '*.example.com/x', 'a.example.com/x:1', 'a.example.com/x@sha256:00', 'a.b/x y'])(
  '%s is no pattern: it names no host, or one tag alone',
  (pattern) => expect(AllowedImage.safeParse(pattern).success).toBe(false),
);
