import type { JSX } from 'preact';
import { addressMeant } from '../../people/address-slip.js';
import type { Openings } from '../../conferences/who-sees-whom.js';
import { CountrySelect, countryName, ownLanguageName } from '../components/country.js';
import type { TextWarning } from '../../submissions/submission.view.js';
import { useView } from '../components/context.js';
import {
  Button,
  Choices,
  ErrorSummary,
  HiddenKey,
  Select,
  TextArea,
  TextField,
  errorOf,
  fieldId,
  type FieldErrors,
} from '../components/forms.js';
import { NamesToAuthors } from '../components/names.js';
import { PaperWish } from '../components/paper.js';
import {
  Callout,
  DeadlineLine,
  Facts,
  Isolated,
  Prose,
  Tag,
  type DeadlineData,
} from '../components/parts.js';
import { isStandIn } from '../../people/stand-in.js';
import { page } from '../layout.js';
import { formatTime, paths, type View } from '../view.js';

/** One author as typed; every value is a string as forms send it. */
export interface AuthorValues {
  name: string;
  nativeName: string;
  affiliation: string;
  /** iD in the Research Organization Registry. */
  ror: string;
  /** ISO 3166-1 alpha-2, or empty for "prefer not to say". */
  country: string;
  email: string;
  orcid: string;
  corresponding: boolean;
  presenting: boolean;
  /** Their identity is to be protected, and they appear under the public name. */
  protect: boolean;
  publicName: string;
}

/** A submission as typed. In the form the corresponding author is one radio group: `corresponding` = index. */
export interface SubmissionValues {
  title: string;
  abstract: string;
  /** Ids of topics. */
  topics: readonly string[];
  /** At least one row is shown, even when empty. */
  authors: readonly AuthorValues[];
  /** Language tag, or empty for the floor's. */
  language: string;
  namedConflicts: readonly NamedValues[];
}

/** Somebody who should not review it, as typed. */
export interface NamedValues {
  name: string;
  affiliation: string;
  email: string;
  reason: string;
}

/** A row with nothing in it. */
export const EMPTY_NAMED: NamedValues = { name: '', affiliation: '', email: '', reason: '' };

/** An author row with nothing in it; the first row of a new submission is corresponding. */
export const EMPTY_AUTHOR: AuthorValues = {
  name: '',
  nativeName: '',
  affiliation: '',
  ror: '',
  country: '',
  email: '',
  orcid: '',
  corresponding: false,
  presenting: false,
  protect: false,
  publicName: '',
};

interface SubmitFrame {
  /** Code of an existing submission; absent for a new one. */
  id?: string;
  /** Where the form posts. Its buttons send `act`: `save`, `check`, `submit`, `edit`, `add-author`, `remove-author:2`, `move-up:2`, `move-down:2`. */
  action: string;
  values: SubmissionValues;
  /** The server's count of the words of `values.abstract`. */
  wordCount: number;
  wordLimit: number;
  topics: readonly { id: string; title: string }[];
  /** Language tags that the call takes, the floor's first; one alone is no question. */
  languages: readonly string[];
  opens: Openings;
  /** Whether a paper is asked for beside the abstract. */
  paper: { required: boolean; limitMb: number } | null;
  deadline: DeadlineData;
  idempotencyKey: string;
  version?: number;
  /** Address of a guest that still has to be confirmed after submitting. */
  guest: boolean;
}

export interface SubmitPageData extends SubmitFrame {
  /** `submitted` when authors change what they have already handed in. */
  status: 'draft' | 'submitted';
  errors?: FieldErrors;
  /** Address that takes saves in the background (an existing draft); without it the browser keeps a copy. */
  autosave?: string;
  savedAt?: Date | null;
  /** Zone in which `savedAt` is shown before the browser knows better. */
  zone: string;
}

