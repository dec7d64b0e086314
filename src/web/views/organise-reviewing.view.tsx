import type { JSX } from 'preact';
import type { SentReminder } from '../../reviews/reminder.view.js';
import type { FreePlace } from '../../reviews/free-places.service.js';
import type { ReviewingSettings } from '../../reviews/reviewing-settings.entity.js';
import { useView } from '../components/context.js';
import { Button, Choices, ErrorSummary, errorOf, Group, HiddenKey, TextField } from '../components/forms.js';
import { Callout, EmptyState, Instant, Tag } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { page } from '../layout.js';
import { formatDate, formatInstant, lastMinute, zoneWords, type View } from '../view.js';
import {
  ActForm,
  bound,
  Head,
  LoadBar,
  organisePaths,
  Part,
  slugOf,
  type FormState,
} from './organise-parts.js';

export interface ReviewingPageData extends FormState {
  settings: ReviewingSettings;
  call: {
    reviewsDueAt: Date | null;
    zone: string;
    /** When reviewers learn of each other. */
    panelOpen: 'review' | 'decision' | 'never';
    reviewingSince: Date | null;
  };
  /** Zone of the conference. */
  zone: string;
  answers: { asked: number; answered: number };
  sent: readonly SentReminder[];
  mayEdit: boolean;
  version: number;
}

const FIVE = [1, 2, 3, 4, 5];

/**
 * GET `/conferences/:slug/organise/reviewing`. Posts there `overallWords[n]`, `confidenceWords[n]`, `lateDays`, `reminderDays`,
 * `discussion`, `responseWordLimit`, `responseScores`; and `closesDay` to `…/responses`.
 */
