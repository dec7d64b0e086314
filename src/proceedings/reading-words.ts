import { translator } from '../platform/i18n.js';
import type { ReadingWords } from './formats/reading.js';
import { snapshotHash, type VolumeSnapshot } from './snapshot.js';

/** The words around the papers of a snapshot in EPUB and website. */
export function readingWords(snapshot: VolumeSnapshot): ReadingWords {
  const t = translator('en');
  return {
    contents: t('book:contents'),
    authors: t('book:authorIndex'),
    editors: t('book:editors'),
    keywords: t('book:keywords'),
    cite: t('book:cite'),
    withdrawn: t('book:withdrawn'),
    erratum: t('book:erratum'),
    frozen: t('book:frozen', {
      version: snapshot.volume.version ?? 1,
      date: snapshot.frozenAt.slice(0, 10),
      hash: snapshotHash(snapshot),
    }),
    next: t('book:next'),
    previous: t('book:previous'),
    skip: t('book:skip'),
  };
}
