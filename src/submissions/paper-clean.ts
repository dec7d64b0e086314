import { deflateSync, inflateSync } from 'node:zlib';
import {
  decodePDFRawStream,
  PDFArray,
  PDFBool,
  PDFContext,
  PDFDict,
  PDFHeader,
  PDFHexString,
  PDFName,
  PDFNull,
  PDFNumber,
  PDFParser,
  PDFRawStream,
  PDFRef,
  PDFString,
  PDFWriter,
  type PDFObject,
} from '@cantoo/pdf-lib';
import { withoutRemarks } from './content-stream.js';
import { plainJpeg, plainJpeg2000 } from './picture-bytes.js';

/** Why a file cannot be taken as a paper; catalogue keys below `refusal:paper.`. */
export type PaperFault = 'notPdf' | 'locked' | 'broken' | 'pages' | 'heavy';

/** A file that cannot be taken as a paper. */
export class PaperRefused extends Error {
  constructor(
    readonly fault: PaperFault,
    readonly value?: number,
  ) {
    super(fault);
  }
}

/** A paper as reviewers get it, and what its original says of itself. */
export interface CleanPaper {
  pdf: Uint8Array;
  pages: number;
  /** Texts of the original's metadata and notes, which the copy has not. */
  metadata: string[];
}

export const MOST_PAGES = 200;
const MOST_OBJECTS = 100_000;
const MOST_DEPTH = 60;
/** Of one content stream and of all together, in bytes once inflated. */
const MOST_CONTENT = 64 * 1024 * 1024;
const MOST_CONTENTS = 192 * 1024 * 1024;
const MOST_METADATA = 64 * 1024;

/** What is copied of one kind of thing: its keys, each with the kind of its value. What is not listed stays behind. */
interface Kind {
  keys?: Readonly<Record<string, string>>;
  /** Any key, each value of this kind: names that a page's content uses. */
  any?: string;
  /** Texts are copied too; everywhere else they stay behind. */
  texts?: true;
  /** What a stream of this kind holds. */
  bytes?: 'content' | 'image';
}

const keys = (names: string, kind: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, kind]));

const FUNCTION_KEYS = {
  ...keys('FunctionType Domain Range C0 C1 N Bounds Encode Size BitsPerSample Order Decode', 'plain'),
  Functions: 'function',
};
const BOXES = 'MediaBox CropBox BleedBox TrimBox ArtBox';

/**
 * What draws a page, after ISO 32000-2: an allow-list. Metadata, actions, scripts, forms, notes, links, attachments, structure,
 * layers and whatever programs have added of their own are in none of these, and so in no copy.
 */
