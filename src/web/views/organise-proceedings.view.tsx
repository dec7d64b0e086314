import type { JSX } from 'preact';
import { useView } from '../components/context.js';
import {
  Button,
  ErrorSummary,
  errorOf,
  fieldId,
  HiddenKey,
  Select,
  TextArea,
  TextField,
} from '../components/forms.js';
import { Callout, EmptyState, Facts, IsolatedList, Tag, type Tone } from '../components/parts.js';
import type { PaperProblem } from '../../proceedings/volume-problems.js';
import { LICENCES } from '../../proceedings/licences.js';
import { page } from '../layout.js';
import { formatInstant, formatNumber, formatShare, paths, type View } from '../view.js';
import {
  bound,
  countOf,
  formatBytes,
  Head,
  organisePaths,
  Part,
  slugOf,
  typed,
  wordOr,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export interface VolumePaperRow {
  id: string;
  title: string;
  authors: readonly string[];
  /** What keeps it from being printed well. */
  missing: readonly PaperLack[];
}

/** A problem of a paper or of the volume's own texts, as the proceedings find it; words in `organise:missing.<code>`. */
export interface PaperLack {
  code: PaperProblem['code'];
  /** Where, for `glyphs`. */
  field: string | null;
  /** Names, ids or characters. */
  about: readonly string[];
}

export interface VolumeSectionRow {
  id: string;
  title: string;
  papers: readonly VolumePaperRow[];
}

export type BuildStatus = 'queued' | 'running' | 'done' | 'failed';

export interface BuildRow {
  id: string;
  status: BuildStatus;
  at: Date;
  by: string | null;
  papers: number;
  /** It prints a name that somebody has since put under protection. */
  renews: boolean;
}

export interface ProceedingsData extends OrganiseData, FormState {
  volume: {
    title: string;
    subtitle: string;
    publisher: string;
    year: number;
    place: string;
    editors: readonly string[];
    isbn: string;
    issn: string;
    doiPrefix: string;
    doiPattern: string;
    licence: string;
    erratum: string;
    pages: readonly { title: string; text: string }[];
    version: number;
  };
  /** The newest version that is published; 0 before any is. */
  published: number;
  sections: readonly VolumeSectionRow[];
  /** Accepted papers that are in no section yet; they are printed at the end. */
  unplaced: readonly VolumePaperRow[];
  /** Problems of the volume's own texts. */
  problems: readonly PaperLack[];
  /** Newest first. */
  builds: readonly BuildRow[];
  /** Papers that no volume can hold yet: accepted, but not confirmed by their authors. */
  unconfirmed: number;
  may: { edit: boolean };
}

const BUILD_TONES: Record<BuildStatus, Tone> = {
  queued: 'plain',
  running: 'plain',
  done: 'ok',
  failed: 'bad',
};

/**
 * GET `/conferences/:slug/organise/proceedings`. One form posts there: `volume[title|subtitle|publisher|year]`,
 * `sections[i][id|title]`, `to[CODE]` (a section's id), `newSection`, `version`, and `act`: `save`, `add-section`,
 * `section-up:ID`, `section-down:ID`, `section-remove:ID` (empty ones), `up:CODE`, `down:CODE`, `move:CODE` (to `to[CODE]`).
 * Every act saves the titles as well. Building posts to `.../proceedings/builds`.
 */
export function proceedingsPage(view: View, data: ProceedingsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const all = [...data.sections.flatMap((section) => section.papers), ...data.unplaced];
  const papers = all.length;
  const incomplete = all.filter((paper) => paper.missing.length > 0).length;
  const title =
    papers === 0
      ? t('organise:proceedings.none')
      : incomplete > 0
        ? countOf(view, 'organise:proceedings.incomplete', incomplete)
        : countOf(view, 'organise:proceedings.ready', papers);
  const last = data.builds[0];
  return page(
    view,
    { title: t('common:organise.proceedings'), area: 'organiser', active: 'proceedings' },
    <>
      <Head
        title={title}
        text={
          papers === 0
            ? undefined
            : t('organise:proceedings.explain', {
                papers: countOf(view, 'organise:count.papers', papers),
                sections: countOf(view, 'organise:count.sections', data.sections.length),
              })
        }
      />
      <ErrorSummary errors={data.errors} />
      {papers === 0 ? (
        <EmptyState
          title={t('organise:proceedings.emptyTitle')}
          text={t('organise:proceedings.emptyText')}
          action={{ href: organisePaths.decisions(slug), label: t('organise:proceedings.emptyAction') }}
        />
      ) : (
        <>
          <section class="card org-build-now">
            <div>
              <h2>{t('organise:proceedings.buildTitle')}</h2>
              <p class="soft">{t('organise:proceedings.buildText')}</p>
              {data.unconfirmed > 0 ? (
                <p class="soft">{countOf(view, 'organise:proceedings.unconfirmed', data.unconfirmed)}</p>
              ) : null}
            </div>
            {data.may.edit ? (
              <form method="post" action={organisePaths.builds(slug)}>
                <HiddenKey value={`${data.idempotencyKey}.build`} />
                <Button>{t('organise:proceedings.build')}</Button>
              </form>
            ) : null}
          </section>
          {data.builds.some((build) => build.renews) ? (
            <div class="org-gap">
              <Callout tone="warn" title={t('protection:organiser.buildTitle')}>
                <p>
                  {t('protection:organiser.build', {
                    days: data.builds
                      .filter((build) => build.renews)
                      .map((build) => formatInstant(view, build.at, data.zone))
                      .join('; '),
                  })}
                </p>
              </Callout>
            </div>
          ) : null}
          {last ? (
            <ul class="org-rows org-builds">
              {data.builds.slice(0, 5).map((build) => (
                <li key={build.id}>
                  <div>
                    <a href={organisePaths.build(slug, build.id)}>
                      {t('organise:proceedings.buildOf', { at: formatInstant(view, build.at, data.zone) })}
                    </a>
                    <span class="under">
                      {countOf(view, 'organise:count.papers', build.papers)}
                      {build.by ? `, ${build.by}` : ''}
                    </span>
                  </div>
                  <div class="org-rows-end">
                    <Tag tone={BUILD_TONES[build.status]}>{t(`organise:build.status.${build.status}`)}</Tag>
                  </div>
                </li>
              ))}
            </ul>
          ) : null}
          <form method="post" action={organisePaths.proceedings(slug)} id="arrange">
            <HiddenKey value={`${data.idempotencyKey}.arrange`} version={data.volume.version} />
            {/* The first button is what the Enter key sends: it saves, and moves nothing. */}
            <button
              class="out-of-sight"
              type="submit"
              name="act"
              value="save"
              tabIndex={-1}
              aria-hidden="true"
            >
              {t('organise:save')}
            </button>
            <Part title={t('organise:proceedings.volume')}>
              <Lacks lacks={data.problems} />
              <div class="fields-2">
                <TextField
                  {...bound(data, 'volume[title]', data.volume.title)}
                  label={t('organise:proceedings.volumeTitle')}
                  required
                />
                <TextField
                  {...bound(data, 'volume[subtitle]', data.volume.subtitle)}
                  label={t('organise:proceedings.subtitle')}
                  optional
                />
                <TextField
                  {...bound(data, 'volume[publisher]', data.volume.publisher)}
                  label={t('organise:proceedings.publisher')}
                  required
                />
                <TextField
                  {...bound(data, 'volume[year]', data.volume.year)}
                  label={t('organise:proceedings.year')}
                  type="number"
                  short
                  required
                />
              </div>
            </Part>
            <Known data={data} />
            <FrontMatter data={data} />
            <Part title={t('organise:proceedings.order')} text={t('organise:proceedings.orderText')}>
              {data.sections.map((section, i) => (
                <Section key={section.id} data={data} section={section} index={i} />
              ))}
              {data.unplaced.length > 0 ? (
                <div class="org-section">
                  <h3>{t('organise:proceedings.unplaced')}</h3>
                  <Papers data={data} section={{ id: '', title: '', papers: data.unplaced }} />
                </div>
              ) : null}
              {data.may.edit ? (
                <div class="org-add">
                  <TextField
                    {...bound(data, 'newSection')}
                    label={t('organise:proceedings.newSection')}
                    optional
                  />
                  <Button look="second" name="act" value="add-section">
                    {t('organise:proceedings.addSection')}
                  </Button>
                </div>
              ) : null}
            </Part>
            {data.may.edit ? (
              <div class="actions">
                <Button name="act" value="save">
                  {t('organise:save')}
                </Button>
                <span class="soft">{t('organise:proceedings.saveText')}</span>
              </div>
            ) : null}
          </form>
        </>
      )}
    </>,
  );
}

/** What the volume is known by outside: editors, identifiers, licence, and what a later version corrects. */
function Known({ data }: { data: ProceedingsData }): JSX.Element {
  const { t } = useView();
  const { volume } = data;
  const words = (key: string): string => t(`organise:proceedings.known.${key}`);
  return (
    <Part title={words('title')} text={words('text')}>
      <div class="fields-2">
        <TextArea
          {...bound(data, 'volume[editors]', volume.editors.join('\n'))}
          label={words('editors')}
          hint={words('editorsHint')}
          rows={3}
          optional
        />
        <TextField {...bound(data, 'volume[place]', volume.place)} label={words('place')} optional />
        <TextField
          {...bound(data, 'volume[isbn]', volume.isbn)}
          label="ISBN"
          hint={words('isbnHint')}
          optional
        />
        <TextField
          {...bound(data, 'volume[issn]', volume.issn)}
          label="ISSN"
          hint={words('issnHint')}
          optional
        />
        <TextField
          {...bound(data, 'volume[doiPrefix]', volume.doiPrefix)}
          label={words('doiPrefix')}
          hint={words('doiPrefixHint')}
          optional
        />
        <TextField
          {...bound(data, 'volume[doiPattern]', volume.doiPattern)}
          label={words('doiPattern')}
          hint={words('doiPatternHint')}
        />
        <Select
          {...bound(data, 'volume[licence]', volume.licence)}
          label={words('licence')}
          options={[
            { value: '', label: words('noLicence') },
            ...Object.entries(LICENCES).map(([value, { name }]) => ({ value, label: name })),
          ]}
        />
      </div>
      {data.published > 0 ? (
        <TextArea
          {...bound(data, 'volume[erratum]', volume.erratum)}
          label={t('organise:proceedings.known.erratum', { version: data.published + 1 })}
          hint={words('erratumHint')}
          rows={3}
        />
      ) : null}
    </Part>
  );
}

/** Pages before the papers, and an empty one for the next. */
function FrontMatter({ data }: { data: ProceedingsData }): JSX.Element {
  const { t } = useView();
  const typedPages = data.values?.['pages'];
  const pages = [...data.volume.pages, { title: '', text: '' }];
  const rows =
    Array.isArray(typedPages) && typedPages.length > pages.length ? typedPages.length : pages.length;
  return (
    <Part title={t('organise:proceedings.front.title')} text={t('organise:proceedings.front.text')}>
      {Array.from({ length: Math.min(rows, 20) }, (_, i) => {
        const title = pages[i]?.title ?? '';
        return (
          <details key={i} class="org-front" open={Boolean(errorOf(data.errors, `pages[${i}][title]`))}>
            <summary>{title || t('organise:proceedings.front.new')}</summary>
            <TextField
              {...bound(data, `pages[${i}][title]`, title)}
              label={t('organise:proceedings.front.pageTitle', { n: i + 1 })}
              optional
            />
            <TextArea
              {...bound(data, `pages[${i}][text]`, pages[i]?.text ?? '')}
              label={t('organise:proceedings.front.pageText', { n: i + 1 })}
              hint={t('organise:proceedings.front.hint')}
              rows={8}
              optional
            />
          </details>
        );
      })}
    </Part>
  );
}

function Move(props: { act: string; arrow: string; label: string; disabled?: boolean }): JSX.Element {
  return (
    <button
      class="org-move"
      type="submit"
      name="act"
      value={props.act}
      aria-label={props.label}
      disabled={props.disabled}
    >
      <span aria-hidden="true">{props.arrow}</span>
    </button>
  );
}

/** What a paper or the volume lacks, in words. */
function Lacks({ lacks }: { lacks: readonly PaperLack[] }): JSX.Element {
  const { t } = useView();
  return (
    <>
      {lacks.map((lack) => (
        <span key={`${lack.code}${lack.field ?? ''}`} class="org-conflict">
          {t(`organise:missing.${lack.code}`, { about: lack.about.join(', '), field: lack.field })}
        </span>
      ))}
    </>
  );
}

function Section({
  data,
  section,
  index,
}: {
  data: ProceedingsData;
  section: VolumeSectionRow;
  index: number;
}): JSX.Element {
  const view = useView();
  const { t } = view;
  const name = `sections[${index}][title]`;
  const title = typed(data.values, name, section.title);
  const error = errorOf(data.errors, name);
  return (
    <div class="org-section" id={`section-${section.id}`}>
      <div class="org-section-head">
        <input type="hidden" name={`sections[${index}][id]`} value={section.id} />
        <div class={error ? 'has-problem' : undefined}>
          <input
            type="text"
            id={fieldId(name)}
            name={name}
            value={title}
            aria-label={t('organise:proceedings.sectionTitle', { n: index + 1 })}
            aria-invalid={error ? 'true' : undefined}
            aria-describedby={error ? `${fieldId(name)}-error` : undefined}
            disabled={!data.may.edit}
          />
          {error ? (
            <p class="problem" id={`${fieldId(name)}-error`}>
              {error.message}
            </p>
          ) : null}
        </div>
        <span class="soft num">{countOf(view, 'organise:count.papers', section.papers.length)}</span>
        {data.may.edit ? (
          <span class="org-moves">
            <Move
              act={`section-up:${section.id}`}
              arrow="↑"
              label={t('organise:proceedings.up', { title })}
              disabled={index === 0}
            />
            <Move
              act={`section-down:${section.id}`}
              arrow="↓"
              label={t('organise:proceedings.down', { title })}
              disabled={index === data.sections.length - 1}
            />
            {section.papers.length === 0 ? (
              <Button
                look="quiet"
                name="act"
                value={`section-remove:${section.id}`}
                label={t('organise:proceedings.removeSection', { title })}
              >
                {t('organise:proceedings.remove')}
              </Button>
            ) : null}
          </span>
        ) : null}
      </div>
      <Papers data={data} section={section} />
    </div>
  );
}

/** The papers of a section in their order; those of no section (an empty id) can only be moved into one. */
function Papers({ data, section }: { data: ProceedingsData; section: VolumeSectionRow }): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  return (
    <ol class="org-papers">
      {section.papers.map((paper, i) => (
        <li key={paper.id} id={`paper-${paper.id}`}>
          <span class="org-place num">{i + 1}</span>
          <div class="org-paper">
            <a class="row-link" href={organisePaths.submission(slug, paper.id)}>
              <bdi>{paper.title}</bdi>
            </a>
            <span class="under">
              <IsolatedList items={paper.authors} /> · <span class="code">{paper.id}</span>
            </span>
            <Lacks lacks={paper.missing} />
          </div>
          {data.may.edit ? (
            <span class="org-moves">
              {section.id ? (
                <>
                  <Move
                    act={`up:${paper.id}`}
                    arrow="↑"
                    label={t('organise:proceedings.up', { title: paper.title })}
                    disabled={i === 0}
                  />
                  <Move
                    act={`down:${paper.id}`}
                    arrow="↓"
                    label={t('organise:proceedings.down', { title: paper.title })}
                    disabled={i === section.papers.length - 1}
                  />
                </>
              ) : null}
              {data.sections.some((other) => other.id !== section.id) ? (
                <details class="org-move-to">
                  <summary aria-label={t('organise:proceedings.moveName', { title: paper.title })}>
                    {t('organise:proceedings.move')}
                  </summary>
                  <span>
                    <select
                      name={`to[${paper.id}]`}
                      aria-label={t('organise:proceedings.moveTo', { title: paper.title })}
                    >
                      {data.sections
                        .filter((other) => other.id !== section.id)
                        .map((other) => (
                          <option key={other.id} value={other.id}>
                            {other.title}
                          </option>
                        ))}
                    </select>
                    <Button
                      look="second"
                      name="act"
                      value={`move:${paper.id}`}
                      label={t('organise:proceedings.moveDoName', { title: paper.title })}
                    >
                      {t('organise:proceedings.moveDo')}
                    </Button>
                  </span>
                </details>
              ) : null}
            </span>
          ) : null}
        </li>
      ))}
      {section.papers.length === 0 ? <li class="soft">{t('organise:proceedings.noPapers')}</li> : null}
    </ol>
  );
}

