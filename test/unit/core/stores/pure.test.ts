import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../../app/core/stores/fields.ts';
import { isOf, parseStoreUri, uriPrefix } from '../../../../app/core/stores/uri.ts';

describe('addresses of objects', () => {
  it.each([
    ['s3://bucket/a/b c#1?.txt', { type: 's3', bucket: 'bucket', key: 'a/b c#1?.txt' }],
    ['gs://bucket/a%20b', { type: 'google', bucket: 'bucket', key: 'a%20b' }],
    ['azure://account/box/a/b', { type: 'azure', account: 'account', bucket: 'box', key: 'a/b' }],
  ])('%s is read as it stands', (uri, found) => expect(parseStoreUri(uri)).toEqual(found));
  it.each([
    's3://',
    's3://bucket',
    's3://bucket/',
    's3:///key',
    's3://b/a//c',
    's3://b/../c',
    'azure://a/b',
    'http://b/c',
  ])('%s is none', (uri) => expect(parseStoreUri(uri)).toBeNull());
  it('begin as the store says, and belong to it alone', () => {
    const configuration = { bucket: 'box', account_name: 'account' };
    expect(uriPrefix('azure', configuration)).toBe('azure://account/box');
    const uri = parseStoreUri('azure://account/box/x');
    expect(uri && isOf(uri, { type: 'azure', configuration })).toBe(true);
    expect(uri && isOf(uri, { type: 'azure', configuration: { ...configuration, account_name: 'b' } })).toBe(
      false,
    );
    expect(uri && isOf(uri, { type: 's3', configuration })).toBe(false);
  });
});

describe('a configuration', () => {
  const keys = { access_key_id: 'id', secret_access_key: 'hush' };
  it('keeps credentials apart from what is shown', () => {
    const read = readConfiguration('s3', { bucket: 'b', ...keys, use_presigned_put_object: true });
    expect(read).toEqual({
      configuration: { bucket: 'b', region: 'us-east-1', endpoint_url: undefined, role_arn: undefined },
      credentials: { accessKeyId: 'id', secretAccessKey: 'hush' },
    });
    expect(readConfiguration('azure', { account_name: 'acc', container: 'c', account_key: 'hush' })).toEqual({
      configuration: { bucket: 'c', account_name: 'acc', endpoint_url: undefined },
      credentials: { accountKey: 'hush' },
    });
  });
  it.each([
    ['s3', { bucket: 'b' }, /role_arn/],
    ['s3', { bucket: 'b', access_key_id: 'id' }, /belong together/],
    ['s3', { bucket: 'b/../c', ...keys }, /no name of a bucket/],
    ['s3', { bucket: 'b', region: 'evil.example.com/', ...keys }, /no name of a region/],
    ['s3', { bucket: 'b', kms_key_arn: 'arn', ...keys }, /default encryption/],
    ['s3', { bucket: 'b', insecure: true, ...keys }, /certificateAuthorityFiles/],
    ['s3', { bucket: 'b', sekret: 'x', ...keys }, /sekret/],
    ['google', { bucket: 'b', service_account: '{' }, /not JSON/],
    ['azure', { account_name: 'a.evil.com#', container: 'c', account_key: 'k' }, /storage account/],
    ['swift', {}, /S3 interface/],
  ] as const)('%s %j is refused with why', (type, given, words) =>
    expect(() => readConfiguration(type, given)).toThrow(words),
  );
  it('that is refused is not shown', () => {
    const tell = () => readConfiguration('google', { bucket: 'b', service_account: { private_key: 'hush' } });
    expect(tell).toThrow(/client_email/);
    expect(tell).not.toThrow(/hush/);
  });
});
