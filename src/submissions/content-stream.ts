const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITER = new Set([...'()<>[]{}/%'].map((sign) => sign.charCodeAt(0)));
const [OPEN, CLOSE, LESS, GREATER, PERCENT, BACKSLASH] = [40, 41, 60, 62, 37, 92];
const EMPTY_PROPERTIES = Buffer.from('<<>>');

/**
 * A page's content without what draws nothing: comments, and the property lists of marked content, in which programs leave
 * texts about a picture and where it came from. What is drawn stays byte for byte.
 */
export function withoutRemarks(content: Buffer): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  let at = 0;
  const keepUntil = (end: number): void => {
    kept.push(content.subarray(from, end));
  };
  while (at < content.length) {
    const byte = content[at]!;
    if (byte === OPEN) at = afterString(content, at);
    else if (byte === PERCENT) {
      keepUntil(at);
      at = afterComment(content, at);
      from = at;
    } else if (byte === LESS && content[at + 1] === LESS) {
      keepUntil(at);
      kept.push(EMPTY_PROPERTIES);
      at = afterDictionary(content, at);
      from = at;
    } else if (isRegular(byte)) {
      const end = afterToken(content, at);
      at = end - at === 2 && content.toString('latin1', at, end) === 'ID' ? afterImage(content, end) : end;
    } else at += 1;
  }
  keepUntil(content.length);
  return Buffer.concat(kept);
}

const isRegular = (byte: number): boolean => !WHITE.has(byte) && !DELIMITER.has(byte);

function afterToken(content: Buffer, at: number): number {
  let end = at;
  while (end < content.length && isRegular(content[end]!)) end += 1;
  return end;
}

/** The end of the line itself stays: it parts what stands around the comment. */
function afterComment(content: Buffer, at: number): number {
  let end = at;
  while (end < content.length && content[end] !== 10 && content[end] !== 13) end += 1;
  return end;
}

function afterString(content: Buffer, at: number): number {
  let depth = 0;
  let end = at;
  while (end < content.length) {
    const byte = content[end]!;
    if (byte === BACKSLASH) end += 1;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) depth -= 1;
    end += 1;
    if (depth === 0) break;
  }
  return Math.min(end, content.length);
}

function afterDictionary(content: Buffer, at: number): number {
  let depth = 0;
  let end = at;
  while (end < content.length) {
    const byte = content[end]!;
    if (byte === OPEN) end = afterString(content, end);
    else if (byte === PERCENT) end = afterComment(content, end);
    else if (byte === LESS && content[end + 1] === LESS) {
      depth += 1;
      end += 2;
    } else if (byte === GREATER && content[end + 1] === GREATER) {
      depth -= 1;
      end += 2;
      if (depth === 0) break;
    } else end += 1;
  }
  return end;
}

/** After the data of an image in the content: behind `EI` where white space and then plain text follow. */
function afterImage(content: Buffer, at: number): number {
  for (let end = content.indexOf('EI', at + 1); end >= 0; end = content.indexOf('EI', end + 1)) {
    const after = content.subarray(end + 2, end + 12);
    const plain = after.every((byte) => WHITE.has(byte) || (byte >= 32 && byte < 127));
    if (WHITE.has(content[end - 1]!) && plain && (after.length === 0 || WHITE.has(after[0]!))) return end + 2;
  }
  return content.length;
}
