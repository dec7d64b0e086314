import type { JSX } from 'preact';
import type { BiddingView } from '../../reviews/bid.view.js';
import { isOverridable, type ConflictRow } from '../../reviews/conflict.view.js';
import type { ConferenceConflicts } from '../../reviews/conflicts.service.js';
import { StackedBar } from '../components/charts.js';
import { useView } from '../components/context.js';
import { Button, ErrorSummary, HiddenKey, Select, TextArea, TextField } from '../components/forms.js';
import { Callout, EmptyState, Tag } from '../components/parts.js';
import { page } from '../layout.js';
import { formatInstant, lastMinute, paths, zoneWords, type View } from '../view.js';
import {
  ActForm,
  bound,
  Head,
  organisePaths,
  Part,
  slugOf,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

/** Addresses of these pages. */
export const conflictPaths = {
  conference: (slug: string) => paths.organise(slug, 'conflicts'),
  /** POST `opensOn`, `closesOn`, `version`. */
  bidding: (slug: string) => paths.organise(slug, 'conflicts/bidding'),
  /** GET; POST `reviewer`, `reason` records one. */
  submission: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/conflicts`),
  /** POST `reviewer`. */
  takeBack: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/conflicts/take-back`),
  /** POST `reviewer`, `reason`. */
  override: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/overrides`),
  /** POST `reviewer`. */
  endOverride: (slug: string, id: string) => paths.organise(slug, `submissions/${id}/overrides/end`),
  reviewer: (slug: string, id: string) => paths.organise(slug, `reviewers/${id}/conflicts`),
} as const;

const reasonsOf = (view: View, reasons: readonly string[]): string =>
  reasons.map((reason) => view.t(`organise:conflict.${reason}`)).join('; ');

export interface ConferenceConflictsData extends OrganiseData, FormState, ConferenceConflicts {
  bidding: BiddingView;
  /** The days as the form takes them. */
  days: { opensOn: string; closesOn: string };
  may: boolean;
}

/** GET `/conferences/:slug/organise/conflicts`. */
export function conferenceConflictsPage(view: View, data: ConferenceConflictsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const instant = (at: Date): string => formatInstant(view, at, data.zone, { year: false });
  return page(
    view,
    { title: t('conflicts:conference.title'), area: 'organiser', active: 'conflicts' },
    <>
      <Head title={t('conflicts:conference.title')} text={t('conflicts:conference.lead')} />
      <ErrorSummary errors={data.errors} />
      <Part
        title={t('conflicts:conference.flagged')}
        text={t('conflicts:conference.flaggedText')}
        id="flagged"
      >
        {data.flagged.length === 0 ? (
          <p class="soft">{t('conflicts:conference.flaggedNone')}</p>
        ) : (
          <ul class="org-rows">
            {data.flagged.map((row) => (
              <li key={row.assignmentId}>
                <div>
                  <span class="code">{row.submissionId}</span> <bdi>{row.title}</bdi>
                  <span class="under">
                    <bdi>{row.name}</bdi>, {instant(row.at)}
                  </span>
                  <span class="org-conflict">{reasonsOf(view, row.reasons)}</span>
                </div>
                <div class="org-rows-end">
                  {row.handedIn ? <Tag tone="warn">{t('conflicts:conference.handedIn')}</Tag> : null}
                  <a
                    href={conflictPaths.submission(slug, row.submissionId)}
                    aria-label={t('conflicts:conference.seeName', { submission: row.submissionId })}
                  >
                    {t('conflicts:conference.see')}
                  </a>
                  {data.may ? (
                    <ActForm
                      action={organisePaths.unassign(slug, row.assignmentId)}
                      idempotencyKey={`${data.idempotencyKey}.end.${row.assignmentId}`}
                      label={t('conflicts:conference.endName', {
                        submission: row.submissionId,
                        name: row.name,
                      })}
                    >
                      {t('conflicts:conference.end')}
                    </ActForm>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <BiddingPart data={data} slug={slug} />
      <Part title={t('conflicts:conference.overrides')} text={t('conflicts:conference.overridesText')}>
        {data.overrides.length === 0 ? (
          <p class="soft">{t('conflicts:conference.overridesNone')}</p>
        ) : (
          <ul class="org-rows">
            {data.overrides.map((row, i) => (
              <li key={i}>
                <div>
                  <span class="code">{row.submissionId}</span> <bdi>{row.title}</bdi>
                  <span class="under">
                    <bdi>{row.name}</bdi> {reasonsOf(view, row.reasons)}
                  </span>
                  <span class="org-quote">{row.note}</span>
                </div>
                <div class="org-rows-end">
                  <Tag tone={row.endedAt ? 'quiet' : 'ok'}>
                    {t(
                      row.endedBy
                        ? `conflicts:conference.ended.${row.endedBy}`
                        : 'conflicts:conference.stands',
                    )}
                  </Tag>
                  <span class="soft">
                    {row.by
                      ? t('conflicts:conference.by', { name: row.by, at: instant(row.endedAt ?? row.at) })
                      : instant(row.endedAt ?? row.at)}
                  </span>
                  <a
                    href={conflictPaths.submission(slug, row.submissionId)}
                    aria-label={t('conflicts:conference.seeName', { submission: row.submissionId })}
                  >
                    {t('conflicts:conference.see')}
                  </a>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Part>
    </>,
  );
}

function BiddingPart({ data, slug }: { data: ConferenceConflictsData; slug: string }): JSX.Element {
  const view = useView();
  const { t } = view;
  const { bidding } = data;
  const at = (instant: string): string => formatInstant(view, new Date(instant), data.zone);
  const ends =
    bidding.closesAt === null ? '' : formatInstant(view, lastMinute(new Date(bidding.closesAt)), data.zone);
  const state =
    bidding.closesAt === null || bidding.opensAt === null
      ? t('conflicts:bidding.never')
      : bidding.open
        ? t('conflicts:bidding.open', { at: ends })
        : new Date(bidding.opensAt) > view.now
          ? t('conflicts:bidding.later', { at: at(bidding.opensAt) })
          : t('conflicts:bidding.over', { at: ends });
  return (
    <Part title={t('conflicts:bidding.title')} text={t('conflicts:bidding.text')} id="bidding">
      <Callout tone={bidding.open ? 'ok' : 'plain'}>
        <p>{state}</p>
      </Callout>
      {bidding.bidders > 0 ? (
        <div class="section first">
          <StackedBar
            title={t('conflicts:bidding.chart')}
            text={t('conflicts:bidding.chartText', {
              bidders: bidding.bidders,
              reviewers: bidding.reviewers,
              wanted: bidding.wanted,
              submissions: bidding.submissions,
            })}
            parts={[
              { label: t('conflicts:bidding.yes'), value: bidding.bids.yes, tone: 'first' },
              { label: t('conflicts:bidding.maybe'), value: bidding.bids.maybe, tone: 'second' },
              { label: t('conflicts:bidding.no'), value: bidding.bids.no, tone: 'rest' },
              { label: t('conflicts:bidding.conflict'), value: bidding.bids.conflict, tone: 'rest' },
            ]}
          />
        </div>
      ) : null}
      {data.may ? (
        <form class="org-form" method="post" action={conflictPaths.bidding(slug)} noValidate>
          <HiddenKey value={`${data.idempotencyKey}.bidding`} version={bidding.version} />
          <div class="fields-2">
            <TextField
              {...bound(data, 'opensOn', data.days.opensOn)}
              label={t('conflicts:bidding.opensOn')}
              type="date"
              required
            />
            <TextField
              {...bound(data, 'closesOn', data.days.closesOn)}
              label={t('conflicts:bidding.closesOn')}
              type="date"
              required
            />
          </div>
          <p class="hint">{t('conflicts:bidding.zone', { zone: zoneWords(view, data.zone) })}</p>
          <div class="actions">
            <Button look="second">
              {t(bidding.closesAt === null ? 'conflicts:bidding.save' : 'conflicts:bidding.change')}
            </Button>
          </div>
        </form>
      ) : null}
    </Part>
  );
}

export interface SubmissionConflictsData extends OrganiseData, FormState {
  id: string;
  title: string;
  conflicts: readonly ConflictRow[];
  named: readonly {
    name: string;
    affiliation: string | null;
    address: string | null;
    reason: string;
    matched: boolean;
  }[];
  reviewers: readonly { id: string; name: string }[];
  may: boolean;
  /** Of which pair the override form was refused. */
  overriding: string | null;
}

/** GET `/conferences/:slug/organise/submissions/:id/conflicts`. */
export function submissionConflictsPage(view: View, data: SubmissionConflictsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const adding = data.overriding === null;
  return page(
    view,
    { title: t('conflicts:submission.title'), area: 'organiser', active: 'submissions' },
    <>
      <Head
        back={{ href: organisePaths.submission(slug, data.id), label: `${data.id} ${data.title}` }}
        title={t('conflicts:submission.title')}
        text={t('conflicts:submission.lead')}
      />
      <ErrorSummary errors={data.errors} />
      {data.conflicts.length === 0 ? (
        <EmptyState title={t('conflicts:submission.none')} text={t('conflicts:submission.noneText')} />
      ) : (
        <ul class="org-rows org-gap">
          {data.conflicts.map((row) => (
            <li key={row.reviewerId}>
              <div>
                <b>
                  <a href={conflictPaths.reviewer(slug, row.reviewerId)}>
                    <bdi>{row.name}</bdi>
                  </a>
                </b>
                {row.affiliation ? <span class="under">{row.affiliation}</span> : null}
                <Reasons row={row} />
              </div>
              <div class="org-rows-end">
                {row.assignmentId ? <Tag tone="warn">{t('conflicts:submission.assigned')}</Tag> : null}
                {data.may ? <Acts data={data} row={row} slug={slug} /> : null}
              </div>
            </li>
          ))}
        </ul>
      )}
      {data.named.length > 0 ? (
        <Part title={t('conflicts:submission.named')} text={t('conflicts:submission.namedText')}>
          <ul class="org-rows">
            {data.named.map((one, i) => (
              <li key={i}>
                <div>
                  <b>
                    <bdi>{one.name || one.address}</bdi>
                  </b>
                  <span class="under">
                    {[one.affiliation, one.name && one.address].filter(Boolean).join(', ')}
                  </span>
                  {one.reason ? <span class="org-quote">{one.reason}</span> : null}
                </div>
                <div class="org-rows-end">
                  <Tag tone={one.matched ? 'ok' : 'warn'}>
                    {t(one.matched ? 'conflicts:submission.matched' : 'conflicts:submission.unmatched')}
                  </Tag>
                </div>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {data.may && data.reviewers.length > 0 ? (
        <Part title={t('conflicts:submission.add')} text={t('conflicts:submission.addText')}>
          <form class="org-form" method="post" action={conflictPaths.submission(slug, data.id)} noValidate>
            <HiddenKey value={`${data.idempotencyKey}.add`} />
            <Select
              {...bound(adding ? data : {}, 'reviewer')}
              label={t('conflicts:submission.reviewer')}
              required
              options={[
                { value: '', label: t('conflicts:submission.choose') },
                ...data.reviewers.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
            <TextArea
              {...bound(adding ? data : {}, 'reason')}
              label={t('conflicts:submission.reason')}
              hint={t('conflicts:submission.reasonHint')}
              rows={2}
              required
              dir="auto"
            />
            <div class="actions">
              <Button look="second">{t('conflicts:submission.addDo')}</Button>
            </div>
          </form>
        </Part>
      ) : null}
    </>,
  );
}

function Reasons({ row }: { row: ConflictRow }): JSX.Element {
  const { t } = useView();
  return (
    <>
      {row.reasons.map((reason) => (
        <span key={reason} class={row.override ? 'under' : 'org-conflict'}>
          {t(`organise:conflict.${reason}`)}
        </span>
      ))}
      {row.override ? (
        <span class="org-quote">
          {t(
            row.override.by ? 'conflicts:submission.setAside' : 'conflicts:submission.setAsideGone',
            row.override,
          )}
        </span>
      ) : null}
    </>
  );
}

/** Each form of the page has a field of its own. */
export const reasonField = (reviewerId: string): string => `reason-${reviewerId}`;

function Acts(props: { data: SubmissionConflictsData; row: ConflictRow; slug: string }): JSX.Element {
  const { t } = useView();
  const { data, row, slug } = props;
  const key = `${data.idempotencyKey}.${row.reviewerId}`;
  const refused = data.overriding === row.reviewerId;
  if (row.override)
    return (
      <ActForm
        action={conflictPaths.endOverride(slug, data.id)}
        idempotencyKey={`${key}.end`}
        fields={{ reviewer: row.reviewerId }}
        label={t('conflicts:submission.endOverrideName', { name: row.name })}
      >
        {t('conflicts:submission.endOverride')}
      </ActForm>
    );
  return (
    <>
      {row.added ? (
        <ActForm
          action={conflictPaths.takeBack(slug, data.id)}
          idempotencyKey={`${key}.back`}
          fields={{ reviewer: row.reviewerId }}
          label={t('conflicts:submission.takeBackName', { name: row.name })}
        >
          {t('conflicts:submission.takeBack')}
        </ActForm>
      ) : null}
      {isOverridable(row) ? (
        <details open={refused}>
          <summary aria-label={t('conflicts:submission.overrideName', { name: row.name })}>
            {t('conflicts:submission.override')}
          </summary>
          <form class="org-form" method="post" action={conflictPaths.override(slug, data.id)} noValidate>
            <HiddenKey value={`${key}.override`} />
            <input type="hidden" name="reviewer" value={row.reviewerId} />
            <TextArea
              {...bound(refused ? data : {}, reasonField(row.reviewerId))}
              label={t('conflicts:submission.overrideReason')}
              hint={t('conflicts:submission.overrideHint')}
              rows={2}
              required
              dir="auto"
            />
            <div class="actions">
              <Button look="second" label={t('conflicts:submission.overrideName', { name: row.name })}>
                {t('conflicts:submission.override')}
              </Button>
            </div>
          </form>
        </details>
      ) : null}
    </>
  );
}

export interface ReviewerConflictsData extends OrganiseData {
  name: string;
  conflicts: readonly ConflictRow[];
}

/** GET `/conferences/:slug/organise/reviewers/:id/conflicts`. */
export function reviewerConflictsPage(view: View, data: ReviewerConflictsData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('conflicts:reviewer.title', { name: data.name }), area: 'organiser', active: 'reviewers' },
    <>
      <Head
        back={{ href: organisePaths.reviewers(slug), label: t('conflicts:reviewer.back') }}
        title={t('conflicts:reviewer.title', { name: data.name })}
        text={t('conflicts:reviewer.lead')}
      />
      {data.conflicts.length === 0 ? (
        <EmptyState title={t('conflicts:reviewer.none')} text={t('conflicts:reviewer.noneText')} />
      ) : (
        <ul class="org-rows org-gap">
          {data.conflicts.map((row) => (
            <li key={row.submissionId}>
              <div>
                <a href={conflictPaths.submission(slug, row.submissionId)}>
                  <span class="code">{row.submissionId}</span> <bdi>{row.title}</bdi>
                </a>
                <Reasons row={row} />
              </div>
              <div class="org-rows-end">
                {row.assignmentId ? <Tag tone="warn">{t('conflicts:submission.assigned')}</Tag> : null}
              </div>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}
