/** Signed messages in PKCS #7 (RFC 5652), as AWS and Azure sign what a machine is. */
import { createHash, verify, X509Certificate } from 'node:crypto';
import { ContentInfo, id_signedData, SignedData, type SignerInfo } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { CoveError } from '../errors.ts';

const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
/** Nothing older is taken: SHA-1 and MD5 can be made to collide. */
const DIGESTS: Record<string, string> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

export interface SignedMessage {
  content: Buffer;
  /** What was sent along: the signer's and its authorities'. */
  certificates: X509Certificate[];
  /** Whether this certificate's key signed the content. */
  isSignedBy(certificate: X509Certificate): boolean;
}

/** `content`: of a detached signature. Throws `unauthenticated` where it is no signed message. */
export function parseSignedMessage(base64: string, detached?: string): SignedMessage {
  try {
    const message = AsnConvert.parse(Buffer.from(base64, 'base64'), ContentInfo);
    if (message.contentType !== id_signedData) throw new Error(`it is of type ${message.contentType}`);
    const data = AsnConvert.parse(message.content, SignedData);
    const content = contentOf(data) ?? (detached === undefined ? undefined : Buffer.from(detached));
    if (content === undefined) throw new Error('it has no content');
    const signers = [...data.signerInfos];
    const certificates = [...(data.certificates ?? [])].flatMap(({ certificate }) =>
      certificate ? [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))] : [],
    );
    return {
      content,
      certificates,
      isSignedBy: (certificate) =>
        signers.length > 0 && signers.every((signer) => isSigned(signer, content, certificate)),
    };
  } catch (error) {
    const found = (error as Error).message;
    throw new CoveError('unauthenticated', `The machine's proof is no signed message (PKCS #7): ${found}`);
  }
}

function contentOf({ encapContentInfo }: SignedData): Buffer | undefined {
  const { single, any } = encapContentInfo.eContent ?? {};
  if (single) return Buffer.from(single.buffer);
  return any && Buffer.from(AsnConvert.parse(any, OctetString).buffer);
}

function isSigned(signer: SignerInfo, content: Buffer, certificate: X509Certificate): boolean {
  const digest = DIGESTS[signer.digestAlgorithm.algorithm];
  if (digest === undefined) return false;
  const { signedAttrs } = signer;
  let signed = content;
  if (signedAttrs) {
    const told = signedAttrs.find(({ attrType }) => attrType === MESSAGE_DIGEST)?.attrValues[0];
    if (told === undefined) return false;
    const expected = Buffer.from(AsnConvert.parse(told, OctetString).buffer);
    if (!createHash(digest).update(content).digest().equals(expected)) return false;
    // Signed as a SET, though sent with the tag of its place (RFC 5652, 5.4).
    signed = setOf(signedAttrs.map((attribute) => Buffer.from(AsnConvert.serialize(attribute))));
  }
  return verify(digest, signed, certificate.publicKey, Buffer.from(signer.signature.buffer));
}

/** DER: tag 0x31, the length, and the elements in the order they came in. */
function setOf(elements: Buffer[]): Buffer {
  const body = Buffer.concat(elements);
  const hex = body.length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const length = body.length < 0x80 ? bytes : Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([0x31]), length, body]);
}
