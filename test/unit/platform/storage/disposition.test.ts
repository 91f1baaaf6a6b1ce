import { expect, test } from 'vitest';
import { disposition } from '../../../../app/platform/storage/disposition.ts';

test('22: no name of a file becomes a header, a folder or another name', () => {
  expect(disposition('a\r\nSet-Cookie: x="1"\\.txt')).toBe(
    `attachment; filename="a__Set-Cookie: x=_1__.txt"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D%221%22%5C.txt`,
  );
  // Written right to left, it would end in another extension.
  expect(disposition('\u202egpj.exe')).toBe(
    `attachment; filename="_gpj.exe"; filename*=UTF-8''%E2%80%AEgpj.exe`,
  );
  expect(disposition(undefined)).toBe('attachment');
});
