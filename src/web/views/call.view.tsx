import type { JSX } from 'preact';
import { ownLanguageName } from '../components/country.js';
import type { Openings } from '../../conferences/who-sees-whom.js';
import { useView } from '../components/context.js';
import { LinkButton } from '../components/forms.js';
import { NamesToAuthors } from '../components/names.js';
import { PaperWish } from '../components/paper.js';
import { Callout, Card, Deadline, Prose, Timeline, type TimelineItem } from '../components/parts.js';
import { page } from '../layout.js';
import {
  formatCalendarDay,
  formatDay,
  formatInstant,
  lastMinute,
  paths,
  zoneWords,
  type View,
} from '../view.js';

/** Kinds of what a conference offers besides papers; their words are in `call:programme`. */
export type ProgrammeKind =
  'keynote' | 'panel' | 'workshop' | 'roundtable' | 'declaration' | 'brief' | 'stream';

/** The public call of one conference. */
export interface CallPageData {
  slug: string;
  organiserName: string;
  name: string;
  subtitle: string;
  description: string;
  call: 'before' | 'open' | 'closed';
  opensAt: Date;
  /** Exclusive end of the call. */
  closesAt: Date;
  /** Zone in which the deadline was set. */
  zone: string;
  /** The conference's own zone. */
  conferenceZone: string;
  wordLimit: number;
  opens: Openings;
  /** Whether a paper is asked for beside the abstract. */
  paper: { required: boolean; limitMb: number } | null;
  reviewsPerSubmission: number;
  topics: readonly string[];
  /** Exclusive; `null` where the organisers name no day. */
  reviewsDueAt: Date | null;
  /** `YYYY-MM-DD`. */
  decisionsOn: string | null;
  startsOn: string | null;
  endsOn: string | null;
  venue: string;
  /** Language tags: of the floor, and of the interpretation in the organisers' order. */
  floorLanguage: string;
  interpretation: readonly string[];
  /** What the programme has, in the organisers' order; `text` in their words replaces the general sentence. */
  programme: readonly { kind: ProgrammeKind; text?: string }[];
  /** The organisers' own rules; may be empty. */
  rules: string;
  lettersOpen: boolean;
  registrationOpen: boolean;
  contactAddress: string;
  /** The edition before this one. */
  previous: { name: string; href: string } | null;
  /** How many drafts or submissions the viewer has here, to lead them back. */
  mine: number;
}

/** The call: what it is about, until when, what to send, what happens then. */
export function callPage(view: View, data: CallPageData): string {
  return page(
    view,
    { title: data.name, area: 'public', active: 'call' },
    <>
      <Hero data={data} />
      <div class="call-body">
        <div>
          <section aria-labelledby="topics">
            <h2 id="topics">{view.t('call:topics')}</h2>
            <ol class="topics">
              {data.topics.map((topic, i) => (
                <li key={topic}>
                  <span class="topic-number" aria-hidden="true">
                    {i + 1}
                  </span>
                  <span>{topic}</span>
                </li>
              ))}
            </ol>
          </section>
          <Rules data={data} />
          <Programme data={data} />
        </div>
        <div>
          <Dates data={data} />
          <Languages data={data} />
          <Boxes data={data} />
        </div>
      </div>
    </>,
  );
}

