const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** JFIF and Adobe's note on the colours, which are needed to draw. */
const KEPT_APPLICATION = [0xe0, 0xee];
const COMMENT = 0xfe;

/** A JPEG without what cameras and programs write beside the picture (Exif, XMP, IPTC, comments), and without what follows its end. */
export function plainJpeg(bytes: Buffer): Buffer {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === END_OF_IMAGE) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const beside =
      (marker >= 0xe0 && marker <= 0xef && !KEPT_APPLICATION.includes(marker)) || marker === COMMENT;
    const next = marker === START_OF_SCAN ? afterScan(bytes, end) : end;
    if (!beside) kept.push(bytes.subarray(at, next));
    at = next;
  }
  return Buffer.concat([...kept, Buffer.from([0xff, END_OF_IMAGE])]);
}

/** The next marker that is neither a stuffed byte nor a restart. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1]!;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

const SIGNATURE = Buffer.from('0000000c6a5020200d0a870a', 'hex');
const BESIDE = ['xml ', 'uuid', 'uinf'];

/** A JPEG 2000 without its boxes of metadata. */
export function plainJpeg2000(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return bytes;
  const kept: Buffer[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    // Of length 0: to the end. Of length 1: the length stands in eight bytes more.
    const long = length === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : length;
    const end = long < 8 ? bytes.length : at + long;
    if (!BESIDE.includes(bytes.toString('latin1', at + 4, at + 8))) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}