/** The form in which an author writes, saves and checks a submission. */
export function submitPage(view: View, data: SubmitPageData): string {
  const { t } = view;
  const changing = data.status === 'submitted';
  const kept = data.savedAt
    ? t('common:save.saved', { time: formatTime(view, data.savedAt, data.zone) })
    : '';
  return page(
    view,
    {
      title: t(changing ? 'submit:titleChange' : 'submit:title'),
      area: 'public',
      active: 'call',
      scripts: ['words', 'authors', 'ready', 'autosave', 'address'],
      aside: (
        <span class="save-state" data-save-state role="status">
          {kept}
        </span>
      ),
    },
    <div class="form-split">
      <form
        method="post"
        action={data.action}
        noValidate
        data-autosave={data.autosave ?? ''}
        data-autosave-key={data.id ? paths.submissionEdit(data.id) : view.path}
        data-saved={t('common:save.saved', { time: '{time}' })}
        data-pending={t('common:save.pending')}
        data-failed={t('common:save.failed')}
        data-changed={t('common:save.changed')}
        data-local={t('common:save.local')}
      >
        <HiddenKey value={data.idempotencyKey} version={data.version} />
        {/* The first button is what the Enter key presses: it must be the harmless one. */}
        <button
          type="submit"
          name="act"
          value={changing ? 'check' : 'save'}
          class="out-of-sight"
          tabIndex={-1}
          aria-hidden="true"
        >
          {t(changing ? 'submit:checkChange' : 'submit:save')}
        </button>
        <DeadlineLine {...data.deadline} />
        <h1>{t(changing ? 'submit:headingChange' : 'submit:heading')}</h1>
        {data.id ? <p class="soft code">{data.id}</p> : null}
        <div class="restore" data-restore hidden>
          <p>{t('common:save.restore')}</p>
          <p class="row">
            <button type="button" class="button second" data-restore-do>
              {t('common:save.restoreDo')}
            </button>
            <button type="button" class="button quiet" data-restore-drop>
              {t('common:save.restoreDrop')}
            </button>
          </p>
        </div>
        <ErrorSummary errors={data.errors} />
        <TextField
          name="title"
          label={t('submit:field.title')}
          value={data.values.title}
          error={errorOf(data.errors, 'title')}
          required
          dir="auto"
        />
        <TextArea
          name="abstract"
          label={t('submit:field.abstract')}
          hint={t(
            data.opens.authors === 'start' ? 'submit:field.abstractOpen' : 'submit:field.abstractBlind',
            {
              count: data.wordLimit,
            },
          )}
          rows={12}
          value={data.values.abstract}
          words={{ count: data.wordCount, limit: data.wordLimit }}
          error={errorOf(data.errors, 'abstract')}
          required
          dir="auto"
        />
        <Choices
          type="checkbox"
          name="topics[]"
          label={t('submit:field.topics')}
          value={data.values.topics}
          options={data.topics.map((topic) => ({ value: topic.id, label: topic.title }))}
          error={errorOf(data.errors, 'topics')}
        />
        {data.languages.length > 1 ? (
          <Select
            name="language"
            label={t('submit:field.language')}
            hint={t('submit:field.languageHint')}
            value={data.values.language || data.languages[0]}
            options={data.languages.map((tag) => ({ value: tag, label: ownLanguageName(tag) }))}
            error={errorOf(data.errors, 'language')}
          />
        ) : null}
        <Authors data={data} />
        <NamedConflicts data={data} />
        {data.paper ? (
          <section class="section" id={fieldId('paper')} tabIndex={-1} aria-labelledby="paper-title">
            <h2 id="paper-title">{t('submission:paper.title')}</h2>
            {errorOf(data.errors, 'paper') ? (
              <p class="problem">{errorOf(data.errors, 'paper')?.message}</p>
            ) : null}
            <p>
              <PaperWish asked={data.paper} />{' '}
              {data.id ? (
                <a href={`${paths.submission(data.id)}#paper`}>{t('submit:paper.there')}</a>
              ) : (
                t('submit:paper.later')
              )}
            </p>
          </section>
        ) : null}
        <div class="actions">
          <Button name="act" value="check">
            {t(changing ? 'submit:checkChange' : 'submit:check')}
          </Button>
          {changing ? null : (
            <Button name="act" value="save" look="second">
              {t('submit:save')}
            </Button>
          )}
        </div>
      </form>
      <Ready data={data} />
    </div>,
  );
}

