import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { translator } from '../platform/i18n.js';
import { bookData, type BookLabels } from './book-data.js';
import { FONT_FAMILIES, FONT_FILES } from './fonts.js';
import { snapshotHash, type PageSpans, type VolumeSnapshot } from './snapshot.js';
import type { TypesetReply, TypesetRequest } from './typeset-child.js';
import { builtFile, programFile } from '../platform/program.js';

/** What the typesetting is at: starting its process, laying out pages, writing the PDF. */
export type TypesetStage = 'starting' | 'typesetting' | 'writing';

/** How a book is to be typeset. */
export type TypesetOptions = {
  /** After so many milliseconds the typesetting is killed. 300 abstracts take a few seconds. */
  timeoutMs: number;
  onStage?: (stage: TypesetStage) => void;
};

/** A typeset book: the PDF, for each paper's id its pages, and the most memory that it took. */
export type TypesetBook = { pdf: Buffer; pages: PageSpans; peakMb: number };

/** The book could not be typeset: Typst's own words, and the paper they are about where one alone is to blame. */
export class TypesettingFailed extends Error {
  constructor(
    message: string,
    readonly paperId?: string,
  ) {
    super(message);
    this.name = 'TypesettingFailed';
  }
}

/**
 * The book of abstracts as a tagged PDF (PDF/UA-1), typeset by Typst in a process of its own, because Typst blocks its
 * process and keeps its memory. Equal snapshots give equal bytes.
 *
 * @throws TypesettingFailed on any error or warning of Typst, at the time limit, and when the process dies
 */
export async function typeset(snapshot: VolumeSnapshot, options: TypesetOptions): Promise<TypesetBook> {
  options.onStage?.('starting');
  const request: TypesetRequest = {
    template: readFileSync(programFile('proceedings/typst/book.typ'), 'utf8'),
    fonts: FONT_FILES,
    data: bookData(snapshot, FONT_FAMILIES, labels(snapshot)),
  };
  return run(request, options);
}

function run(request: TypesetRequest, { timeoutMs, onStage }: TypesetOptions): Promise<TypesetBook> {
  return new Promise((resolve, reject) => {
    const child = fork(builtFile('proceedings/typeset-child.js'), [], {
      serialization: 'advanced',
      execArgv: ['--max-old-space-size=1024'],
      // Nothing of the server's environment; and no fonts but the bundled ones, whatever the machine has installed.
      env: { FONTCONFIG_FILE: programFile('proceedings/typst/fonts.conf'), TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    let late = false;
    let book: TypesetBook | undefined;
    let failure: TypesettingFailed | undefined;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
    child.on('message', (reply: TypesetReply) => {
      if (reply.kind === 'stage') onStage?.(reply.stage);
      if (reply.kind === 'done')
        book = { pdf: Buffer.from(reply.pdf), pages: reply.pages, peakMb: reply.peakMb };
      if (reply.kind === 'failed') failure = new TypesettingFailed(reply.message, reply.paperId);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new TypesettingFailed(`The typesetting process did not start: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (book) return resolve(book);
      if (failure) return reject(failure);
      if (late)
        return reject(new TypesettingFailed(`Typesetting took longer than ${timeoutMs} ms and was stopped`));
      const last = errors.trim().split('\n').at(-1) ?? '';
      reject(
        new TypesettingFailed(`The typesetting process died (${signal ?? `exit ${code}`}) ${last}`.trim()),
      );
    });
    // A process that is dead already is reported by "close".
    child.send(request, () => {});
  });
}

function labels(snapshot: VolumeSnapshot): BookLabels {
  const t = translator('en');
  const {
    publisher,
    place,
    year,
    editors = [],
    isbn,
    issn,
    doi,
    licence,
    erratum,
    version = 1,
  } = snapshot.volume;
  return {
    contents: t('book:contents'),
    authorIndex: t('book:authorIndex'),
    keywords: t('book:keywords'),
    orcid: t('book:orcid'),
    imprint: [
      t('book:imprint.publisher', { publisher: place ? `${publisher}, ${place}` : publisher, year }),
      ...(editors.length > 0 ? [t('book:imprint.editors', { names: editors.join(', ') })] : []),
      ...(isbn ? [`ISBN ${isbn}`] : []),
      ...(issn ? [`ISSN ${issn}`] : []),
      ...(doi ? [`https://doi.org/${doi}`] : []),
      ...(licence ? [t('book:imprint.licence', licence)] : []),
      ...(erratum ? [t('book:imprint.erratum', { version, erratum })] : []),
      t('book:imprint.words'),
      t('book:imprint.snapshot', { date: snapshot.frozenAt.slice(0, 10), hash: snapshotHash(snapshot) }),
    ],
    missing: t('book:imprint.missing'),
    withdrawn: t('book:withdrawn'),
  };
}