export function reviewingPage(view: View, data: ReviewingPageData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { settings, call } = data;
  const switched = (name: 'discussion' | 'responseScores'): boolean =>
    data.values ? data.values[name] === 'true' : settings[name];
  return page(
    view,
    { title: t('panel:settings.menu'), area: 'organiser', active: 'reviewing' },
    <>
      <Head title={t('panel:settings.title')} text={t('panel:settings.lead')}>
        <a href={`${organisePaths.settings(slug)}#criteria`}>{t('panel:settings.criteria')}</a>
      </Head>
      <form class="org-form" method="post" action={organisePaths.reviewing(slug)} noValidate>
        <HiddenKey value={data.idempotencyKey} version={data.version} />
        <ErrorSummary errors={data.errors} />
        <fieldset class="plain-set" disabled={!data.mayEdit}>
          <Part title={t('panel:settings.time')}>
            <p class="soft">
              {call.reviewsDueAt
                ? t('panel:settings.due', {
                    day: formatDate(view, lastMinute(call.reviewsDueAt), call.zone),
                    zone: zoneWords(view, call.zone),
                  })
                : t('panel:settings.dueNone')}
            </p>
            <TextField
              {...bound(data, 'lateDays', settings.lateDays)}
              type="number"
              min={0}
              max={60}
              short
              label={t('panel:settings.lateDays')}
              hint={t('panel:settings.lateDaysHint')}
            />
            <TextField
              {...bound(data, 'reminderDays', settings.reminderDays.join(', '))}
              label={t('panel:settings.reminders')}
              hint={t('panel:settings.remindersHint', { zone: zoneWords(view, data.zone) })}
              placeholder="-7, -1, 2"
              short
            />
          </Part>
          <Part title={t('panel:settings.discussion')} text={t('panel:settings.discussionHint')}>
            <Choices
              type="checkbox"
              look="list"
              name="discussion"
              label={t('panel:settings.discussion')}
              value={switched('discussion') ? 'true' : ''}
              options={[
                {
                  value: 'true',
                  label: t('panel:settings.discussionOn'),
                  hint: t(`panel:settings.letters.${call.panelOpen}`),
                },
              ]}
            />
          </Part>
          <Part title={t('panel:settings.response')} text={t('panel:settings.responseText')}>
            <TextField
              {...bound(data, 'responseWordLimit', settings.responseWordLimit)}
              type="number"
              min={50}
              max={2000}
              short
              label={t('panel:settings.wordLimit')}
            />
            <Choices
              type="checkbox"
              look="list"
              name="responseScores"
              label={t('panel:settings.response')}
              value={switched('responseScores') ? 'true' : ''}
              options={[{ value: 'true', label: t('panel:settings.scores') }]}
            />
          </Part>
          <Part title={t('panel:settings.scales')} text={t('panel:settings.scalesText')}>
            <ScaleWords data={data} scale="overall" stored={settings.overallWords} />
            <ScaleWords data={data} scale="confidence" stored={settings.confidenceWords} />
          </Part>
          {data.mayEdit ? (
            <div class="actions">
              <Button>{t('panel:settings.save')}</Button>
            </div>
          ) : null}
        </fieldset>
      </form>
      <Part title={t('panel:settings.openTitle')} id="responses">
        <Responses data={data} />
      </Part>
      <Part title={t('panel:settings.sent')} text={t('panel:settings.sentText')}>
        {data.sent.length === 0 ? (
          <p class="soft">{t('panel:settings.sentNone')}</p>
        ) : (
          <DataTable
            caption={t('panel:settings.sent')}
            rows={data.sent}
            id={(row) => `${row.assignment} ${row.step}`}
            href={(row) => organisePaths.submission(slug, row.submission)}
            empty={null}
            columns={[
              {
                key: 'reviewer',
                head: t('panel:settings.reviewer'),
                main: true,
                cell: (row) => <bdi>{row.name}</bdi>,
              },
              {
                key: 'code',
                head: t('panel:settings.code'),
                cell: (row) => <span class="code">{row.submission}</span>,
              },
              { key: 'step', head: t('panel:settings.step'), cell: (row) => stepWords(view, row.step) },
              {
                key: 'at',
                head: t('panel:settings.at'),
                cell: (row) => formatInstant(view, row.sentAt, data.zone, { year: false }),
              },
              {
                key: 'now',
                head: t('panel:settings.nowState'),
                cell: (row) => (
                  <Tag tone={row.now === 'handed_in' ? 'ok' : 'quiet'}>
                    {t(`panel:settings.state.${row.now}`)}
                  </Tag>
                ),
              },
            ]}
          />
        )}
      </Part>
    </>,
  );
}

const stepWords = (view: View, step: number): string =>
  step === 0
    ? view.t('panel:settings.stepOn')
    : view.t(step < 0 ? 'panel:settings.stepBefore' : 'panel:settings.stepAfter', { count: Math.abs(step) });

/** Five short fields, the usual words in them where none are set. */
function ScaleWords(props: {
  data: ReviewingPageData;
  scale: 'overall' | 'confidence';
  stored: readonly string[];
}): JSX.Element {
  const { t } = useView();
  const { data, scale, stored } = props;
  const name = `${scale}Words`;
  return (
    <Group
      name={name}
      label={t(`review:form.${scale}`)}
      error={errorOf(data.errors, name)}
      class="panel-words"
    >
      {FIVE.map((n) => (
        <TextField
          key={n}
          {...bound(data, `${name}[${n - 1}]`, stored[n - 1] ?? '')}
          label={t(`panel:settings.${scale}`, { n })}
          placeholder={t(`review:scale.${scale}.${n}`)}
        />
      ))}
    </Group>
  );
}