const KINDS: Readonly<Record<string, Kind>> = {
  plain: {},
  page: {
    keys: {
      ...keys(`Type Rotate UserUnit ${BOXES}`, 'plain'),
      Resources: 'resources',
      Contents: 'content',
      Group: 'group',
    },
  },
  content: { bytes: 'content' },
  resources: {
    keys: {
      Font: 'fonts',
      XObject: 'xobjects',
      ExtGState: 'states',
      ColorSpace: 'colours',
      Pattern: 'patterns',
      Shading: 'shadings',
      Properties: 'properties',
      ProcSet: 'plain',
    },
  },
  fonts: { any: 'font' },
  xobjects: { any: 'xobject' },
  states: { any: 'state' },
  colours: { any: 'colour' },
  patterns: { any: 'pattern' },
  shadings: { any: 'shading' },
  // The names must be there, what they say must not.
  properties: { any: 'nothing' },
  nothing: { keys: {} },
  group: { keys: { ...keys('Type S I K', 'plain'), CS: 'colour' } },
  xobject: {
    keys: {
      ...keys(
        'Type Subtype FormType BBox Matrix Width Height BitsPerComponent Intent ImageMask Decode Interpolate SMaskInData Matte',
        'plain',
      ),
      Resources: 'resources',
      Group: 'group',
      ColorSpace: 'colour',
      Mask: 'xobject',
      SMask: 'xobject',
    },
    bytes: 'image',
  },
  state: {
    keys: {
      ...keys('Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK', 'plain'),
      ...keys('BG BG2 UCR UCR2 TR TR2', 'function'),
      Font: 'font',
      SMask: 'mask',
    },
  },
  mask: { keys: { ...keys('Type S BC', 'plain'), G: 'xobject', TR: 'function' } },
  function: { keys: FUNCTION_KEYS },
  colour: {
    keys: {
      ...FUNCTION_KEYS,
      ...keys('WhitePoint BlackPoint Gamma Matrix Subtype', 'plain'),
      ...keys('Alternate Process', 'colour'),
      Functions: 'colour',
      ColorSpace: 'colour',
      Components: 'plain',
      Colorants: 'colours',
    },
    texts: true,
  },
  pattern: {
    keys: {
      ...keys('Type PatternType PaintType TilingType BBox XStep YStep Matrix', 'plain'),
      Resources: 'resources',
      Shading: 'shading',
      ExtGState: 'state',
    },
    bytes: 'content',
  },
  shading: {
    keys: {
      ...keys(
        'ShadingType Background BBox AntiAlias Coords Domain Extend Matrix BitsPerCoordinate BitsPerComponent BitsPerFlag VerticesPerRow Decode',
        'plain',
      ),
      ColorSpace: 'colour',
      Function: 'function',
    },
  },
  font: {
    keys: {
      ...keys(
        'Type Subtype Name BaseFont FirstChar LastChar Widths DW W DW2 W2 FontMatrix FontBBox',
        'plain',
      ),
      FontDescriptor: 'descriptor',
      Encoding: 'encoding',
      ToUnicode: 'encoding',
      DescendantFonts: 'font',
      CIDSystemInfo: 'system',
      CIDToGIDMap: 'encoding',
      CharProcs: 'glyphs',
      Resources: 'resources',
    },
  },
  glyphs: { any: 'content' },
  descriptor: {
    keys: {
      ...keys(
        'Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth',
        'plain',
      ),
      ...keys('FontFile FontFile2 FontFile3', 'program'),
      CharSet: 'text',
      CIDSet: 'program',
    },
  },
  program: { keys: keys('Length1 Length2 Length3 Subtype', 'plain') },
  encoding: {
    keys: {
      ...keys('Type BaseEncoding Differences CMapName WMode', 'plain'),
      CIDSystemInfo: 'system',
      UseCMap: 'encoding',
    },
  },
  system: { keys: { ...keys('Registry Ordering', 'text'), Supplement: 'plain' } },
  text: { texts: true },
  parameters: {
    keys: {
      ...keys(
        'Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform',
        'plain',
      ),
      JBIG2Globals: 'program',
    },
  },
};

/**
 * The paper as reviewers get it: written anew from what draws its pages and nothing else, so that neither metadata nor
 * anything that acts nor earlier states of the file come along. Runs in a process of its own; see `paper-reading.ts`.
 * @throws PaperRefused
 */
export async function cleanPaper(bytes: Uint8Array): Promise<CleanPaper> {
  if (!Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) throw new PaperRefused('notPdf');
  let source: PDFContext;
  try {
    source = await PDFParser.forBytesWithOptions(bytes, Infinity, false).parseDocument();
  } catch {
    throw new PaperRefused('broken');
  }
  if (source.trailerInfo.Encrypt) throw new PaperRefused('locked');
  if (source.enumerateIndirectObjects().length > MOST_OBJECTS) throw new PaperRefused('heavy');
  const pages = pagesOf(source);
  const metadata = metadataOf(source, pages);
  const target = new Copy(source).write(pages);
  return {
    pdf: await PDFWriter.forContext(target, Infinity).serializeToBuffer(),
    pages: pages.length,
    metadata,
  };
}

const dictOf = (source: PDFContext, object: PDFObject | undefined): PDFDict | undefined => {
  const found = source.lookup(object);
  return found instanceof PDFDict ? found : undefined;
};

/** Pages in their order, with what they inherit. @throws PaperRefused */
function pagesOf(source: PDFContext): PDFDict[] {
  const root = dictOf(source, source.trailerInfo.Root)?.get(PDFName.of('Pages'));
  const pages: PDFDict[] = [];
  const seen = new Set<PDFDict>();
  const waiting: { node: PDFObject | undefined; inherited: ReadonlyMap<string, PDFObject> }[] = [
    { node: root, inherited: new Map() },
  ];
  while (waiting.length > 0) {
    const { node, inherited } = waiting.pop()!;
    const dict = dictOf(source, node);
    if (!dict || seen.has(dict)) throw new PaperRefused('broken');
    seen.add(dict);
    const own = new Map(inherited);
    for (const name of ['Resources', 'MediaBox', 'CropBox', 'Rotate']) {
      const value = dict.get(PDFName.of(name));
      if (value) own.set(name, value);
    }
    const kids = source.lookup(dict.get(PDFName.of('Kids')));
    if (kids instanceof PDFArray) {
      for (const kid of kids.asArray().toReversed()) waiting.push({ node: kid, inherited: own });
      if (waiting.length > MOST_OBJECTS) throw new PaperRefused('heavy');
      continue;
    }
    const page = PDFDict.fromMapWithContext(new Map(dict.entries()), source);
    for (const [name, value] of own) page.set(PDFName.of(name), value);
    if (!page.has(PDFName.of('MediaBox'))) throw new PaperRefused('broken');
    pages.push(page);
    if (pages.length > MOST_PAGES) throw new PaperRefused('pages', pages.length);
  }
  if (pages.length === 0) throw new PaperRefused('broken');
  return pages;
}

