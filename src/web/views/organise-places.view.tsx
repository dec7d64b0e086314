import type { JSX } from 'preact';
import type { AttendanceState } from '../../decisions/attendance-rules.js';
import type { AttendanceRow } from '../../decisions/attendance.service.js';
import type { WaitingRow } from '../../decisions/waitlist.service.js';
import { StackedBar } from '../components/charts.js';
import { useView } from '../components/context.js';
import { Callout, Tag, type Tone } from '../components/parts.js';
import { page } from '../layout.js';
import { formatCalendarDay, type View } from '../view.js';
import { decidingPaths, DecidingWays } from './deciding-ways.js';
import {
  ActForm,
  countOf,
  figure,
  Head,
  organisePaths,
  Part,
  slugOf,
  When,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export interface PlacesData extends OrganiseData, FormState {
  free: number | null;
  waiting: readonly WaitingRow[];
  /** Last day for confirming, `YYYY-MM-DD`; null: authors are not asked. */
  confirmOn: string | null;
  attendance: readonly (AttendanceRow & { state: AttendanceState })[];
  two: boolean;
  may: { decide: boolean; organise: boolean };
}

const TONES: Record<AttendanceState, Tone> = { confirmed: 'ok', waiting: 'plain', overdue: 'warn' };

/** GET `/conferences/:slug/organise/decisions/waitlist`. */
export function placesPage(view: View, data: PlacesData): string {
  const { t } = view;
  const title =
    data.free === null
      ? t('deciding:places.titleUnknown')
      : countOf(view, 'deciding:places.title', data.free);
  const confirmed = data.attendance.filter(({ state }) => state === 'confirmed').length;
  const accepted = data.attendance.length;
  return page(
    view,
    { title, area: 'organiser', active: 'decisions' },
    <>
      <Head title={title} text={t('deciding:places.text')} />
      <DecidingWays current="places" />
      {data.free === null ? (
        <Callout>
          <p>{t('deciding:places.noPlaces')}</p>
        </Callout>
      ) : null}
      {accepted > 0 || data.free ? (
        <div class="charts">
          <StackedBar
            title={t('deciding:places.chart')}
            text={t('deciding:places.chartText', { confirmed, accepted })}
            parts={[
              { label: t('deciding:places.confirmed'), value: confirmed, tone: 'first' },
              { label: t('deciding:places.accepted'), value: accepted - confirmed, tone: 'second' },
              { label: t('deciding:places.free'), value: data.free ?? 0, tone: 'rest' },
            ]}
          />
        </div>
      ) : null}
      <Part
        title={t('deciding:places.waiting')}
        text={t(data.two ? 'deciding:places.waitingTwo' : 'deciding:places.waitingText')}
      >
        {data.waiting.length === 0 ? <p class="soft">{t('deciding:places.nobody')}</p> : null}
        <ol class="org-rows">
          {data.waiting.map((row, index) => (
            <Waiting key={row.id} row={row} proposed={index < (data.free ?? 0)} data={data} />
          ))}
        </ol>
      </Part>
      <Part
        title={t('deciding:places.attendance')}
        text={
          data.confirmOn
            ? t('deciding:places.asked', { day: formatCalendarDay(view, data.confirmOn, { year: true }) })
            : t('deciding:places.notAsked')
        }
      >
        {accepted === 0 ? <p class="soft">{t('deciding:places.none')}</p> : null}
        <ul class="org-rows">
          {data.attendance.map((row) => (
            <Attends key={row.id} row={row} data={data} />
          ))}
        </ul>
      </Part>
    </>,
  );
}

function Waiting(props: { row: WaitingRow; proposed: boolean; data: PlacesData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  const { row, data } = props;
  return (
    <li>
      <div>
        <a href={organisePaths.submission(slug, row.id)}>
          <bdi>{row.title}</bdi>
        </a>
        <span class="under">
          <span class="code">{row.id}</span>
          {row.rank === null ? '' : ` · ${t('deciding:places.rank', { n: row.rank })}`}
          {row.mean === null ? '' : ` · ${t('deciding:places.mean', { mean: figure(view, row.mean) })}`}
        </span>
      </div>
      <div class="org-rows-end">
        {props.proposed ? <Tag tone="ok">{t('deciding:places.next')}</Tag> : null}
        {row.pending ? <span class="soft">{t('deciding:places.pending')}</span> : null}
        {data.may.decide && !row.pending ? (
          <ActForm
            action={decidingPaths.promote(slug, row.id)}
            idempotencyKey={`${data.idempotencyKey}.promote.${row.id}`}
            look={props.proposed ? 'main' : 'second'}
            label={`${t('deciding:places.promote')}: ${row.title}`}
          >
            {t('deciding:places.promote')}
          </ActForm>
        ) : null}
      </div>
    </li>
  );
}

function Attends({ row, data }: { row: PlacesData['attendance'][number]; data: PlacesData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const slug = slugOf(view);
  const names = row.joined
    .map(({ name, reviewed }) => (reviewed ? t('deciding:places.reviewed', { name }) : name))
    .join(', ');
  return (
    <li>
      <div>
        <a href={organisePaths.submission(slug, row.id)}>
          <bdi>{row.title}</bdi>
        </a>
        <span class="under">
          <span class="code">{row.id}</span>
          {row.reminders > 0 ? ` · ${countOf(view, 'deciding:places.reminders', row.reminders)}` : ''}
          {row.byOrganiser ? ` · ${t('deciding:places.byOrganiser')}` : ''}
        </span>
        {names ? <span class="under">{t('deciding:places.joined', { names })}</span> : null}
      </div>
      <div class="org-rows-end">
        {row.confirmedAt ? (
          <span class="soft">
            <When at={row.confirmedAt} zone={data.zone} />
          </span>
        ) : null}
        <Tag tone={TONES[row.state]}>{t(`deciding:places.state.${row.state}`)}</Tag>
        {names && data.may.organise ? (
          <ActForm
            action={decidingPaths.joinedSeen(slug, row.id)}
            idempotencyKey={`${data.idempotencyKey}.seen.${row.id}`}
            label={`${t('deciding:places.seen')}: ${row.title}`}
          >
            {t('deciding:places.seen')}
          </ActForm>
        ) : null}
        {row.status === 'accepted' && data.confirmOn && data.may.organise ? (
          <ActForm
            action={decidingPaths.confirmFor(slug, row.id)}
            idempotencyKey={`${data.idempotencyKey}.confirm.${row.id}`}
            version={row.version}
            label={`${t('deciding:places.confirmFor')}: ${row.title}`}
          >
            {t('deciding:places.confirmFor')}
          </ActForm>
        ) : null}
      </div>
    </li>
  );
}