function Authors({ data }: { data: SubmitPageData }): JSX.Element {
  const { t } = useView();
  const authors =
    data.values.authors.length > 0 ? data.values.authors : [{ ...EMPTY_AUTHOR, corresponding: true }];
  const error = errorOf(data.errors, 'authors');
  return (
    <section
      class="authors"
      id={fieldId('authors')}
      tabIndex={error ? -1 : undefined}
      aria-labelledby="authors-title"
    >
      <h2 id="authors-title">{t('submit:authors.title')}</h2>
      <p class="hint">{t('submit:authors.hint')}</p>
      {error ? <p class="problem">{error.message}</p> : null}
      <div
        data-authors
        data-unnamed={t('submit:authors.unnamed')}
        data-added={t('submit:authors.added')}
        data-removed={t('submit:authors.removed')}
        data-moved={t('submit:authors.moved')}
      >
        {authors.map((author, i) => (
          <Author
            key={i}
            author={author}
            index={String(i)}
            count={authors.length}
            near={othersThan(authors, i)}
            errors={data.errors}
          />
        ))}
      </div>
      <template data-author-template>
        <Author author={EMPTY_AUTHOR} index="new" count={2} />
      </template>
      <p class="out-of-sight" role="status" data-authors-said />
      <button type="submit" class="button quiet" name="act" value="add-author" data-author-act="add-author">
        {t('submit:authors.add')}
      </button>
    </section>
  );
}

/** Whom the authors do not want as reviewers; the rows' buttons work without scripts. */
function NamedConflicts({ data }: { data: SubmitPageData }): JSX.Element {
  const { t } = useView();
  const list = data.values.namedConflicts;
  const error = errorOf(data.errors, 'namedConflicts');
  return (
    <details class="section" id={fieldId('namedConflicts')} open={list.length > 0 || error !== undefined}>
      <summary>{t('submit:named.title')}</summary>
      <p class="hint">{t('submit:named.hint')}</p>
      {error ? <p class="problem">{error.message}</p> : null}
      {list.map((one, i) => {
        const shared = (field: keyof NamedValues) => ({
          name: `namedConflicts[${i}][${field}]`,
          label: t(`submit:named.${field}`),
          value: one[field],
          error: errorOf(data.errors, `namedConflicts[${i}][${field}]`),
        });
        const who = one.name || one.email || String(i + 1);
        return (
          <div key={i} class="card author" role="group" aria-label={t('submit:named.one', { who })}>
            {isStandIn(one.email) ? (
              <>
                <p>{t('submit:named.withheld')}</p>
                {(['name', 'affiliation', 'email', 'reason'] as const).map((field) => (
                  <input key={field} type="hidden" name={shared(field).name} value={one[field]} />
                ))}
              </>
            ) : (
              <div class="fields-2">
                <TextField {...shared('name')} dir="auto" />
                <TextField {...shared('email')} type="email" inputmode="email" spellcheck={false} optional />
                <TextField {...shared('affiliation')} dir="auto" optional />
                <TextField {...shared('reason')} dir="auto" />
              </div>
            )}
            <button type="submit" class="button quiet" name="act" value={`remove-named:${i}`}>
              {t('submit:named.remove')}
              <span class="out-of-sight">: {who}</span>
            </button>
          </div>
        );
      })}
      <button type="submit" class="button quiet" name="act" value="add-named">
        {t('submit:named.add')}
      </button>
    </details>
  );
}

const othersThan = (authors: readonly AuthorValues[], index: number): string[] =>
  authors.filter((_, at) => at !== index).map(({ email }) => email);

