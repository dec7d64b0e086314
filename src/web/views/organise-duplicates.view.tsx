import type { JSX } from 'preact';
import type { LookAlikeReason } from '../../people/look-alike.js';
import type { Effect } from '../../rights/rights-rules.js';
import { useView } from '../components/context.js';
import { Button, HiddenKey, LinkButton } from '../components/forms.js';
import { Callout, Card, EmptyState, Facts, Tag } from '../components/parts.js';
import { page } from '../layout.js';
import type { View } from '../view.js';
import { countOf, Head, organisePaths, Part, slugOf } from './organise-parts.js';
import { Holdings } from './holdings.js';

export interface DuplicatePerson {
  id: string;
  name: string;
  address: string | null;
  affiliation: string | null;
  parts: readonly string[];
}

export interface DuplicatesData {
  pairs: readonly {
    one: DuplicatePerson;
    other: DuplicatePerson;
    reason: LookAlikeReason;
    request: string | null;
  }[];
}

/** GET `/conferences/:slug/organise/duplicates`. */
export function duplicatesPage(view: View, data: DuplicatesData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('common:organise.duplicates'), area: 'organiser', active: 'duplicates' },
    <>
      <Head
        title={countOf(view, 'rights:duplicates.title', data.pairs.length)}
        text={t('rights:duplicates.explain')}
      />
      {data.pairs.length === 0 ? (
        <EmptyState title={t('rights:duplicates.noneTitle')} text={t('rights:duplicates.none')} />
      ) : (
        <ul class="entries org-gap">
          {data.pairs.map(({ one, other, reason, request }) => (
            <li key={`${one.id}${other.id}`} class="entry">
              <span>
                <Someone person={one} />
                <Someone person={other} />
                <span class="under">{t(`rights:duplicates.reason.${reason}`)}</span>
              </span>
              <span class="actions">
                {request ? <Tag>{t(`rights:duplicates.request.${request}`)}</Tag> : null}
                <a href={organisePaths.duplicate(slug, one.id, other.id)}>
                  {t('rights:duplicates.compare')}
                  <span class="out-of-sight">
                    {' '}
                    {one.name || one.address}, {other.address}
                  </span>
                </a>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}

function Someone({ person }: { person: DuplicatePerson }): JSX.Element {
  const { t } = useView();
  return (
    <span class="someone">
      <b>
        <bdi>{person.name || t('rights:unnamed')}</bdi>
      </b>{' '}
      <bdi>{person.address ?? t('rights:noAddress')}</bdi>{' '}
      <span class="soft">{person.parts.map((part) => t(`rights:part.${part}`)).join(', ')}</span>
    </span>
  );
}

/** One of the two. */
export interface SideData {
  id: string;
  name: string;
  nativeName: string | null;
  affiliation: string | null;
  country: string | null;
  address: string | null;
  effects: readonly Pick<Effect, 'kind' | 'count'>[];
}

export interface MergeData {
  from: SideData;
  into: SideData;
  collisions: readonly { code: string; submissionId: string | null; solved: boolean }[];
  way: 'now' | 'ask' | 'protected' | 'roles' | 'collides' | 'waiting';
  hash: string;
  idempotencyKey: string;
}

/** GET `/conferences/:slug/organise/duplicates/:one/:other`; its form posts there: `hash`. */
export function mergePage(view: View, data: MergeData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { from, into } = data;
  const possible = data.way === 'now' || data.way === 'ask';
  return page(
    view,
    { title: t('rights:merge.title'), area: 'organiser', active: 'duplicates' },
    <>
      <Head
        title={t('rights:merge.title')}
        text={t('rights:merge.explain')}
        back={{ href: organisePaths.duplicates(slug), label: t('common:organise.duplicates') }}
      />
      <div class="fields-2 org-gap">
        <SideCard side={into} title={t('rights:merge.stays')} />
        <SideCard side={from} title={t('rights:merge.goes')} />
      </div>
      {data.collisions.length > 0 ? (
        <Part title={t('rights:merge.collides')}>
          <ul class="holdings">
            {data.collisions.map(({ code, submissionId, solved }) => (
              <li key={`${code}${submissionId}`}>
                {t(`rights:collision.${code}`, { submission: submissionId })}{' '}
                <Tag tone={solved ? 'ok' : 'bad'}>
                  {t(solved ? 'rights:merge.solved' : 'rights:merge.unsolved')}
                </Tag>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Part title={t('rights:merge.whatHappens')}>
        <Callout tone={possible ? 'plain' : 'warn'}>
          <p>{t(`rights:merge.way.${data.way}`)}</p>
        </Callout>
        {possible ? (
          <form class="org-gap" method="post" action={organisePaths.duplicate(slug, into.id, from.id)}>
            <HiddenKey value={data.idempotencyKey} />
            <input type="hidden" name="hash" value={data.hash} />
            <div class="actions">
              <Button>{t(`rights:merge.do.${data.way}`)}</Button>
              <LinkButton look="quiet" href={organisePaths.duplicates(slug)}>
                {t('rights:merge.leave')}
              </LinkButton>
            </div>
          </form>
        ) : null}
      </Part>
    </>,
  );
}

function SideCard({ side, title }: { side: SideData; title: string }): JSX.Element {
  const { t } = useView();
  return (
    <Card title={title}>
      <Facts
        items={[
          { term: t('rights:person.name'), value: <bdi>{side.name || t('rights:unnamed')}</bdi> },
          ...(side.nativeName
            ? [{ term: t('rights:person.nativeName'), value: <bdi>{side.nativeName}</bdi> }]
            : []),
          { term: t('rights:person.address'), value: <bdi>{side.address ?? t('rights:noAddress')}</bdi> },
          ...(side.affiliation
            ? [{ term: t('rights:person.affiliation'), value: <bdi>{side.affiliation}</bdi> }]
            : []),
        ]}
      />
      <p class="soft">{t('rights:merge.has')}</p>
      <Holdings effects={side.effects} />
    </Card>
  );
}
