import { readFileSync } from 'node:fs';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import { type BookData, withPapers } from './book-data.js';
import type { PageSpans } from './snapshot.js';

/** What `typeset` asks of its child: everything is handed over, the child decides nothing. */
export type TypesetRequest = { template: string; fonts: readonly string[]; data: BookData };

/** What the child answers: stages, then one of `done` and `failed`. */
export type TypesetReply =
  | { kind: 'stage'; stage: 'typesetting' | 'writing' }
  | { kind: 'done'; pdf: Uint8Array; pages: PageSpans; peakMb: number }
  | { kind: 'failed'; message: string; paperId?: string };

/** Typst's complaint: an error, or a warning, which for an unattended book is one too. */
class Complaint extends Error {}

process.once('message', (request: TypesetRequest) => {
  try {
    const { pdf, pages } = compile(request, request.data, (stage) => send({ kind: 'stage', stage }));
    send({ kind: 'done', pdf, pages, peakMb: process.resourceUsage().maxRSS / 1024 }, finish);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const paperId = error instanceof Complaint ? culprit(request) : undefined;
    send({ kind: 'failed', message, ...(paperId !== undefined && { paperId }) }, finish);
  }
});

function send(reply: TypesetReply, then: () => void = () => {}): void {
  process.send!(reply, undefined, {}, then);
}

/** Ends the process once the last message is out: nothing else keeps it alive. */
function finish(): void {
  process.disconnect();
}

function compile(
  { template, fonts }: TypesetRequest,
  data: BookData,
  onStage: (stage: 'typesetting' | 'writing') => void,
): { pdf: Buffer; pages: PageSpans } {
  // Only what is handed over can be read: the workspace is a folder that does not exist.
  const workspace = '/nonexistent';
  const compiler = NodeCompiler.create({
    workspace,
    fontArgs: [{ fontBlobs: fonts.map((file) => readFileSync(file)) }],
  });
  compiler.mapShadow(`${workspace}/data.json`, Buffer.from(JSON.stringify(data)));
  compiler.addSource(`${workspace}/book.typ`, template);
  onStage('typesetting');
  const result = compiler.compile({ mainFilePath: `${workspace}/book.typ` });
  const complaints: { message?: string; hints?: string[] }[] = [
    result.takeDiagnostics(),
    result.takeWarnings(),
  ].flatMap((found) => (found ? compiler.fetchDiagnostics(found) : []));
  const document: NodeTypstDocument | null = result.result;
  if (complaints.length > 0 || !document) {
    throw new Complaint(
      complaints.map(({ message, hints }) => [message, ...(hints ?? [])].join('; ')).join('\n'),
    );
  }
  const found: PageSpans[] = compiler.query(document, { selector: '<pages>', field: 'value' });
  onStage('writing');
  return { pdf: write(compiler, document), pages: found[0] ?? {} };
}

function write(compiler: NodeCompiler, document: NodeTypstDocument): Buffer {
  try {
    return compiler.pdf(document, { pdfStandard: 'ua-1' });
  } catch (error) {
    // The compiler gives its list of diagnostics in Rust's debug form here.
    const text = error instanceof Error ? error.message : String(error);
    const messages = Array.from(text.matchAll(/message: "((?:[^"\\]|\\.)*)"/g), ([, message]) => message!);
    throw new Complaint(messages.length > 0 ? messages.join('\n').replace(/\\(.)/g, '$1') : text);
  }
}

/** The first paper that cannot be set, by halving; undefined if the book fails without any paper, or only as a whole. */
function culprit(request: TypesetRequest): string | undefined {
  const fails = (ids: readonly string[]): boolean => {
    try {
      compile(request, withPapers(request.data, new Set(ids)), () => {});
      return false;
    } catch {
      return true;
    }
  };
  if (fails([])) return undefined;
  let ids = request.data.sections.flatMap(({ papers }) => papers.map(({ id }) => id));
  while (ids.length > 1) {
    const half = ids.slice(0, Math.ceil(ids.length / 2));
    ids = fails(half) ? half : ids.slice(half.length);
  }
  return ids[0] !== undefined && fails(ids) ? ids[0] : undefined;
}