function Author(props: {
  author: AuthorValues;
  index: string;
  count: number;
  /** The other authors' addresses. */
  near?: readonly string[];
  errors?: FieldErrors | undefined;
}): JSX.Element {
  const { t } = useView();
  const { author, index, errors, near = [] } = props;
  const at = Number(index);
  // Locked away already: the name is the public one, and the address stands for another.
  const fixed =
    author.protect &&
    (isStandIn(author.email) || (author.publicName !== '' && author.name === author.publicName));
  const name = (field: string): string => `authors[${index}][${field}]`;
  const publicNameError = errorOf(errors, name('publicName'));
  const shared = (field: keyof AuthorValues) => ({
    name: name(field),
    label: t(`submit:author.${field}`),
    value: String(author[field]),
    error: errorOf(errors, name(field)),
  });
  const act = (what: string, hidden: boolean): JSX.Element => (
    <button
      type="submit"
      class="button quiet"
      name="act"
      value={`${what}:${index}`}
      data-author-act={what}
      hidden={hidden}
    >
      {t(`submit:author.${what}`)}
      <span class="out-of-sight">
        : {t('submit:author.this', { name: author.name || t('submit:authors.unnamed') })}
      </span>
    </button>
  );
  return (
    <div class="card author" data-author={index} role="group" aria-labelledby={`authors-${index}-title`}>
      <div class="author-head">
        <h3 id={`authors-${index}-title`} data-author-title>
          {Number.isNaN(at) ? '' : `${at + 1}. ${author.name || t('submit:authors.unnamed')}`}
        </h3>
        <div class="author-acts">
          {act('move-up', at === 0)}
          {act('move-down', at === props.count - 1)}
          {act('remove-author', props.count === 1)}
        </div>
      </div>
      {fixed ? <p class="hint">{t('protection:form.fixed')}</p> : null}
      <div class="fields-2">
        <TextField {...shared('name')} required />
        {fixed ? null : <TextField {...shared('nativeName')} optional dir="auto" />}
        <TextField {...shared('affiliation')} optional />
        <TextField {...shared('ror')} optional spellcheck={false} />
        <CountrySelect {...shared('country')} optional />
        <TextField {...shared('email')} type="email" inputmode="email" spellcheck={false} near={near} />
        {fixed ? null : <TextField {...shared('orcid')} optional spellcheck={false} />}
      </div>
      {fixed ? (
        <>
          <input type="hidden" name={name('protect')} value="true" />
          <input type="hidden" name={name('publicName')} value={author.publicName} />
        </>
      ) : (
        <details class="at-risk" open={author.publicName !== '' || publicNameError !== undefined}>
          <summary>{t('protection:form.summary')}</summary>
          <p class="hint">{t('protection:form.text')}</p>
          <TextField
            name={name('publicName')}
            label={t('protection:form.publicName')}
            hint={t('protection:form.publicNameHint')}
            value={author.publicName}
            autocomplete="off"
            error={publicNameError}
          />
        </details>
      )}
      <div class="author-roles">
        <label class="choice">
          <input
            type="radio"
            id={fieldId(name('corresponding'))}
            name="corresponding"
            value={index}
            checked={author.corresponding}
          />
          <span>{t('submit:author.corresponding')}</span>
        </label>
        <label class="choice">
          <input
            type="checkbox"
            id={fieldId(name('presenting'))}
            name={name('presenting')}
            value="true"
            checked={author.presenting}
          />
          <span>{t('submit:author.presenting')}</span>
        </label>
      </div>
    </div>
  );
}

