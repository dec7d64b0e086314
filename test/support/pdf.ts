import { deflateSync } from 'node:zlib';

export interface PdfObject {
  number: number;
  /** Its dictionary, or whatever it is. */
  head: string;
  stream?: Buffer;
}

/** A PDF from its objects, written by hand: what a library would not write stays in it. */
export function pdfOf(objects: readonly PdfObject[], trailer: string, before = ''): Buffer {
  const parts: Buffer[] = [Buffer.from(`%PDF-1.7\n${before}`, 'latin1')];
  const places = new Map<number, number>();
  let size = parts[0]!.length;
  const add = (bytes: Buffer): void => {
    parts.push(bytes);
    size += bytes.length;
  };
  for (const { number, head, stream } of objects) {
    places.set(number, size);
    add(Buffer.from(`${number} 0 obj\n${head}\n`, 'latin1'));
    if (stream) add(Buffer.concat([Buffer.from('stream\n'), stream, Buffer.from('\nendstream\n')]));
    add(Buffer.from('endobj\n'));
  }
  const most = Math.max(...places.keys());
  const start = size;
  const rows = Array.from({ length: most }, (_, index) => {
    const place = places.get(index + 1);
    return `${String(place ?? 0).padStart(10, '0')} 00000 ${place === undefined ? 'f' : 'n'} \n`;
  });
  add(
    Buffer.from(
      `xref\n0 ${most + 1}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${most + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`,
      'latin1',
    ),
  );
  return Buffer.concat(parts);
}

const packed = (number: number, head: string, text: string | Buffer): PdfObject => {
  const stream = deflateSync(Buffer.from(text as string, 'latin1'));
  return { number, head: `<< ${head} /Filter /FlateDecode /Length ${stream.length} >>`, stream };
};

/** A paper with a text on each page. */
export function pagesOf(...texts: readonly string[]): Buffer {
  const kids = texts.map((_, index) => `${4 + 2 * index} 0 R`).join(' ');
  return pdfOf(
    [
      { number: 1, head: '<< /Type /Catalog /Pages 2 0 R >>' },
      {
        number: 2,
        head: `<< /Type /Pages /Count ${texts.length} /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Kids [${kids}] >>`,
      },
      { number: 3, head: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' },
      ...texts.flatMap((text, index): PdfObject[] => [
        { number: 4 + 2 * index, head: `<< /Type /Page /Parent 2 0 R /Contents ${5 + 2 * index} 0 R >>` },
        packed(5 + 2 * index, '', `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`),
      ]),
    ],
    '/Root 1 0 R',
  );
}

/** A plain paper of some pages. */
export function plainPaper(text = 'On trust', pages = 1, trailer = ''): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => 5 + index);
  return pdfOf(
    [
      { number: 1, head: '<< /Type /Catalog /Pages 2 0 R >>' },
      {
        number: 2,
        head: `<< /Type /Pages /Count ${pages} /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`,
      },
      { number: 3, head: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>' },
      packed(4, '', `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`),
      ...kids.map((number): PdfObject => ({
        number,
        head: '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>',
      })),
    ],
    `/Root 1 0 R ${trailer}`,
  );
}

/** A paper that says who wrote it wherever a PDF can, but for its pages; `word` stands in every such place. */
export function tellingPaper(word: string, text = 'On trust'): Buffer {
  const utf16 = `<feff${Buffer.from(word, 'utf16le').swap16().toString('hex')}>`;
  const segment = (marker: number, content: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker, 0, content.length + 2]), Buffer.from(content)]);
  const jpeg = Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, `Exif ${word}`),
    segment(0xfe, word),
    segment(0xda, 'scan'),
    Buffer.from([1, 2, 0xff, 0xd9]),
    Buffer.from(word),
  ]);
  return pdfOf(
    [
      {
        number: 1,
        head: `<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R /OpenAction << /S /JavaScript /JS (app.alert\\('${word}'\\)) >>
          /AA << /WC << /S /Launch /F (${word}.exe) >> >> /PieceInfo << /App << /Private (${word}) >> >> /Lang (${word})
          /AcroForm << /Fields [14 0 R] >> /StructTreeRoot << /Type /StructTreeRoot /K << /S /P /Alt (${word}) >> >>
          /Names << /JavaScript << /Names [(${word}) << /S /JavaScript /JS (${word}) >>] >>
            /EmbeddedFiles << /Names [(${word}.txt) << /Type /Filespec /F (${word}.txt) /EF << /F 11 0 R >> >>] >> >>
          /OCProperties << /OCGs [12 0 R] /D << /Creator (${word}) >> >> /AF [<< /Type /Filespec /F (${word}) >>] /Secret (${word}) >>`,
      },
      { number: 2, head: '<< /Type /Pages /Count 1 /Kids [3 0 R] >>' },
      {
        number: 3,
        head: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 4 0 R] /Metadata 8 0 R /Annots [13 0 R 14 0 R 15 0 R]
          /AA << /O << /S /JavaScript /JS (${word}) >> >> /PieceInfo << /App << /Private (${word}) >> >> /Thumb 8 0 R /Tabs /S
          /Resources << /Font << /F1 5 0 R >> /XObject << /Im1 6 0 R /Fm1 7 0 R >>
            /Properties << /MC0 12 0 R /MC1 << /Author (${word}) >> >> >> >>`,
      },
      packed(
        4,
        `/Author (${word})`,
        `% ${word}\nq /Im1 Do /Fm1 Do Q /OC /MC0 BDC /Span << /ActualText (${word}) >> BDC BT /F1 12 Tf 72 720 Td (${text}) Tj ET EMC EMC`,
      ),
      { number: 5, head: `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Author (${word}) >>` },
      {
        number: 6,
        head: `<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode
          /Metadata 8 0 R /Name (${word}) /Length ${jpeg.length} >>`,
        stream: jpeg,
      },
      packed(
        7,
        `/Type /XObject /Subtype /Form /BBox [0 0 1 1] /PieceInfo << /App << /Private ${utf16} >> >> /Metadata 8 0 R /LastModified (${word})`,
        `0 g % ${word}`,
      ),
      packed(8, '/Type /Metadata /Subtype /XML', `<x:xmpmeta><dc:creator>${word}</dc:creator></x:xmpmeta>`),
      { number: 9, head: `<< /Author (${word}) /Title ${utf16} /Producer (${word}) /Company (${word}) >>` },
      packed(11, '/Type /EmbeddedFile', word),
      {
        number: 12,
        head: `<< /Type /OCG /Name (${word}) /Usage << /CreatorInfo << /Creator (${word}) >> >> >>`,
      },
      {
        number: 13,
        head: `<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (${word}) /Contents ${utf16} >>`,
      },
      {
        number: 14,
        head: `<< /Type /Annot /Subtype /Widget /FT /Tx /T (${word}) /V (${word}) /Rect [0 0 9 9] >>`,
      },
      {
        number: 15,
        head: `<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/${word}) >> >>`,
      },
    ],
    `/Root 1 0 R /Info 9 0 R /ID [(${word}) (${word})]`,
    // What an earlier saving of the file has left behind.
    `5 0 obj\n<< /Type /Font /Old (${word}) >>\nendobj\n% ${word}\n`,
  );
}
