import type { JSX } from 'preact';
import { citation, citationMeta } from '../../proceedings/formats/citing.js';
import type { Edition, EditionAuthor, EditionPaper } from '../../proceedings/formats/edition.js';
import { richText, type Inline } from '../../proceedings/formats/rich-text.js';
import { Callout, EmptyState, Facts } from '../components/parts.js';
import { useView } from '../components/context.js';
import { page } from '../layout.js';
import { formatDate, paths, type View } from '../view.js';
import { formatBytes, wordOr } from './organise-parts.js';

interface Version {
  version: number;
  erratum: string;
  publishedAt: Date;
  buildId: string | null;
}

export interface PublishedVolumeData {
  slug: string;
  zone: string;
  /** Newest first. */
  versions: readonly Version[];
  /** Undefined before anything was published. */
  chosen: Version | undefined;
  /** Null where the chosen version was taken down. */
  edition: Edition | null;
  /** Papers that were withdrawn since, with the time. */
  withdrawn: ReadonlyMap<string, Date>;
  files: readonly { name: string; size: number; mediaType: string }[];
}

/** GET `/conferences/:slug/proceedings`: a volume for everybody. */
export function publishedVolumePage(view: View, data: PublishedVolumeData): string {
  const { t } = view;
  const { edition, chosen } = data;
  if (!chosen || !edition) {
    const key = chosen ? 'renewed' : 'none';
    return page(
      view,
      { title: t('proceedings:public.title'), area: 'public' },
      <>
        <h1>{t('proceedings:public.title')}</h1>
        <EmptyState
          title={t(`proceedings:public.${key}Title`)}
          text={t(`proceedings:public.${key}Text`)}
          action={{ href: paths.call(data.slug), label: t('proceedings:public.toCall') }}
        />
      </>,
    );
  }
  const { volume, conference } = edition;
  const isNewest = chosen.version === data.versions[0]!.version;
  const address = (name: string): string =>
    `${paths.proceedings(data.slug)}/files/${encodeURIComponent(name)}${isNewest ? '' : `?version=${chosen.version}`}`;
  return page(
    view,
    { title: volume.title, area: 'public', styles: ['proceedings'] },
    <>
      <header class="pub-head">
        <p class="eyebrow">{conference.organiser}</p>
        <h1>{volume.title}</h1>
        {volume.subtitle ? <p class="lead">{volume.subtitle}</p> : null}
        <p class="soft">
          {[conference.name, conference.dates, conference.venue].filter(Boolean).join(' · ')}
        </p>
        {volume.editors.length > 0 ? (
          <p>
            {t('proceedings:public.editedBy', { names: volume.editors.map(({ name }) => name).join(', ') })}
          </p>
        ) : null}
      </header>
      {isNewest ? null : (
        <Callout tone="warn" title={t('proceedings:public.olderTitle')}>
          <p>
            <a href={paths.proceedings(data.slug)}>{t('proceedings:public.olderText')}</a>
          </p>
        </Callout>
      )}
      {chosen.erratum ? (
        <Callout tone="plain" title={t('proceedings:public.erratum', { version: chosen.version })}>
          <p>{chosen.erratum}</p>
        </Callout>
      ) : null}
      {volume.pages.map(({ title, text }) => (
        <section key={title} class="pub-front">
          <h2>{title}</h2>
          <Rich text={text} />
        </section>
      ))}
      <section>
        <h2>{t('proceedings:public.contents')}</h2>
        {edition.sections.map(({ title, papers }) => (
          <section key={title} class="pub-section">
            <h3>{title}</h3>
            <ul class="pub-papers">
              {papers.map((paper) => (
                <li key={paper.id}>
                  <div>
                    <a class="row-link" href={paths.proceedingsPaper(data.slug, paper.id)}>
                      <bdi>{paper.title}</bdi>
                    </a>
                    <span class="under">
                      {paper.withdrawn || data.withdrawn.has(paper.id)
                        ? t('proceedings:public.withdrawn')
                        : paper.authors.map(({ name }) => name).join(', ')}
                    </span>
                  </div>
                  {paper.pages ? <span class="num soft">{paper.pages.first}</span> : null}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </section>
      <section id="downloads">
        <h2>{t('proceedings:public.downloads')}</h2>
        {data.withdrawn.size > 0 ? <p class="soft">{t('proceedings:public.stillIn')}</p> : null}
        <ul class="pub-files">
          {data.files.map(({ name, size }) => (
            <li key={name}>
              <div>
                <a href={address(name)} download>
                  {name}
                </a>
                <span class="under">{wordOr(view, `proceedings:file.${endOf(name)}`, '')}</span>
              </div>
              <span class="num soft">{formatBytes(view, size)}</span>
            </li>
          ))}
        </ul>
        <p class="soft">{t('proceedings:public.sums')}</p>
      </section>
      <section>
        <h2>{t('proceedings:public.about')}</h2>
        <Facts
          items={[
            {
              term: t('proceedings:public.publisher'),
              value: [volume.publisher, volume.place, volume.year].filter(Boolean).join(', '),
            },
            ...(volume.isbn ? [{ term: 'ISBN', value: volume.isbn }] : []),
            ...(volume.issn ? [{ term: 'ISSN', value: volume.issn }] : []),
            ...(volume.doi ? [{ term: 'DOI', value: <Doi doi={volume.doi} /> }] : []),
            ...(volume.licence
              ? [
                  {
                    term: t('proceedings:public.licence'),
                    value: <a href={volume.licence.url}>{volume.licence.name}</a>,
                  },
                ]
              : []),
            { term: t('proceedings:public.snapshot'), value: <span class="hash">{edition.hash}</span> },
          ]}
        />
        <h3>{t('proceedings:public.versions')}</h3>
        <ol class="pub-versions" reversed>
          {data.versions.map(({ version, publishedAt, erratum, buildId }) => (
            <li key={version} value={version}>
              {buildId === null ? (
                t('proceedings:public.takenDown')
              ) : (
                <a href={`${paths.proceedings(data.slug)}?version=${version}`}>
                  {formatDate(view, publishedAt, data.zone)}
                </a>
              )}
              {erratum ? <span class="under">{erratum}</span> : null}
            </li>
          ))}
        </ol>
      </section>
    </>,
  );
}

export interface PublishedPaperData {
  slug: string;
  zone: string;
  edition: Edition;
  paper: EditionPaper;
  /** Since when it is only a tombstone. */
  withdrawnAt: Date | null;
}

/** GET `/conferences/:slug/proceedings/:paper`: one paper for everybody; of a withdrawn one its title and that it was. */
export function publishedPaperPage(view: View, data: PublishedPaperData): string {
  const { t } = view;
  const { edition, paper, withdrawnAt } = data;
  const cite = (format: string): string => `${paths.proceedingsPaper(data.slug, paper.id)}/cite.${format}`;
  return page(
    view,
    {
      title: paper.title,
      area: 'public',
      styles: ['proceedings'],
      meta: withdrawnAt ? [['robots', 'noindex']] : citationMeta(edition, paper),
    },
    <>
      <p class="pub-back">
        <a href={paths.proceedings(data.slug)}>{edition.volume.title}</a>
      </p>
      <article lang={paper.language} class="pub-paper">
        <p class="eyebrow">
          {paper.section} · <span class="code">{paper.id}</span>
        </p>
        <h1>
          <bdi>{paper.title}</bdi>
        </h1>
        {withdrawnAt ? (
          <Callout tone="plain" title={t('proceedings:public.goneTitle')}>
            <p>{t('proceedings:public.goneText', { day: formatDate(view, withdrawnAt, data.zone) })}</p>
          </Callout>
        ) : (
          <>
            <Authors authors={paper.authors} />
            <div class="pub-abstract">
              {paper.paragraphs.map((paragraph, i) => (
                <p key={i}>{paragraph}</p>
              ))}
            </div>
            {paper.keywords.length > 0 ? (
              <p>
                <b>{t('proceedings:public.keywords')}</b> {paper.keywords.join(' · ')}
              </p>
            ) : null}
          </>
        )}
      </article>
      {withdrawnAt ? null : (
        <section class="card pub-cite">
          <h2>{t('proceedings:public.cite')}</h2>
          <p>{citation(edition, paper)}</p>
          {paper.doi ? (
            <p>
              <Doi doi={paper.doi} />
            </p>
          ) : null}
          <ul class="pub-formats">
            {['bib', 'ris', 'json', 'xml'].map((format) => (
              <li key={format}>
                <a href={cite(format)} download>
                  {t(`proceedings:cite.${format}`)}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>,
  );
}

/** Front matter: paragraphs, headings, lists, bold, italics and plain links. */
export function Rich({ text }: { text: string }): JSX.Element {
  return (
    <>
      {richText(text).map((block, i) => {
        if (block.kind === 'heading') return <h3 key={i}>{block.inline.map(inline)}</h3>;
        if (block.kind === 'paragraph') return <p key={i}>{block.inline.map(inline)}</p>;
        const items = block.items.map((item, j) => <li key={j}>{item.map(inline)}</li>);
        return block.ordered ? <ol key={i}>{items}</ol> : <ul key={i}>{items}</ul>;
      })}
    </>
  );
}

function inline({ text, strong, emphasis, href }: Inline, key: number): JSX.Element | string {
  if (href !== undefined)
    return (
      <a key={key} href={href} rel="nofollow noopener">
        {text}
      </a>
    );
  if (strong) return <strong key={key}>{text}</strong>;
  return emphasis ? <em key={key}>{text}</em> : text;
}

const Doi = ({ doi }: { doi: string }): JSX.Element => (
  <a href={`https://doi.org/${doi}`}>{`https://doi.org/${doi}`}</a>
);

function Authors({ authors }: { authors: readonly EditionAuthor[] }): JSX.Element {
  const { t } = useView();
  return (
    <ul class="pub-authors">
      {authors.map(({ name, native, place, orcid }, i) => (
        <li key={i}>
          <b>
            <bdi>{name}</bdi>
          </b>
          {native ? (
            <>
              {' '}
              (<bdi lang={native.lang === 'und' ? '' : native.lang}>{native.text}</bdi>)
            </>
          ) : null}
          {place ? <span class="under">{place}</span> : null}
          {orcid ? (
            <a class="under" href={`https://orcid.org/${orcid}`}>
              {t('proceedings:public.orcid', { orcid })}
            </a>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** Of two ends the longer one: `csl.json`. */
const endOf = (name: string): string => (name.endsWith('.csl.json') ? 'csl' : name.split('.').at(-1)!);