function Ready({ data }: { data: SubmitPageData }): JSX.Element {
  const { t } = useView();
  const { values } = data;
  const lines: [key: string, done: boolean][] = [
    ['title', values.title.trim() !== ''],
    ['abstract', data.wordCount > 0 && data.wordCount <= data.wordLimit],
    ['topics', values.topics.length > 0],
    ['corresponding', values.authors.some((author) => author.corresponding && author.name && author.email)],
  ];
  return (
    <aside class="aside" aria-labelledby="ready">
      <h2 id="ready">{t('submit:ready.title')}</h2>
      <ul class="checklist" data-ready>
        {lines.map(([key, done]) => (
          <li key={key} class={done ? 'done' : undefined} data-ready-line={key}>
            <span>
              {t(`submit:ready.${key === 'title' ? 'titleLine' : key}`, { count: data.wordLimit })}
              <span class="out-of-sight"> {t(done ? 'submit:ready.done' : 'submit:ready.missing')}</span>
            </span>
          </li>
        ))}
        {data.guest ? (
          <li>
            <span>{t('submit:ready.email')}</span>
          </li>
        ) : null}
      </ul>
      <span hidden data-ready-done={t('submit:ready.done')} data-ready-missing={t('submit:ready.missing')} />
      {data.guest ? <p class="soft">{t('submit:ready.guest')}</p> : null}
      <div class="section">
        <h2>{t('names:toAuthors.title')}</h2>
        <NamesToAuthors opens={data.opens} />
      </div>
    </aside>
  );
}

export interface SubmitCheckPageData extends SubmitFrame {
  /** `submitted` when this replaces a text that was already handed in. */
  status: 'draft' | 'submitted';
  /** What may tell reviewers who wrote it. */
  warnings: readonly TextWarning[];
}

/** Everything as it will be stored, before the click that counts. Carries the whole form in hidden fields. */
export function submitCheckPage(view: View, data: SubmitCheckPageData): string {
  const { t } = view;
  const changing = data.status === 'submitted';
  const chosen = data.topics.filter((topic) => data.values.topics.includes(topic.id));
  const corresponding = data.values.authors.find((author) => author.corresponding);
  return page(
    view,
    { title: t('submit:confirm.title'), area: 'public', active: 'call', width: 'narrow' },
    <>
      <DeadlineLine {...data.deadline} />
      <h1>{t('submit:confirm.title')}</h1>
      <p class="lead">{t('submit:confirm.lead')}</p>
      {data.warnings.length > 0 ? <Warnings data={data} /> : null}
      <article class="section sheet">
        <h2 dir="auto">{data.values.title}</h2>
        <p class="soft">
          {chosen.map((topic) => topic.title).join(' · ')} ·{' '}
          {t('submit:confirm.words', { count: data.wordCount })}
        </p>
        <Prose text={data.values.abstract} />
      </article>
      <section class="section">
        <h2>{t('submit:authors.title')}</h2>
        <AuthorList authors={data.values.authors} />
      </section>
      {data.values.namedConflicts.length > 0 ? (
        <section class="section">
          <h2>{t('submit:named.title')}</h2>
          <ul class="bullets">
            {data.values.namedConflicts.map((one, i) => (
              <li key={i} dir="auto">
                {[one.name, one.affiliation, isStandIn(one.email) ? '' : one.email, one.reason]
                  .filter(Boolean)
                  .join(', ')}
              </li>
            ))}
          </ul>
          <p class="soft">{t('submit:named.seen')}</p>
        </section>
      ) : null}
      <form class="section" method="post" action={data.action}>
        <HiddenKey value={data.idempotencyKey} version={data.version} />
        <HiddenValues values={data.values} />
        <Callout title={t('submit:confirm.happens')}>
          <ul class="bullets">
            <li>{t(changing ? 'submit:confirm.replaces' : 'submit:confirm.counts')}</li>
            {data.guest ? (
              <li>{t('submit:confirm.held', { address: corresponding?.email ?? '' })}</li>
            ) : (
              <li>{t('submit:confirm.receipt')}</li>
            )}
            <li>{t('submit:confirm.later')}</li>
          </ul>
        </Callout>
        <div class="actions">
          <Button name="act" value="submit" {...(data.warnings.length > 0 && { look: 'second' as const })}>
            {t(`submit:confirm.${changing ? 'doChange' : 'do'}${data.warnings.length > 0 ? 'Anyway' : ''}`)}
          </Button>
          <Button name="act" value="edit" {...(data.warnings.length === 0 && { look: 'second' as const })}>
            {t('submit:confirm.back')}
          </Button>
        </div>
      </form>
    </>,
  );
}