function Hero({ data }: { data: CallPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  return (
    <div class="hero">
      <div>
        {data.organiserName ? <p class="eyebrow">{data.organiserName}</p> : null}
        <h1 class="hero-title">{data.name}</h1>
        {data.subtitle ? <p class="hero-subtitle">{data.subtitle}</p> : null}
        {data.description ? <p class="lead">{data.description}</p> : null}
      </div>
      {data.call === 'before' ? (
        <Callout title={t('call:before.title')}>
          <p>
            {t('call:before.text', {
              day: formatInstant(view, data.opensAt, data.conferenceZone),
              zone: zoneWords(view, data.conferenceZone),
            })}
          </p>
        </Callout>
      ) : (
        <Deadline
          end={data.closesAt}
          zone={data.zone}
          conferenceZone={data.conferenceZone}
          title={(left) => (data.call === 'open' && left ? t('call:due', { left }) : t('call:closed'))}
        >
          {data.call === 'open' ? (
            <>
              <LinkButton href={paths.submit(data.slug)}>{t('call:submit')}</LinkButton>
              {data.mine > 0 ? (
                <p class="soft">
                  <a href={paths.me}>{t('call:mine', { count: data.mine })}</a>
                </p>
              ) : null}
            </>
          ) : (
            <p class="soft">{t('call:after')}</p>
          )}
        </Deadline>
      )}
    </div>
  );
}

function Rules({ data }: { data: CallPageData }): JSX.Element {
  const { t } = useView();
  return (
    <section class="section text" aria-labelledby="rules">
      <h2 id="rules">{t('call:rules.title')}</h2>
      <ul>
        <li>
          {t('call:rules.words', { count: data.wordLimit })} <a href={paths.words}>{t('common:words.how')}</a>
        </li>
        <li>{t('call:rules.contents')}</li>
        {data.paper ? (
          <li>
            <PaperWish asked={data.paper} />
          </li>
        ) : null}
        <li>{t('call:rules.change')}</li>
        <li>{t(`call:rules.read.${data.opens.authors}`, { count: data.reviewsPerSubmission })}</li>
        <li>{t('call:rules.published')}</li>
      </ul>
      <h3>{t('names:toAuthors.title')}</h3>
      <NamesToAuthors opens={data.opens} />
      {data.rules ? <Prose text={data.rules} /> : null}
    </section>
  );
}

function Programme({ data }: { data: CallPageData }): JSX.Element | null {
  const { t } = useView();
  if (data.programme.length === 0) return null;
  return (
    <section class="section" aria-labelledby="programme">
      <h2 id="programme">{t('call:programme.title')}</h2>
      <dl class="kinds">
        {data.programme.map((entry) => (
          <div key={entry.kind}>
            <dt>{t(`call:programme.${entry.kind}.name`)}</dt>
            <dd>{entry.text ?? t(`call:programme.${entry.kind}.text`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Dates({ data }: { data: CallPageData }): JSX.Element {
  const view = useView();
  const { t } = view;
  const items: TimelineItem[] = [
    {
      title: t('call:dates.abstracts'),
      text: formatDay(view, lastMinute(data.closesAt), data.zone),
      state: data.call === 'closed' ? 'past' : 'now',
    },
  ];
  if (data.reviewsDueAt)
    items.push({
      title: t('call:dates.reviews'),
      text: formatDay(view, lastMinute(data.reviewsDueAt), data.zone),
    });
  if (data.decisionsOn)
    items.push({ title: t('call:dates.decisions'), text: formatCalendarDay(view, data.decisionsOn) });
  const days = data.startsOn
    ? [data.startsOn, ...(data.endsOn && data.endsOn !== data.startsOn ? [data.endsOn] : [])]
        .map((day) => formatCalendarDay(view, day, { year: true }))
        .join(' – ')
    : '';
  items.push({
    title: t('call:dates.conference'),
    text: [days, data.venue].filter(Boolean).join(', ') || t('call:dates.later'),
  });
  return (
    <section aria-labelledby="dates">
      <h2 id="dates">{t('call:dates.title')}</h2>
      <Timeline items={items} />
    </section>
  );
}

function Languages({ data }: { data: CallPageData }): JSX.Element {
  const { t, locale } = useView();
  const floor =
    new Intl.DisplayNames(locale, { type: 'language' }).of(data.floorLanguage) ?? data.floorLanguage;
  return (
    <section class="call-part" aria-labelledby="languages">
      <h2 id="languages">{t('call:languages.title')}</h2>
      <p class="soft">
        {data.interpretation.length > 0
          ? t('call:languages.interpreted', { language: floor })
          : t('call:languages.held', { language: floor })}
      </p>
      <ul class="languages">
        {data.interpretation.map((tag) => (
          <li key={tag} lang={tag}>
            {ownLanguageName(tag)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Boxes({ data }: { data: CallPageData }): JSX.Element {
  const { t } = useView();
  return (
    <div class="call-part boxes">
      {data.lettersOpen ? (
        <Card title={t('call:partner.title')} text={t('call:partner.text')}>
          <LinkButton look="second" href={paths.partner(data.slug)}>
            {t('call:partner.do')}
          </LinkButton>
        </Card>
      ) : null}
      {data.registrationOpen ? (
        <Card title={t('call:attend.title')} text={t('call:attend.text')}>
          <LinkButton look="second" href={paths.register(data.slug)}>
            {t('call:attend.do')}
          </LinkButton>
        </Card>
      ) : null}
      {data.contactAddress || data.previous ? (
        <p class="soft">
          {data.contactAddress ? (
            <>
              {t('call:contact')} <a href={`mailto:${data.contactAddress}`}>{data.contactAddress}</a>
            </>
          ) : null}
          {data.previous ? (
            <>
              {' '}
              {t('call:previous')} <a href={data.previous.href}>{data.previous.name}</a>
            </>
          ) : null}
        </p>
      ) : null}
    </div>
  );
}