export interface BuildData extends OrganiseData {
  id: string;
  status: BuildStatus;
  /** A stage of `BUILD_STAGES`; words in `organise:build.stage.*`. */
  stage: string;
  /** 0 to 100. */
  progress: number;
  at: Date;
  by: string | null;
  /** Null until it has begun or ended. */
  startedAt: Date | null;
  finishedAt: Date | null;
  papers: number;
  snapshotHash: string;
  /** What went wrong: a sentence, the paper at fault where there is one, and what exactly it is about. */
  problem: { text: string; paper: { id: string; title: string } | null; detail: string | null } | null;
  files: readonly { name: string; mediaType: string; size: number; sha256: string }[];
  /** The version that it was published as, or null. */
  publishedAs: number | null;
  idempotencyKey: string;
}

/** GET `/conferences/:slug/organise/proceedings/builds/:id`; `build.js` follows it by the JSON API while it runs. */
export function buildPage(view: View, data: BuildData): string {
  const { t } = view;
  const slug = slugOf(view);
  const going = data.status === 'queued' || data.status === 'running';
  const stages = [
    'queued',
    'snapshot',
    'typesetting',
    'bibliography',
    'tables',
    'reading',
    'archive',
    'done',
  ];
  const words = Object.fromEntries(stages.map((stage) => [stage, t(`organise:build.stage.${stage}`)]));
  const label = wordOr(view, `organise:build.stage.${data.stage}`, data.stage);
  const title = t(`organise:build.title.${data.status}`, {
    papers: countOf(view, 'organise:count.papers', data.papers),
  });
  const seconds =
    data.startedAt && data.finishedAt
      ? Math.max(1, Math.round((data.finishedAt.getTime() - data.startedAt.getTime()) / 1000))
      : null;
  return page(
    view,
    { title, area: 'organiser', active: 'proceedings', scripts: going ? ['build'] : [] },
    <>
      <Head
        back={{ href: organisePaths.proceedings(slug), label: t('organise:build.back') }}
        title={title}
        text={t('organise:build.askedFor', {
          at: formatInstant(view, data.at, data.zone),
          by: data.by ?? '',
        }).replace(/, $/, '')}
      />
      {going ? (
        <section
          class="card org-progress"
          data-build={organisePaths.buildState(data.id)}
          data-words={JSON.stringify(words)}
        >
          <p class="org-progress-line">
            <b data-build-stage aria-live="polite">
              {label}
            </b>
            <span class="num" data-build-share>
              {formatShare(view, data.progress / 100)}
            </span>
          </p>
          <progress max={100} value={data.progress} aria-label={t('organise:build.progress')} />
          <p class="soft">{t('organise:build.leave')}</p>
          <p>
            <a href={organisePaths.build(slug, data.id)}>{t('organise:build.refresh')}</a>
          </p>
        </section>
      ) : null}
      {data.problem ? (
        <Callout tone="bad" title={t('organise:build.problem')}>
          <p>{data.problem.text}</p>
          {data.problem.paper ? (
            <p>
              {t('organise:build.culprit')}{' '}
              <a href={organisePaths.submission(slug, data.problem.paper.id)}>{data.problem.paper.title}</a>{' '}
              <span class="code soft">{data.problem.paper.id}</span>
            </p>
          ) : null}
          {data.problem.detail ? <p class="hash">{data.problem.detail}</p> : null}
          <p>{t('organise:build.again')}</p>
        </Callout>
      ) : null}
      {data.status === 'done' ? (
        <section class="card org-build-now">
          <div>
            <h2>
              {data.publishedAs === null
                ? t('organise:build.publishTitle')
                : t('organise:build.publishedTitle', { version: data.publishedAs })}
            </h2>
            <p class="soft">
              {data.publishedAs === null
                ? t('organise:build.publishText')
                : t('organise:build.publishedText')}
            </p>
          </div>
          {data.publishedAs === null ? (
            <form method="post" action={organisePaths.publish(slug, data.id)}>
              <HiddenKey value={`${data.idempotencyKey}.publish`} />
              <Button>{t('organise:build.publish')}</Button>
            </form>
          ) : (
            <a href={paths.proceedings(slug)}>{t('organise:build.publishedLink')}</a>
          )}
        </section>
      ) : null}
      {data.files.length > 0 ? (
        <Part title={t('organise:build.files')} text={t('organise:build.filesText')}>
          <ul class="org-files">
            {data.files.map((file) => (
              <li key={file.name}>
                <div>
                  <a href={organisePaths.buildFile(data.id, file.name)} download>
                    {file.name}
                  </a>
                  <span class="under">
                    {wordOr(view, `organise:build.kind.${file.name.split('.').at(-1)!}`, file.mediaType)}
                  </span>
                </div>
                <span class="num">{formatBytes(view, file.size)}</span>
                <span class="hash">
                  <span class="out-of-sight">SHA-256 </span>
                  {file.sha256}
                </span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Part title={t('organise:build.facts')}>
        <Facts
          items={[
            { term: t('organise:build.papers'), value: formatNumber(view, data.papers) },
            ...(seconds === null
              ? []
              : [
                  { term: t('organise:build.took'), value: countOf(view, 'organise:count.seconds', seconds) },
                ]),
            { term: t('organise:build.snapshot'), value: <span class="hash">{data.snapshotHash}</span> },
          ]}
        />
      </Part>
    </>,
  );
}
