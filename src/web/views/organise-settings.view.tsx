import type { ComponentChildren, JSX } from 'preact';
import { ownLanguageName } from '../components/country.js';
import type { Promises } from '../../conferences/who-sees-whom.js';
import { useView } from '../components/context.js';
import {
  Button,
  Choices,
  ErrorSummary,
  errorOf,
  fieldId,
  HiddenKey,
  Select,
  TextArea,
  TextField,
} from '../components/forms.js';
import { Callout, OwnTime } from '../components/parts.js';
import { page } from '../layout.js';
import { AOE, formatInstant, formatNumber, lastMinute, zoneWords, type View } from '../view.js';
import {
  bound,
  countOf,
  Head,
  organisePaths,
  Part,
  postedAt,
  slugOf,
  typedList,
  type FormState,
  type FormValues,
  type OrganiseData,
} from './organise-parts.js';

export interface TopicEntry {
  /** Empty while it is new. */
  id: string;
  title: string;
  /** Submissions that name it; a topic in use is retired, not deleted. */
  used: number;
}

export interface CriterionEntry {
  id: string;
  title: string;
  weight: number;
  /** The words of 1 to 5. */
  anchors: readonly string[];
  /** Reviews that score it. */
  used: number;
}

export interface SettingsData extends OrganiseData, FormState {
  /** Version of the conference's row; every form sends it. */
  version: number;
  call: {
    opensAt: Date;
    /** Exclusive end. */
    closesAt: Date;
    zone: string;
    graceMinutes: number;
    wordLimit: number;
    blindness: Promises['blindness'];
    authorsOpen: Promises['authorsOpen'];
    reviewersOpen: Promises['reviewersOpen'];
    panelOpen: Promises['panelOpen'];
    paper: 'none' | 'optional' | 'required';
    paperLimitMb: number;
    /** What the installation takes at most. */
    mostPaperMb: number;
    reviewsPerSubmission: number;
    /** Exclusive end, in the call's zone. */
    reviewsDueAt: Date | null;
    /** `YYYY-MM-DD`. */
    decisionsOn: string | null;
    reviewingSince: Date | null;
    rules: string;
  };
  name: string;
  subtitle: string;
  organiserName: string;
  description: string;
  venue: string;
  contactAddress: string;
  /** `YYYY-MM-DD`. */
  startsOn: string | null;
  endsOn: string | null;
  floorLanguage: string;
  interpretation: readonly string[];
  /** Language tags that can be chosen, in a stated order. */
  languages: readonly string[];
  lettersOpen: boolean;
  registrationOpen: boolean;
  topics: readonly TopicEntry[];
  criteria: readonly CriterionEntry[];
  /** What the deeds would touch now. */
  counts: { submitted: number; drafts: number; held: number };
  may: { edit: boolean };
}

/** The day of an instant in a zone as a date field holds it: `2027-10-31`. */
function dayIn(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
}