/** What was found that may tell who wrote it, each in its surroundings; the author may mend it or leave it. */
function Warnings({ data }: { data: SubmitCheckPageData }): JSX.Element {
  const { t } = useView();
  const around = 40;
  return (
    <div class="section first">
      <Callout tone="warn" title={t('submit:naming.title')}>
        <ul class="bullets">
          {data.warnings.map(({ field, kind, words, at }) => {
            const text = data.values[field];
            const from = Math.max(0, at - around);
            const to = at + words.length + around;
            return (
              <li key={`${field}${at}`}>
                {t(`submit:naming.kind.${kind}`, { field: t(`submit:naming.field.${field}`) })}{' '}
                <q dir="auto">
                  {from > 0 ? '…' : ''}
                  {text.slice(from, at).replace(/^[\udc00-\udfff]/, '')}
                  <mark>{words}</mark>
                  {text.slice(at + words.length, to).replace(/[\ud800-\udbff]$/, '')}
                  {to < text.length ? '…' : ''}
                </q>
              </li>
            );
          })}
        </ul>
        <p>{t('submit:naming.how')}</p>
      </Callout>
    </div>
  );
}

/** Authors in their order with everything that is stored of them. */
export function AuthorList({ authors }: { authors: readonly AuthorValues[] }): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <ol class="author-list">
      {authors.map((author, i) => (
        <li key={i}>
          <p class="author-name">
            <bdi>{author.name}</bdi>
            {author.nativeName ? (
              <span class="soft">
                {' '}
                <Isolated>{author.nativeName}</Isolated>
              </span>
            ) : null}{' '}
            {author.corresponding ? <Tag>{t('submit:author.isCorresponding')}</Tag> : null}{' '}
            {author.presenting ? <Tag>{t('submit:author.isPresenting')}</Tag> : null}{' '}
            {author.publicName !== '' ? <Tag>{t('protection:form.isProtected')}</Tag> : null}
          </p>
          <Facts
            items={[
              {
                term: t('protection:form.publicName'),
                value: author.publicName === author.name ? '' : author.publicName,
              },
              { term: t('submit:author.affiliation'), value: author.affiliation },
              { term: t('submit:author.ror'), value: author.ror },
              {
                term: t('submit:author.country'),
                value: author.country ? countryName(view, author.country) : '',
              },
              { term: t('submit:author.email'), value: author.email },
              { term: t('submit:author.orcid'), value: author.orcid },
            ].filter((item) => item.value !== '')}
          />
          <MeantOf typed={author.email} others={othersThan(authors, i)} />
        </li>
      ))}
    </ol>
  );
}

function MeantOf({ typed, others }: { typed: string; others: readonly string[] }): JSX.Element | null {
  const { t } = useView();
  const meant = addressMeant(typed, others);
  return meant === undefined ? null : <p class="problem">{t('common:form.meant', { address: meant })}</p>;
}

function HiddenValues({ values }: { values: SubmissionValues }): JSX.Element {
  const fields: [string, string][] = [
    ['title', values.title],
    ['abstract', values.abstract],
    ...values.topics.map((id): [string, string] => ['topics[]', id]),
  ];
  values.authors.forEach((author, i) => {
    for (const field of [
      'name',
      'nativeName',
      'affiliation',
      'ror',
      'country',
      'email',
      'orcid',
      'publicName',
    ] as const)
      fields.push([`authors[${i}][${field}]`, author[field]]);
    if (author.presenting) fields.push([`authors[${i}][presenting]`, 'true']);
    if (author.protect) fields.push([`authors[${i}][protect]`, 'true']);
    if (author.corresponding) fields.push(['corresponding', String(i)]);
  });
  fields.push(['language', values.language]);
  values.namedConflicts.forEach((one, i) => {
    for (const field of ['name', 'affiliation', 'email', 'reason'] as const)
      fields.push([`namedConflicts[${i}][${field}]`, one[field]]);
  });
  return (
    <>
      {fields.map(([name, value], i) => (
        <input key={i} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