/** What the file says of itself: its information, XMP, and who has written the notes on its pages. */
function metadataOf(source: PDFContext, pages: readonly PDFDict[]): string[] {
  const texts: string[] = [];
  const add = (value: PDFObject | undefined): void => {
    const found = source.lookup(value);
    if (found instanceof PDFString || found instanceof PDFHexString) {
      try {
        texts.push(found.decodeText().slice(0, 1000));
      } catch {
        // Not a text.
      }
    }
  };
  const info = dictOf(source, source.trailerInfo.Info);
  for (const [name, value] of info?.entries() ?? [])
    if (!['CreationDate', 'ModDate'].includes(name.decodeText())) add(value);
  const xmp = source.lookup(dictOf(source, source.trailerInfo.Root)?.get(PDFName.of('Metadata')));
  if (xmp instanceof PDFRawStream) {
    const text = decoded(xmp, MOST_METADATA)?.toString('utf8') ?? '';
    texts.push(
      ...text
        .replace(/<[^>]*>/g, '\n')
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    );
  }
  for (const page of pages) {
    const notes = source.lookup(page.get(PDFName.of('Annots')));
    if (notes instanceof PDFArray)
      for (const note of notes.asArray().slice(0, 1000)) add(dictOf(source, note)?.get(PDFName.of('T')));
  }
  const short: string[] = [];
  let size = 0;
  for (const text of new Set(texts)) if ((size += text.length) < MOST_METADATA) short.push(text);
  return short;
}

const FILTER = PDFName.of('Filter');
const PARAMETERS = PDFName.of('DecodeParms');

const filtersOf = (stream: PDFRawStream): string[] => {
  const filter = stream.dict.lookup(FILTER);
  const all =
    filter instanceof PDFArray ? filter.asArray().map((one) => stream.dict.context.lookup(one)) : [filter];
  return all.filter((one) => one instanceof PDFName).map((one) => one.decodeText());
};

