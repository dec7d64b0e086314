import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { Translate } from '../platform/i18n.js';
import { BUILD_FAILURES, BUILD_STAGES, BUILD_STATUSES } from './build-stages.js';
import type { BuildSummary } from './builds.service.js';
import type { PublishedVersion } from './publications.service.js';
import { PAPER_PROBLEMS, type PaperProblem } from './volume-problems.js';
import { PRINTED, type PlannedPaper, type VolumePlan } from './volume.service.js';

const strict = { additionalProperties: false };
const words = <W extends string>(list: readonly W[]) => Type.Union(list.map((word) => Type.Literal(word)));

/** A build as whoever makes the proceedings sees it. */
export const buildSchema = Type.Object(
  {
    id: Type.String(),
    conference: Type.String({ description: 'Slug' }),
    status: words(BUILD_STATUSES),
    stage: words(BUILD_STAGES),
    progress: Type.Integer({ minimum: 0, maximum: 100 }),
    problem: orNull(
      Type.Object(
        {
          code: words(BUILD_FAILURES),
          message: Type.String(),
          paperId: orNull(Type.String({ description: 'The paper to blame, where one alone is' })),
          detail: Type.String({ description: "The machine's own words" }),
        },
        strict,
      ),
    ),
    papers: Type.Integer(),
    snapshotHash: Type.String({ description: 'SHA-256 of the frozen volume as canonical JSON, in hex' }),
    files: Type.Array(
      Type.Object(
        { name: Type.String(), size: Type.Integer(), sha256: Type.String(), mediaType: Type.String() },
        strict,
      ),
    ),
    createdAt: instant,
    startedAt: orNull(instant),
    finishedAt: orNull(instant),
  },
  { ...strict, $id: 'ProceedingsBuild' },
);
export type BuildView = Static<typeof buildSchema>;

export function buildView(build: BuildSummary, t: Translate): BuildView {
  const { problem } = build;
  return {
    id: build.id,
    conference: build.slug,
    status: build.status,
    stage: build.stage,
    progress: build.progress,
    problem: problem && {
      code: problem.code,
      message: t(`proceedings:problem.${problem.code}`),
      paperId: problem.paperId ?? null,
      detail: problem.detail,
    },
    papers: build.papers,
    snapshotHash: build.snapshotHash,
    files: build.files.map(({ name, size, sha256, mediaType }) => ({ name, size, sha256, mediaType })),
    createdAt: build.createdAt.toISOString(),
    startedAt: build.startedAt?.toISOString() ?? null,
    finishedAt: build.finishedAt?.toISOString() ?? null,
  };
}

const paperSchema = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    status: words(PRINTED),
    authors: Type.Array(Type.String()),
  },
  strict,
);

/** The plan of a volume as whoever makes the proceedings sees it. */
export const volumeSchema = Type.Object(
  {
    conference: Type.String({ description: 'Slug' }),
    title: Type.String(),
    subtitle: Type.String(),
    publisher: Type.String(),
    year: Type.Integer(),
    place: Type.String(),
    editors: Type.Array(Type.String()),
    isbn: Type.String(),
    issn: Type.String(),
    doiPrefix: Type.String(),
    doiPattern: Type.String(),
    licence: Type.String({ description: 'SPDX name, or empty' }),
    erratum: Type.String({ description: 'What the next version corrects' }),
    pages: Type.Array(Type.Object({ title: Type.String(), text: Type.String() }, strict)),
    sections: Type.Array(
      Type.Object({ id: Type.String(), title: Type.String(), papers: Type.Array(paperSchema) }, strict),
    ),
    unplaced: Type.Array(paperSchema),
    problems: Type.Array(
      Type.Object(
        {
          paperId: orNull(Type.String()),
          code: words(PAPER_PROBLEMS),
          field: orNull(Type.String()),
          about: Type.Array(Type.String()),
        },
        strict,
      ),
    ),
    version: Type.Integer({ description: '0 until somebody changes it' }),
  },
  { ...strict, $id: 'Volume' },
);
export type VolumeView = Static<typeof volumeSchema>;

export function volumeView(
  { volume, sections, unplaced }: VolumePlan,
  problems: readonly PaperProblem[],
  slug: string,
): VolumeView {
  return {
    conference: slug,
    title: volume.title,
    subtitle: volume.subtitle,
    publisher: volume.publisher,
    year: volume.year,
    place: volume.place,
    editors: volume.editors,
    isbn: volume.isbn,
    issn: volume.issn,
    doiPrefix: volume.doiPrefix,
    doiPattern: volume.doiPattern,
    licence: volume.licence,
    erratum: volume.erratum,
    pages: volume.pages,
    sections: sections.map(({ id, title, papers }) => ({ id, title, papers: papers.map(paperView) })),
    unplaced: unplaced.map(paperView),
    problems: problems.map(({ paperId, code, field, about }) => ({ paperId, code, field, about })),
    version: volume.version,
  };
}

function paperView({ id, title, status, authors }: PlannedPaper): Static<typeof paperSchema> {
  return { id, title, status, authors: authors.map(({ name }) => name) };
}

/** A published version for everybody. */
export const publishedSchema = Type.Object(
  {
    conference: Type.String({ description: 'Slug' }),
    version: Type.Integer({ minimum: 1 }),
    erratum: Type.String({ description: 'What it corrects; empty in the first version' }),
    publishedAt: instant,
    available: Type.Boolean({ description: 'False once it was taken down' }),
  },
  { ...strict, $id: 'PublishedVolume' },
);
export type PublishedView = Static<typeof publishedSchema>;

export const publishedView = (
  { version, erratum, publishedAt, buildId }: PublishedVersion,
  slug: string,
): PublishedView => ({
  conference: slug,
  version,
  erratum,
  publishedAt: publishedAt.toISOString(),
  available: buildId !== null,
});