function Responses({ data }: { data: ReviewingPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  const { settings, answers } = data;
  const { responseClosesAt: closesAt } = settings;
  if (!data.call.reviewingSince) return <p class="soft">{t('panel:settings.tooEarly')}</p>;
  return (
    <>
      {closesAt ? (
        <Callout>
          <p>
            {t(closesAt > view.now ? 'panel:settings.openSince' : 'panel:settings.openOver', {
              until: formatInstant(view, lastMinute(closesAt), data.call.zone),
              ...answers,
            })}
          </p>
        </Callout>
      ) : null}
      {data.mayEdit ? (
        <form class="org-form" method="post" action={organisePaths.reviewing(slug, 'responses')} noValidate>
          <HiddenKey value={`${data.idempotencyKey}.responses`} version={data.version} />
          <TextField
            {...bound(data, 'closesDay')}
            type="date"
            short
            label={t('panel:settings.openLabel')}
            hint={t('panel:settings.openHint', { zone: zoneWords(view, data.call.zone) })}
          />
          <div class="actions">
            <Button look="second">{t(closesAt ? 'panel:settings.extendDo' : 'panel:settings.openDo')}</Button>
          </div>
        </form>
      ) : null}
    </>
  );
}

export interface PlacesPageData {
  places: readonly FreePlace[];
  zone: string;
  mayAssign: boolean;
  idempotencyKey: string;
}

/** GET `/conferences/:slug/organise/places`: who could step in where a reviewer gave a submission back, on one click. */
export function placesPage(view: View, data: PlacesPageData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { length: count } = data.places;
  return page(
    view,
    { title: t('panel:places.title', { count }), area: 'organiser', active: 'assignment' },
    <>
      <Head
        back={{ href: organisePaths.assignment(slug), label: t('panel:places.toAssignment') }}
        title={t('panel:places.title', { count })}
        text={count > 0 ? t('panel:places.lead') : undefined}
      />
      {count === 0 ? (
        <EmptyState
          title={t('panel:places.empty')}
          text={t('panel:places.emptyText')}
          action={{ href: organisePaths.assignment(slug), label: t('panel:places.toAssignment') }}
        />
      ) : null}
      {data.places.map((place) => (
        <section
          key={place.submission}
          class="card org-review panel-place"
          aria-labelledby={`place-${place.submission}`}
        >
          <h2 id={`place-${place.submission}`}>
            <a href={organisePaths.submission(slug, place.submission)}>
              <span class="code">{place.submission}</span> <bdi>{place.title}</bdi>
            </a>
          </h2>
          <p class="org-tags">
            <Tag tone="warn">{t('panel:places.missing', { count: place.missing })}</Tag>
          </p>
          {place.declined.map((one) => (
            <p key={one.reviewer} class="soft">
              {t('panel:places.gave', { name: one.name })},{' '}
              <Instant at={one.at} zone={data.zone} year={false} />
              {one.reason ? <span class="org-quote">{one.reason}</span> : null}
            </p>
          ))}
          {place.candidates.length === 0 ? (
            <p>{t('panel:places.nobody')}</p>
          ) : (
            <ul class="org-rows">
              {place.candidates.map(({ reviewer, load, sharedTopics }) => (
                <li key={reviewer.id}>
                  <div>
                    <b>
                      <bdi>{reviewer.name}</bdi>
                    </b>
                    {reviewer.affiliation ? <span class="under">{reviewer.affiliation}</span> : null}
                    <span class="under">{t('panel:places.topics', { count: sharedTopics })}</span>
                  </div>
                  <div class="org-rows-end">
                    <LoadBar
                      load={load}
                      max={reviewer.maxLoad}
                      text={t('organise:ofTotal', { n: load, total: reviewer.maxLoad })}
                      label={t('organise:loadLabel', { n: load, total: reviewer.maxLoad })}
                    />
                    {data.mayAssign ? (
                      <ActForm
                        action={`${organisePaths.places(slug)}/${place.submission}`}
                        idempotencyKey={`${data.idempotencyKey}.${place.submission}.${reviewer.id}`}
                        fields={{ reviewer: reviewer.id }}
                        label={t('organise:submission.assignName', { name: reviewer.name })}
                      >
                        {t('organise:submission.assign')}
                      </ActForm>
                    ) : null}
                  </div>
                </li>
              ))}
            </ul>
          )}
          <p>
            <a href={organisePaths.submission(slug, place.submission)}>{t('panel:places.all')}</a>
          </p>
        </section>
      ))}
    </>,
  );
}
