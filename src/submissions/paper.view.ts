import { Type, type Static } from '@sinclair/typebox';
import { instant } from '../platform/answers.js';
import { NAMING_KINDS } from './naming-rules.js';
import type { Paper } from './paper.entity.js';

const strict = { additionalProperties: false };
const words = (...list: readonly string[]) => Type.Union(list.map((word) => Type.Literal(word)));

/** A version of a paper, for its authors and organisers. */
export const paperSchema = Type.Object(
  {
    version: Type.Integer(),
    pages: Type.Integer(),
    size: Type.Integer({ description: 'Bytes' }),
    sha256: Type.String({ description: 'Of the file as it was sent, in hex' }),
    uploadedAt: instant,
    warnings: Type.Array(
      Type.Object(
        { where: words('metadata', 'firstPage', 'laterPages'), kind: words(...NAMING_KINDS) },
        strict,
      ),
      {
        description:
          'What may tell reviewers who wrote it, where they are not to know; metadata does not come along in their copy',
      },
    ),
    pagesRead: Type.Integer({ description: 'So many pages, from the first, were searched for names' }),
  },
  { ...strict, $id: 'Paper' },
);
export type PaperView = Static<typeof paperSchema>;

/** What leaves the system about a version of a paper, to those who may see its submission with its authors. */
export const projectPaper = (paper: Paper): PaperView => ({
  version: paper.version,
  pages: paper.pages,
  size: paper.size,
  sha256: paper.sha256,
  uploadedAt: paper.uploadedAt.toISOString(),
  warnings: paper.found.map(({ where, kind }) => ({ where, kind })),
  pagesRead: paper.pagesRead,
});