/** Rows of a list as they were posted, or null when that form was not posted. */
function postedRows(values: FormValues | undefined, name: string): Record<string, unknown>[] | null {
  const posted = postedAt(values, name);
  if (posted === undefined || typeof posted === 'string') return null;
  return Object.values(posted) as Record<string, unknown>[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * GET `/conferences/:slug/organise/settings`. Forms post to `.../settings/<part>`:
 * `call` (`call[opensOn|deadlineDay|deadlineZone|graceMinutes|reason|wordLimit|blindness|authorsOpen|reviewersOpen|panelOpen|paper|paperLimitMb|reviewsPerSubmission|reviewsDueDay|decisionsOn|rules]`),
 * `texts` (`name`, `subtitle`, `organiserName`, `description`, `venue`, `contactAddress`),
 * `topics` (`topics[i][id|title]`) and `criteria` (`criteria[i][id|title|weight]`, `criteria[i][anchors][j]`), both with
 * `act`: `save`, `add`, `up:i`, `down:i`, `remove:i` (all but `save` show the form again, changed and not yet saved),
 * `dates` (`startsOn`, `endsOn`, `timeZone`, `floorLanguage`, `interpretation[]`),
 * `open` (`lettersOpen`, `registrationOpen`: `true` or `false`), `close-call` (`closeReason`) and `start-reviewing`.
 */
export function settingsPage(view: View, data: SettingsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const parts = ['call', 'texts', 'topics', 'criteria', 'dates', 'open', ...(data.may.edit ? ['deeds'] : [])];
  return page(
    view,
    { title: t('common:organise.settings'), area: 'organiser', active: 'settings' },
    <>
      <Head title={t('organise:settings.title', { name: data.name })} text={t('organise:settings.explain')} />
      <ErrorSummary errors={data.errors} />
      <div class="org-split wide">
        <div class="org-main">
          <Call data={data} slug={slug} />
          <Texts data={data} slug={slug} />
          <Topics data={data} slug={slug} />
          <Criteria data={data} slug={slug} />
          <Dates data={data} slug={slug} />
          <Openings data={data} slug={slug} />
          {data.may.edit ? <Deeds data={data} slug={slug} /> : null}
        </div>
        <nav class="org-side org-toc" aria-label={t('organise:settings.onPage')}>
          <ul>
            {parts.map((part) => (
              <li key={part}>
                <a href={`#${part}`}>{t(`organise:settings.part.${part}`)}</a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </>,
  );
}

interface FormProps {
  data: SettingsData;
  slug: string;
}

function Save({ data }: { data: SettingsData }): JSX.Element | null {
  const { t } = useView();
  return data.may.edit ? (
    <div class="actions">
      <Button name="act" value="save">
        {t('organise:save')}
      </Button>
    </div>
  ) : null;
}

/** A form whose Enter key saves, whatever button stands first in it. */
function Form(props: {
  data: SettingsData;
  slug: string;
  part: string;
  children: ComponentChildren;
}): JSX.Element {
  const { t } = useView();
  return (
    <form method="post" action={organisePaths.settings(props.slug, props.part)}>
      <HiddenKey value={`${props.data.idempotencyKey}.${props.part}`} version={props.data.version} />
      <button class="out-of-sight" type="submit" name="act" value="save" tabIndex={-1} aria-hidden="true">
        {t('organise:save')}
      </button>
      <fieldset class="org-plain" disabled={!props.data.may.edit}>
        {props.children}
      </fieldset>
    </form>
  );
}

function Call({ data, slug }: FormProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const { call } = data;
  const end = lastMinute(call.closesAt);
  const zones = [...new Set([AOE, data.zone, 'UTC', call.zone])];
  return (
    <Part title={t('organise:settings.part.call')} id="call">
      <div class="deadline org-deadline">
        <p>
          <b>
            {formatInstant(view, end, call.zone)} {zoneWords(view, call.zone)}
          </b>
        </p>
        {call.zone === data.zone ? null : (
          <p class="soft">
            {t('organise:settings.alsoIn', {
              at: formatInstant(view, end, data.zone),
              zone: zoneWords(view, data.zone),
            })}{' '}
            <OwnTime at={end} />
          </p>
        )}
      </div>
      <Form data={data} slug={slug} part="call">
        <div class="fields-2">
          <TextField
            {...bound(data, 'call[opensOn]', dayIn(call.opensAt, data.zone))}
            label={t('organise:settings.opensOn')}
            type="date"
            required
          />
          <TextField
            {...bound(data, 'call[deadlineDay]', dayIn(end, call.zone))}
            label={t('organise:settings.closesOn')}
            type="date"
            required
          />
          <Select
            {...bound(data, 'call[deadlineZone]', call.zone)}
            label={t('organise:settings.zone')}
            options={zones.map((zone) => ({
              value: zone,
              label: t('organise:settings.zoneOption', { zone: zoneWords(view, zone) }),
            }))}
          />
          <TextField
            {...bound(data, 'call[graceMinutes]', call.graceMinutes)}
            label={t('organise:settings.grace')}
            type="number"
            min={0}
            max={1440}
          />
        </div>
        <p class="hint org-after">{t('organise:settings.graceHint')}</p>
        {view.now >= call.opensAt ? (
          <TextField
            {...bound(data, 'call[reason]')}
            label={t('organise:settings.reason')}
            hint={t('organise:settings.reasonHint')}
            optional
          />
        ) : null}
        <TextField
          {...bound(data, 'call[wordLimit]', call.wordLimit)}
          label={t('organise:settings.wordLimit')}
          type="number"
          min={50}
          max={5000}
          short
          required
        />
        <Choices
          {...bound(data, 'call[blindness]', call.blindness)}
          type="radio"
          look="list"
          label={t('organise:settings.blindness')}
          options={(['double', 'single', 'open'] as const).map((value) => ({
            value,
            label: t(`organise:settings.blind.${value}`),
            hint: t(`organise:settings.blindHint.${value}`),
          }))}
        />
        <div class="fields-2">
          {(
            [
              ['authorsOpen', ['never', 'decision', 'review']],
              ['reviewersOpen', ['never', 'decision']],
              ['panelOpen', ['never', 'decision', 'review']],
            ] as const
          ).map(([side, openings]) => (
            <Select
              key={side}
              {...bound(data, `call[${side}]`, call[side])}
              label={t(`organise:settings.${side}`)}
              options={openings.map((value) => ({ value, label: t(`organise:settings.opens.${value}`) }))}
            />
          ))}
        </div>
        <p class="hint org-after">{t('organise:settings.opensHint')}</p>
        <div class="fields-2">
          <Select
            {...bound(data, 'call[paper]', call.paper)}
            label={t('organise:settings.paper')}
            options={(['none', 'optional', 'required'] as const).map((value) => ({
              value,
              label: t(`organise:settings.papers.${value}`),
            }))}
          />
          <TextField
            {...bound(data, 'call[paperLimitMb]', call.paperLimitMb)}
            label={t('organise:settings.paperLimit')}
            hint={t('organise:settings.paperLimitHint', { count: call.mostPaperMb })}
            type="number"
            min={1}
            max={50}
          />
        </div>
        <div class="fields-2">
          <TextField
            {...bound(data, 'call[reviewsPerSubmission]', call.reviewsPerSubmission)}
            label={t('organise:settings.reviewsPer')}
            type="number"
            min={1}
            max={20}
            required
          />
          <TextField
            {...bound(
              data,
              'call[reviewsDueDay]',
              call.reviewsDueAt ? dayIn(lastMinute(call.reviewsDueAt), call.zone) : '',
            )}
            label={t('organise:settings.reviewsDue')}
            type="date"
            optional
          />
          <TextField
            {...bound(data, 'call[decisionsOn]', call.decisionsOn)}
            label={t('organise:settings.decisionsOn')}
            type="date"
            optional
          />
        </div>
        <TextArea
          {...bound(data, 'call[rules]', call.rules)}
          label={t('organise:settings.rules')}
          hint={t('organise:settings.rulesHint')}
          rows={5}
          optional
        />
        <Save data={data} />
      </Form>
    </Part>
  );
}

function Texts({ data, slug }: FormProps): JSX.Element {
  const { t } = useView();
  return (
    <Part title={t('organise:settings.part.texts')} id="texts">
      <Form data={data} slug={slug} part="texts">
        <TextField {...bound(data, 'name', data.name)} label={t('organise:settings.name')} required />
        <TextField
          {...bound(data, 'subtitle', data.subtitle)}
          label={t('organise:settings.subtitle')}
          optional
        />
        <TextField
          {...bound(data, 'organiserName', data.organiserName)}
          label={t('organise:settings.organiserName')}
          required
        />
        <TextArea
          {...bound(data, 'description', data.description)}
          label={t('organise:settings.description')}
          hint={t('organise:settings.descriptionHint')}
          rows={6}
          optional
        />
        <div class="fields-2">
          <TextField {...bound(data, 'venue', data.venue)} label={t('organise:settings.venue')} optional />
          <TextField
            {...bound(data, 'contactAddress', data.contactAddress)}
            label={t('organise:settings.contact')}
            type="email"
            optional
          />
        </div>
        <Save data={data} />
      </Form>
    </Part>
  );
}

/** Up, down and remove of a row in a list of fields; they send the form. */
function RowActs(props: { index: number; last: number; name: string }): JSX.Element {
  const { t } = useView();
  const { index, last, name } = props;
  return (
    <span class="org-moves">
      <button
        class="org-move"
        type="submit"
        name="act"
        value={`up:${index}`}
        disabled={index === 0}
        aria-label={t('organise:proceedings.up', { title: name })}
      >
        <span aria-hidden="true">↑</span>
      </button>
      <button
        class="org-move"
        type="submit"
        name="act"
        value={`down:${index}`}
        disabled={index === last}
        aria-label={t('organise:proceedings.down', { title: name })}
      >
        <span aria-hidden="true">↓</span>
      </button>
      <Button
        look="quiet"
        name="act"
        value={`remove:${index}`}
        label={t('organise:settings.removeName', { name })}
      >
        {t('organise:proceedings.remove')}
      </Button>
    </span>
  );
}

function Topics({ data, slug }: FormProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const posted = postedRows(data.values, 'topics');
  const used = new Map(data.topics.map((topic) => [topic.id, topic.used]));
  const rows = posted
    ? posted.map((row) => ({ id: text(row['id']), title: text(row['title']) }))
    : data.topics;
  return (
    <Part title={t('organise:settings.part.topics')} text={t('organise:settings.topicsText')} id="topics">
      <Form data={data} slug={slug} part="topics">
        <ol class="org-list">
          {rows.map((row, i) => {
            const name = `topics[${i}][title]`;
            const error = errorOf(data.errors, name);
            return (
              <li key={i}>
                <input type="hidden" name={`topics[${i}][id]`} value={row.id} />
                <span class="org-place num" aria-hidden="true">
                  {i + 1}
                </span>
                <div class={error ? 'org-grow has-problem' : 'org-grow'}>
                  <textarea
                    class="org-topic"
                    rows={2}
                    id={fieldId(name)}
                    name={name}
                    value={row.title}
                    aria-label={t('organise:settings.topicN', { n: i + 1 })}
                    aria-invalid={error ? 'true' : undefined}
                    aria-describedby={error ? `${fieldId(name)}-error` : undefined}
                  />
                  {error ? (
                    <p class="problem" id={`${fieldId(name)}-error`}>
                      {error.message}
                    </p>
                  ) : null}
                  {used.get(row.id) ? (
                    <span class="under">
                      {countOf(view, 'organise:settings.topicUsed', used.get(row.id)!)}
                    </span>
                  ) : null}
                </div>
                <RowActs
                  index={i}
                  last={rows.length - 1}
                  name={row.title || t('organise:settings.topicN', { n: i + 1 })}
                />
              </li>
            );
          })}
        </ol>
        <div class="actions">
          <Button name="act" value="save">
            {t('organise:settings.saveTopics')}
          </Button>
          <Button look="second" name="act" value="add">
            {t('organise:settings.addTopic')}
          </Button>
        </div>
      </Form>
    </Part>
  );
}

function Criteria({ data, slug }: FormProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const posted = postedRows(data.values, 'criteria');
  const used = new Map(data.criteria.map((criterion) => [criterion.id, criterion.used]));
  const rows = posted
    ? posted.map((row) => ({
        id: text(row['id']),
        title: text(row['title']),
        weight: text(row['weight']),
        anchors: Object.values((row['anchors'] as object | undefined) ?? {}).map(text),
      }))
    : data.criteria;
  return (
    <Part
      title={t('organise:settings.part.criteria')}
      text={t('organise:settings.criteriaText')}
      id="criteria"
    >
      <Form data={data} slug={slug} part="criteria">
        <>
          {rows.map((row, i) => {
            const title = row.title || t('organise:settings.criterionN', { n: i + 1 });
            return (
              <fieldset key={i} class="card org-criterion">
                <legend class="out-of-sight">{title}</legend>
                <input type="hidden" name={`criteria[${i}][id]`} value={row.id} />
                <div class="org-criterion-head">
                  <TextField
                    name={`criteria[${i}][title]`}
                    value={row.title}
                    error={errorOf(data.errors, `criteria[${i}][title]`)}
                    label={t('organise:settings.criterion')}
                  />
                  <TextField
                    name={`criteria[${i}][weight]`}
                    value={String(row.weight)}
                    error={errorOf(data.errors, `criteria[${i}][weight]`)}
                    label={t('organise:settings.weight')}
                    type="number"
                    min={1}
                    max={10}
                  />
                </div>
                <div class="org-anchors">
                  {[0, 1, 2, 3, 4].map((j) => (
                    <TextField
                      key={j}
                      name={`criteria[${i}][anchors][${j}]`}
                      value={row.anchors[j] ?? ''}
                      error={errorOf(data.errors, `criteria[${i}][anchors][${j}]`)}
                      label={
                        <>
                          <span class="out-of-sight">{t('organise:settings.anchor')} </span>
                          {j + 1}
                        </>
                      }
                    />
                  ))}
                </div>
                <div class="org-criterion-foot">
                  <span class="soft">
                    {used.get(row.id)
                      ? countOf(view, 'organise:settings.criterionUsed', used.get(row.id)!)
                      : null}
                  </span>
                  <RowActs index={i} last={rows.length - 1} name={title} />
                </div>
              </fieldset>
            );
          })}
          <div class="actions">
            <Button name="act" value="save">
              {t('organise:settings.saveCriteria')}
            </Button>
            <Button look="second" name="act" value="add">
              {t('organise:settings.addCriterion')}
            </Button>
          </div>
        </>
      </Form>
    </Part>
  );
}

function Dates({ data, slug }: FormProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const zones = [...new Set([data.zone, ...Intl.supportedValuesOf('timeZone')])].toSorted();
  const sent = postedAt(data.values, 'floorLanguage') !== undefined;
  return (
    <Part title={t('organise:settings.part.dates')} id="dates">
      <Form data={data} slug={slug} part="dates">
        <div class="fields-2">
          <TextField
            {...bound(data, 'startsOn', data.startsOn)}
            label={t('organise:settings.startsOn')}
            type="date"
            optional
          />
          <TextField
            {...bound(data, 'endsOn', data.endsOn)}
            label={t('organise:settings.endsOn')}
            type="date"
            optional
          />
          <Select
            {...bound(data, 'timeZone', data.zone)}
            label={t('organise:settings.timeZone')}
            options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
          />
          <Select
            {...bound(data, 'floorLanguage', data.floorLanguage)}
            label={t('organise:settings.floor')}
            options={data.languages.map((tag) => ({ value: tag, label: ownLanguageName(tag) }))}
          />
        </div>
        <Choices
          name="interpretation[]"
          type="checkbox"
          label={t('organise:settings.interpretation')}
          hint={t('organise:settings.interpretationHint')}
          value={sent ? typedList(data.values, 'interpretation[]', []) : data.interpretation}
          error={errorOf(data.errors, 'interpretation')}
          options={data.languages.map((tag) => ({ value: tag, label: ownLanguageName(tag) }))}
        />
        <Save data={data} />
      </Form>
    </Part>
  );
}

function Openings({ data, slug }: FormProps): JSX.Element {
  const { t } = useView();
  const options = (['true', 'false'] as const).map((value) => ({
    value,
    label: t(`organise:settings.opened.${value}`),
  }));
  return (
    <Part title={t('organise:settings.part.open')} id="open">
      <Form data={data} slug={slug} part="open">
        <Choices
          {...bound(data, 'lettersOpen', String(data.lettersOpen))}
          type="radio"
          label={t('organise:settings.letters')}
          options={options}
        />
        <Choices
          {...bound(data, 'registrationOpen', String(data.registrationOpen))}
          type="radio"
          label={t('organise:settings.registration')}
          options={options}
        />
        <Save data={data} />
      </Form>
    </Part>
  );
}

function Deeds({ data, slug }: FormProps): JSX.Element {
  const view = useView();
  const { t } = view;
  const { call, counts } = data;
  const open = view.now >= call.opensAt && view.now < call.closesAt;
  const closed = view.now >= call.closesAt;
  const n = (value: number): string => formatNumber(view, value);
  return (
    <Part title={t('organise:settings.part.deeds')} id="deeds">
      <section class="card org-deed-card">
        <h3>{t('organise:settings.close')}</h3>
        {open ? (
          <>
            <p>
              {t('organise:settings.closeText', {
                drafts: countOf(view, 'organise:count.drafts', counts.drafts),
                submitted: n(counts.submitted),
              })}
            </p>
            <p class="soft">{t('organise:settings.closeUndo')}</p>
            <form method="post" action={organisePaths.settings(slug, 'close-call')}>
              <HiddenKey value={`${data.idempotencyKey}.close`} version={data.version} />
              <TextField
                {...bound(data, 'closeReason')}
                label={t('organise:settings.closeReason')}
                hint={t('organise:settings.closeReasonHint')}
                required
              />
              <div class="actions">
                <Button look="danger">{t('organise:settings.close')}</Button>
              </div>
            </form>
          </>
        ) : (
          <p class="soft">{t(closed ? 'organise:settings.closedAlready' : 'organise:settings.notOpen')}</p>
        )}
      </section>
      <section class="card org-deed-card">
        <h3>{t('organise:settings.start')}</h3>
        {call.reviewingSince ? (
          <p class="soft">
            {t('organise:settings.started', { at: formatInstant(view, call.reviewingSince, data.zone) })}
          </p>
        ) : !closed ? (
          <p class="soft">{t('organise:settings.startLater')}</p>
        ) : (
          <>
            <p>{countOf(view, 'organise:settings.startText', counts.submitted)}</p>
            {counts.held > 0 ? (
              <Callout tone="warn">
                <p>{countOf(view, 'organise:settings.startHeld', counts.held)}</p>
              </Callout>
            ) : null}
            <p class="soft">{t('organise:settings.startUndo')}</p>
            <form class="actions" method="post" action={organisePaths.settings(slug, 'start-reviewing')}>
              <HiddenKey value={`${data.idempotencyKey}.start`} version={data.version} />
              <Button>{t('organise:settings.start')}</Button>
            </form>
          </>
        )}
      </section>
    </Part>
  );
}
