/** The boundary that a form with a file declares, or undefined. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType ?? '',
  );
  return match?.[1] ?? match?.[2];
}

/**
 * The bytes of one field of a form with a file (RFC 7578), or undefined where it has none or is cut. The name that the file had
 * on its sender's machine is not read: it may name its author.
 */
export function partOf(body: Buffer, boundary: string, name: string): Buffer | undefined {
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    if (body.toString('latin1', from, from + 2) === '--') return undefined;
    const head = body.indexOf('\r\n\r\n', from);
    const next = body.indexOf(`\r\n--${boundary}`, Math.max(from, head));
    if (head < 0 || next < 0) return undefined;
    const disposition =
      /^content-disposition:\s*form-data;(.*)$/im.exec(body.toString('latin1', from, head))?.[1] ?? '';
    if (/(?:^|[;\s])name="([^"]*)"/i.exec(disposition)?.[1] === name) return body.subarray(head + 4, next);
    at = next + 2;
  }
  return undefined;
}
