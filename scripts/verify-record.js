#!/usr/bin/env node
/*
 * Checks what a Concord installation has published of its record, on its own: nothing but Node and a public key is needed,
 * nothing is fetched, and nothing of Concord is used.
 *
 *   node verify-record.js --key PUBLIC_KEY.pem [--key OLDER_KEY.pem] FILE...
 *
 * Each FILE is a receipt for a submission, alone or in the text of its mail: its signature is checked, and that a proof which
 * is given of its entry is of that entry. Or it is JSON, one of
 *   - a head                 (GET /api/v1/record/heads/latest): its signature is checked;
 *   - an inclusion proof     (GET /api/v1/record/entries/ID/proof): that the entry is in the record at the signed head;
 *   - a consistency proof    (GET /api/v1/record/consistency?from=N&to=M): that the later record begins with the earlier.
 * Heads in all files must agree: two of one epoch and size have one root. So keep a head, and give it with every later
 * proof. Ends with code 0 when everything holds, 1 when something does not, 2 when it cannot be checked.
 *
 * The tree is that of RFC 9162, section 2.1 (SHA-256); heads are signed with Ed25519 over lines of text.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

class Wrong extends Error {}

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytes = (hex) => Buffer.from(hex, 'hex');
const leafOf = (text) => sha256(Buffer.of(0), Buffer.from(text, 'utf8'));
const nodeOf = (left, right) => sha256(Buffer.of(1), bytes(left), bytes(right));

/** RFC 9162, 2.1.3.2: the root that an inclusion proof leads to. */
function rootByInclusion(leaf, index, size, path) {
  if (index >= size) throw new Wrong(`a record of ${size} entries has no index ${index}`);
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let root = leaf;
  for (const step of path) {
    if (sn === 0n) throw new Wrong('the proof is too long');
    if (fn & 1n || fn === sn) {
      root = nodeOf(step, root);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else root = nodeOf(root, step);
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) throw new Wrong('the proof is too short');
  return root;
}

/** RFC 9162, 2.1.4.2: both roots that a consistency proof leads to. */
function rootsByConsistency(first, second, firstRoot, path) {
  const steps = (first & (first - 1n)) === 0n ? [firstRoot, ...path] : [...path];
  if (steps.length === 0) throw new Wrong('the proof is too short');
  let fn = first - 1n;
  let sn = second - 1n;
  while (fn & 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = steps[0];
  let sr = steps[0];
  for (const step of steps.slice(1)) {
    if (sn === 0n) throw new Wrong('the proof is too long');
    if (fn & 1n || fn === sn) {
      fr = nodeOf(step, fr);
      sr = nodeOf(step, sr);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else sr = nodeOf(sr, step);
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) throw new Wrong('the proof is too short');
  return [fr, sr];
}

const HASH = /^[0-9a-f]{64}$/;
function need(holds, words) {
  if (!holds) throw new Wrong(words);
}
const isSize = (value) => Number.isSafeInteger(value) && value >= 0;

function readKey(file) {
  const key = createPublicKey(readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is no key of Ed25519`);
  return [sha256(key.export({ type: 'spki', format: 'der' })).slice(0, 16), key];
}

function textOf(head) {
  const { previous } = head;
  return [
    'concord record head 1',
    `log ${head.log}`,
    `epoch ${head.epoch}`,
    `size ${head.size}`,
    `root ${head.root}`,
    `at ${head.at}`,
    `previous ${previous ? `${previous.epoch} ${previous.size} ${previous.root}` : 'none'}`,
    '',
  ].join('\n');
}

const known = new Map();

function checkHead(head, keys) {
  need(head && isSize(head.size) && isSize(head.epoch) && HASH.test(head.root), 'this is no head');
  need(
    [head.log, head.at].every((text) => /^[\w:.-]+$/.test(text)),
    'this is no head',
  );
  const { previous } = head;
  need(
    previous === null || (isSize(previous.epoch) && isSize(previous.size) && HASH.test(previous.root)),
    'this is no head',
  );
  const key = keys.get(head.keyId);
  need(key, `the head of ${head.size} entries is signed with the key ${head.keyId}, which was not given`);
  need(
    verify(null, Buffer.from(textOf(head), 'utf8'), key, Buffer.from(String(head.signature), 'base64')),
    `the signature of the head of ${head.size} entries is wrong`,
  );
  for (const { epoch, size, root } of [head, ...(previous ? [previous] : [])]) {
    const name = `${head.log} ${epoch} ${size}`;
    need(
      (known.get(name) ?? root) === root,
      `two signed heads of ${size} entries in epoch ${epoch} have different roots: keep both, they prove a fraud`,
    );
    known.set(name, root);
  }
  return `head of epoch ${head.epoch}: ${head.size} entries at ${head.at}`;
}

function checkInclusion(proof, keys) {
  const { head, index, leafHash, path, entry } = proof;
  checkHead(head, keys);
  need(isSize(index) && HASH.test(leafHash), 'this is no inclusion proof');
  need(Array.isArray(path) && path.every((step) => HASH.test(step)), 'this is no inclusion proof');
  if (entry !== undefined) {
    need(leafOf(entry) === leafHash, 'the entry is not the one that was sealed');
    need(JSON.parse(entry).id === proof.entryId, 'the entry has another name');
  }
  agree(String(proof.entryId), leafHash);
  need(
    rootByInclusion(leafHash, index, head.size, path) === head.root,
    `the entry is not in the record of ${head.size} entries at index ${index}`,
  );
  const what = entry === undefined ? `the hash ${leafHash}` : `the entry ${proof.entryId}`;
  return `${what} is number ${index} of the ${head.size} entries of epoch ${head.epoch} at ${head.at}`;
}

function checkConsistency({ from, to, path }, keys) {
  checkHead(from, keys);
  checkHead(to, keys);
  need(Array.isArray(path) && path.every((step) => HASH.test(step)), 'this is no consistency proof');
  need(from.log === to.log && from.epoch === to.epoch, 'the heads are of different records or epochs');
  need(from.size <= to.size, 'the heads are in the wrong order');
  if (from.size === 0 || from.size === to.size)
    need(
      path.length === 0 && (from.size === 0 ? from.root === sha256() : from.root === to.root),
      'the roots differ',
    );
  else {
    const [first, second] = rootsByConsistency(BigInt(from.size), BigInt(to.size), from.root, path);
    need(first === from.root && second === to.root, 'the later record does not begin with the earlier one');
  }
  return `the ${to.size} entries at ${to.at} begin with the ${from.size} entries at ${from.at}`;
}

/** By the id of an entry the hash under which a receipt and a proof have it. */
const entries = new Map();
function agree(id, hash) {
  need((entries.get(id) ?? hash) === hash, `receipt and proof name different hashes for the entry ${id}`);
  entries.set(id, hash);
}

const RECEIPT = 'Concord receipt 1';
const RECEIPT_LINES = [
  ['log', '[0-9a-z]{16}'],
  ['submission', '[A-Z][A-Z0-9]{0,9}-[0-9A-HJKMNP-TV-Z]{5}'],
  ['version', '[1-9]\\d{0,8}'],
  ['arrived', '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'],
  ['words', '0|[1-9]\\d{0,8}'],
  ['text', '[0-9a-f]{64}'],
  ['entry', '[0-9a-z]{16}'],
  ['entry-hash', '[0-9a-f]{64}'],
  ['key', '[0-9a-f]{16}'],
];
/** Mail programs wrap and quote lines: only what is not white space counts. */
const squeezed = (text) => text.replace(/^[ \t]*(?:>[> \t]*)/gm, '').replace(/[\s\u200B\u2060\uFEFF]+/g, '');
const RECEIPT_FORM = new RegExp(
  squeezed(RECEIPT) +
    RECEIPT_LINES.map(([label, form]) => `${label}:(${form})`).join('') +
    'signature:([A-Za-z0-9_-]{86})endofreceipt',
  'g',
);

function checkReceipt(text, keys) {
  const found = [...squeezed(text).matchAll(RECEIPT_FORM)];
  need(found.length === 1, found.length ? 'there are several receipts' : 'this is no whole receipt');
  const values = found[0].slice(1);
  const signature = values.pop();
  const signed = [RECEIPT, ...RECEIPT_LINES.map(([label], index) => `${label}: ${values[index]}`), ''];
  const [log, submission, version, arrived, words, hash, entry, entryHash, keyId] = values;
  const key = keys.get(keyId);
  need(key, `the receipt is signed with the key ${keyId}, which was not given`);
  const written = Buffer.from(signature, 'base64url');
  need(
    written.toString('base64url') === signature &&
      verify(null, Buffer.from(signed.join('\n'), 'utf8'), key, written),
    'the signature of the receipt is wrong',
  );
  agree(entry, entryHash);
  return (
    `receipt: ${submission}, version ${version}, of ${words} words with the SHA-256 ${hash} had arrived at ${arrived}; ` +
    `its entry in the record ${log} is ${entry}`
  );
}

function check(value, keys) {
  if (value?.kind === 'inclusion') return checkInclusion(value, keys);
  if (value?.kind === 'consistency') return checkConsistency(value, keys);
  return checkHead(value, keys);
}

const files = [];
const keys = new Map();
const words = process.argv.slice(2);
try {
  while (words.length > 0) {
    const word = words.shift();
    if (word === '--key') keys.set(...readKey(words.shift() ?? ''));
    else files.push(word);
  }
  if (files.length === 0 || keys.size === 0 || files.some((file) => file.startsWith('--'))) {
    process.stderr.write('Usage: node verify-record.js --key PUBLIC_KEY.pem FILE...\n');
    process.exit(2);
  }
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const isReceipt = !text.trimStart().startsWith('{') && squeezed(text).includes(squeezed(RECEIPT));
    let value;
    try {
      value = isReceipt ? text : JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Wrong(`${file} is no JSON, and has no receipt in it`);
    }
    try {
      const told = isReceipt ? checkReceipt(text, keys) : check(value, keys);
      process.stdout.write(`${file}: holds: ${told}\n`);
    } catch (error) {
      process.stdout.write(
        `${file}: WRONG: ${error instanceof Wrong ? error.message : 'it cannot be read'}\n`,
      );
      process.exitCode = 1;
    }
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof Wrong ? 1 : 2;
}