/** A stream's bytes without its filters; undefined where they cannot be taken off. @throws PaperRefused where they are too many */
function decoded(stream: PDFRawStream, most: number): Buffer | undefined {
  const filters = filtersOf(stream);
  try {
    if (filters.length === 1 && filters[0] === 'FlateDecode' && !stream.dict.has(PARAMETERS))
      return inflateSync(stream.contents, { maxOutputLength: most, finishFlush: 2 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new PaperRefused('heavy');
  }
  try {
    const bytes = filters.length === 0 ? stream.contents : decodePDFRawStream(stream).decode();
    if (bytes.length > most) throw new PaperRefused('heavy');
    return Buffer.from(bytes);
  } catch (error) {
    if (error instanceof PaperRefused) throw error;
    return undefined;
  }
}

/** Copies what {@link KINDS} lists into a file of its own; loops and depth are bounded. */
class Copy {
  private readonly target = PDFContext.create();
  private readonly copies = new Map<string, PDFRef>();
  private readonly waiting: { from: PDFObject | undefined; kind: string; to: PDFRef }[] = [];
  private objects = 0;
  private contents = 0;

  constructor(private readonly source: PDFContext) {}

  write(pages: readonly PDFDict[]): PDFContext {
    const { target } = this;
    target.header = PDFHeader.forVersion(1, 7);
    const tree = target.nextRef();
    const kids = PDFArray.withContext(target);
    for (const page of pages) {
      const copy = this.copy(page, 'page', 0) as PDFDict;
      copy.set(PDFName.of('Type'), PDFName.of('Page'));
      copy.set(PDFName.of('Parent'), tree);
      kids.push(target.register(copy));
    }
    for (let next = this.waiting.pop(); next; next = this.waiting.pop())
      target.assign(next.to, this.copy(next.from, next.kind, 0) ?? PDFNull);
    target.assign(tree, target.obj({ Type: 'Pages', Kids: kids, Count: pages.length }));
    target.trailerInfo.Root = target.register(target.obj({ Type: 'Catalog', Pages: tree }));
    return target;
  }

  /** The copy of one object, or undefined where nothing of it may come along. */
  private copy(object: PDFObject | undefined, kind: string, depth: number): PDFObject | undefined {
    if (depth > MOST_DEPTH || (this.objects += 1) > MOST_OBJECTS * 20) throw new PaperRefused('heavy');
    if (object instanceof PDFRef) return this.refer(object, kind);
    if (object instanceof PDFRawStream) return this.stream(object, kind);
    if (object instanceof PDFDict) return this.dict(object, kind, depth);
    if (object instanceof PDFArray) {
      const copy = PDFArray.withContext(this.target);
      for (const one of object.asArray()) copy.push(this.copy(one, kind, depth + 1) ?? PDFNull);
      return copy;
    }
    if (object instanceof PDFString || object instanceof PDFHexString)
      return KINDS[kind]!.texts ? object.clone() : undefined;
    if (
      object instanceof PDFName ||
      object instanceof PDFNumber ||
      object instanceof PDFBool ||
      object === PDFNull
    )
      return object;
    return undefined;
  }

  private refer(ref: PDFRef, kind: string): PDFRef | undefined {
    const from = this.source.lookup(ref);
    if (from === undefined) return undefined;
    const key = `${ref.tag} ${kind}`;
    let to = this.copies.get(key);
    if (!to) {
      if (this.copies.size > MOST_OBJECTS) throw new PaperRefused('heavy');
      to = this.target.nextRef();
      this.copies.set(key, to);
      this.waiting.push({ from, kind, to });
    }
    return to;
  }

  private dict(dict: PDFDict, kind: string, depth: number): PDFDict {
    const { keys: listed, any } = KINDS[kind]!;
    const copy = PDFDict.withContext(this.target);
    for (const [name, value] of dict.entries()) {
      const text = name.decodeText();
      const inner = any ?? (listed && Object.hasOwn(listed, text) ? listed[text] : undefined);
      const copied = inner === undefined ? undefined : this.copy(value, inner, depth + 1);
      if (copied !== undefined) copy.set(name, copied);
    }
    return copy;
  }

  private stream(stream: PDFRawStream, kind: string): PDFRawStream {
    const dict = this.dict(stream.dict, kind, 0);
    const { bytes } = KINDS[kind]!;
    const isForm = stream.dict.lookup(PDFName.of('Subtype')) === PDFName.of('Form');
    if (bytes === 'content' || (bytes === 'image' && isForm)) {
      const content = decoded(stream, MOST_CONTENT);
      if (!content) throw new PaperRefused('broken');
      if ((this.contents += content.length) > MOST_CONTENTS) throw new PaperRefused('heavy');
      dict.set(FILTER, PDFName.of('FlateDecode'));
      return PDFRawStream.of(dict, deflateSync(withoutRemarks(content)));
    }
    const filters = filtersOf(stream);
    if (filters.includes('Crypt')) throw new PaperRefused('locked');
    const last = filters.at(-1);
    if (bytes === 'image' && (last === 'DCTDecode' || last === 'JPXDecode')) {
      dict.set(FILTER, PDFName.of(last));
      const inner = this.picture(stream, filters);
      return PDFRawStream.of(dict, last === 'DCTDecode' ? plainJpeg(inner) : plainJpeg2000(inner));
    }
    const filter = this.copy(this.source.lookup(stream.dict.get(FILTER)), 'plain', 0);
    if (filter) dict.set(FILTER, filter);
    const parameters = this.copy(this.source.lookup(stream.dict.get(PARAMETERS)), 'parameters', 0);
    if (parameters) dict.set(PARAMETERS, parameters);
    return PDFRawStream.of(dict, stream.contents);
  }

  /** The bytes of a picture without the filters around its own. */
  private picture(stream: PDFRawStream, filters: readonly string[]): Buffer {
    if (filters.length === 1) return Buffer.from(stream.contents);
    const around = PDFDict.withContext(this.source);
    around.set(FILTER, this.source.obj(filters.slice(0, -1)));
    const bytes = decoded(PDFRawStream.of(around, stream.contents), MOST_CONTENT);
    if (!bytes) throw new PaperRefused('broken');
    return bytes;
  }
}
