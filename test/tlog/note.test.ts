import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, parseCheckpoint } from '../../src/tlog/checkpoint.ts';
import { NoteError } from '../../src/tlog/note-error.ts';
import { noteSigner, noteVerifier, parseVerifierKey } from '../../src/tlog/note-key.ts';
import { openNote, parseNote, signNote } from '../../src/tlog/signed-note.ts';
import { formatProof, parseProof } from '../../src/tlog/tlog-proof.ts';
import { EMPTY_ROOT, leafHash } from '../../src/tlog/tree-hash.ts';

function makeKey(name = 'log.example/1') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { signer: noteSigner(name, privateKey), verifier: noteVerifier(name, publicKey) };
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof NoteError) return error.code;
    throw error;
  }
}

const TEXT = 'log.example/1\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

describe('a verifier key', () => {
  it.each([
    'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ])('that others publish is read and written: %s', (text) => {
    expect(String(parseVerifierKey(text))).toBe(text);
  });

  it.each([
    ['no key', ''],
    ['another id', 'sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
    ['another name', 'sum.golang.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
    ['another kind of key', 'sum.golang.org+033de0ae+As4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
    ['a shorter key', 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8O'],
    ['a second spelling', 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX='],
  ])('is refused with %s', (_what, text) => {
    expect(codeOf(() => parseVerifierKey(text))).toBe('note_malformed');
  });

  it.each(['', 'two words', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2003b', '\ud800'])('has no name %j', (name) => {
    expect(codeOf(() => makeKey(name))).toBe('note_malformed');
  });

  it('is Ed25519 and nothing else', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(codeOf(() => noteVerifier('log.example/1', publicKey))).toBe('note_malformed');
  });
});

describe('a signed note', () => {
  it('that others have signed is opened', () => {
    const note = [
      'If you think cryptography is the answer to your problem,',
      "then you don't know what your problem is.",
      '',
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
      '',
    ].join('\n');
    const key = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(openNote(note, [key]).text).toMatch(/^If you think .* is\.\n$/s);
    expect(codeOf(() => openNote(note.replace('your', 'his'), [key]))).toBe('note_forged');
  });

  it('comes back as it was signed, whatever its text', () => {
    const { signer, verifier } = makeKey();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a note has none but newlines
        const text = `${lines.join('\n').replaceAll(/[\u0000-\u0009\u000b-\u001f]/g, '?')}\n`;
        expect(openNote(signNote(text, [signer]), [verifier])).toEqual({ text, signers: [verifier] });
      }),
    );
  });

  it('names all whom it is asked about, and passes over others', () => {
    const [one, two, stranger] = [
      makeKey('log.example/1'),
      makeKey('witness.example'),
      makeKey('who.example'),
    ];
    const note = signNote(TEXT, [one.signer, stranger.signer, two.signer]);
    expect(openNote(note, [two.verifier, one.verifier]).signers).toEqual([one.verifier, two.verifier]);
    expect(openNote(note, [two.verifier]).signers).toEqual([two.verifier]);
    expect(codeOf(() => openNote(note, [makeKey('else.example').verifier]))).toBe('note_unsigned');
  });

  it('of a key that only has the name of a trusted one is unsigned', () => {
    const [trusted, impostor] = [makeKey(), makeKey()];
    const note = signNote(TEXT, [impostor.signer]);
    expect(codeOf(() => openNote(note, [trusted.verifier]))).toBe('note_unsigned');
    // The id is four bytes, so a key of the same id can be found: then the signature does not fit.
    const { signature } = parseNote(note).signatures[0] ?? { signature: Buffer.alloc(0) };
    const id = Buffer.from(trusted.verifier.id, 'hex');
    const colliding = `${TEXT}\n— log.example/1 ${Buffer.concat([id, signature]).toString('base64')}\n`;
    expect(codeOf(() => openNote(colliding, [trusted.verifier]))).toBe('note_forged');
  });

  it('is refused when one character of it was changed', () => {
    const { signer, verifier } = makeKey();
    const note = signNote(TEXT, [signer]);
    for (let at = 0; at < note.length; at += 1) {
      for (const other of ['x', '0', '\n', ' ', '\r', '']) {
        const changed = note.slice(0, at) + other + note.slice(at + 1);
        if (changed !== note)
          expect(
            codeOf(() => openNote(changed, [verifier])),
            `${at}`,
          ).toBeDefined();
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['no signature', 'text\n\n'],
    ['no empty line', 'text\n— a AAAAAAE=\n'],
    ['no newline at the end', 'text\n\n— a AAAAAAE='],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAE=\n'],
    ['a signature without bytes', 'text\n\n— a AAAAAA==\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAE=\n'],
    ['a second spelling of the signature', 'text\n\n— a AAAAAAF=\n'],
    ['a control character', 'te\u0000xt\n\n— a AAAAAAE=\n'],
    ['a carriage return', 'text\r\n\n— a AAAAAAE=\n'],
    ['too many signatures', `text\n\n${'— a AAAAAAE=\n'.repeat(101)}`],
    ['a megabyte', `${'x'.repeat(1_000_000)}\n\n— a AAAAAAE=\n`],
  ])('is malformed with %s', (_what, note) => {
    expect(codeOf(() => parseNote(note))).toBe('note_malformed');
  });

  it('has a text that ends in a newline', () => {
    expect(codeOf(() => signNote('text', [makeKey().signer]))).toBe('note_malformed');
  });
});

describe('a checkpoint', () => {
  it('is read as it was written', () => {
    const checkpoint = { origin: 'log.example/1', size: 7, root: leafHash(Buffer.from('x')) };
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
    expect(parseCheckpoint(`${TEXT}an extension\n`).size).toBe(7);
    expect(formatCheckpoint({ origin: 'o', size: 0, root: EMPTY_ROOT })).toBe(
      'o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    );
  });

  it.each([
    ['no newline at the end', TEXT.slice(0, -1)],
    ['no origin', TEXT.replace('log.example/1', '')],
    ['a leading zero', TEXT.replace('\n7\n', '\n07\n')],
    ['a sign', TEXT.replace('\n7\n', '\n+7\n')],
    ['a fraction', TEXT.replace('\n7\n', '\n7.0\n')],
    ['an exponent', TEXT.replace('\n7\n', '\n7e0\n')],
    ['a size nobody can count', TEXT.replace('\n7\n', '\n9007199254740992\n')],
    ['a shorter root', TEXT.replace('CsUY', '')],
    ['an empty extension', `${TEXT}\nx\n`],
    ['two lines', 'log.example/1\n7\n'],
  ])('is refused with %s', (_what, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toBe('note_malformed');
  });

  it.each(['', 'a\nb', 'a\r'])('has no origin %j', (origin) => {
    expect(codeOf(() => formatCheckpoint({ origin, size: 1, root: EMPTY_ROOT }))).toBe('note_malformed');
  });
});

describe('a proof as text', () => {
  const proof = {
    index: 3,
    path: [leafHash(Buffer.from('a')), EMPTY_ROOT],
    checkpoint: `${TEXT}\n— a AAAAAAE=\n`,
  };

  it('is read as it was written, an extra line left out', () => {
    const text = formatProof(proof);
    expect(parseProof(text)).toEqual(proof);
    expect(parseProof(text.replace('index', 'extra YWJj\nindex'))).toEqual(proof);
    expect(parseProof(formatProof({ ...proof, path: [] })).path).toEqual([]);
  });

  it.each([
    ['another version', formatProof(proof).replace('@v1', '@v2')],
    ['no index', formatProof(proof).replace('index 3\n', '')],
    ['a strange index', formatProof(proof).replace('index 3', 'index 03')],
    ['a shortened digest', formatProof(proof).replace('=\n', '\n')],
    ['no checkpoint', formatProof(proof).split('\n\n')[0] ?? ''],
    ['a path no tree has', formatProof({ ...proof, path: Array(54).fill(EMPTY_ROOT) })],
  ])('is refused with %s', (_what, text) => {
    expect(codeOf(() => parseProof(text))).toBe('note_malformed');
  });
});

it('a private key signs for its public half', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const signer = noteSigner('log.example/1', createPrivateKey({ key: jwk, format: 'jwk' }));
  const verifier = noteVerifier('log.example/1', createPublicKey(privateKey));
  expect(openNote(signNote(TEXT, [signer]), [verifier]).signers).toEqual([verifier]);
});
