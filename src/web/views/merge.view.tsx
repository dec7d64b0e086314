import type { Effect } from '../../rights/rights-rules.js';
import type { OwnRequest } from '../../rights/merges.service.js';
import { Button } from '../components/forms.js';
import { Callout } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';
import { Holdings } from './holdings.js';

/** GET `/me/merges/:id`: an organiser asks whether two accounts are one person's. Nothing of the other is shown. */
export function mergeAskedPage(view: View, data: OwnRequest & { effects: readonly Effect[] }): string {
  const { t } = view;
  const open = data.status === 'waiting' && !data.agreed;
  return page(
    view,
    { title: t('rights:asked.title'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <h1>{t('rights:asked.title')}</h1>
      <p class="lead">{t('rights:asked.lead', { conference: data.conference })}</p>
      {open ? (
        <>
          <p class="section first">{t('rights:asked.two')}</p>
          <h2 class="section">{t(data.stays ? 'rights:asked.stays' : 'rights:asked.goes')}</h2>
          <Holdings effects={data.effects} />
          <div class="section first">
            <Callout tone="warn">
              <p>{t('rights:asked.warning')}</p>
            </Callout>
          </div>
          <div class="actions">
            <form method="post" action={`${paths.merge(data.id)}/agree`}>
              <Button>{t('rights:asked.agree')}</Button>
            </form>
            <form method="post" action={`${paths.merge(data.id)}/decline`}>
              <Button look="second">{t('rights:asked.decline')}</Button>
            </form>
          </div>
        </>
      ) : (
        <Callout>
          <p>
            {t(data.status === 'waiting' ? 'rights:asked.waiting' : `rights:asked.status.${data.status}`)}
          </p>
        </Callout>
      )}
    </>,
  );
}

export interface JoinOwnData {
  secret: string;
  typed: string;
  effects: readonly Pick<Effect, 'kind' | 'count'>[];
  collisions: readonly { code: string; submissionId: string | null; solved: boolean }[];
  possible: boolean;
  /** One of the two goes by another name. */
  guarded: boolean;
  hash: string;
}

/** GET `/me/addresses/confirm/:secret` where the address has an account of its own; the form posts to `…/join`: `hash`. */
export function joinOwnPage(view: View, data: JoinOwnData): string {
  const { t } = view;
  return page(
    view,
    { title: t('rights:joinOwn.title'), area: 'public', active: 'me', width: 'narrow' },
    <>
      <h1>{t('rights:joinOwn.title')}</h1>
      {data.guarded ? null : (
        <p class="lead">
          <bdi>{data.typed}</bdi>
        </p>
      )}
      <p class="section first">{t('rights:joinOwn.text')}</p>
      {data.guarded ? null : (
        <>
          <h2 class="section">{t('rights:joinOwn.moves')}</h2>
          <Holdings effects={data.effects} />
        </>
      )}
      {data.collisions.length > 0 ? (
        <>
          <h2 class="section">{t('rights:merge.collides')}</h2>
          <ul class="holdings">
            {data.collisions.map(({ code, submissionId }) => (
              <li key={`${code}${submissionId}`}>
                {t(`rights:collision.${code}`, { submission: submissionId })}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {data.possible ? (
        <form method="post" action={paths.addressJoin(data.secret)}>
          <input type="hidden" name="hash" value={data.hash} />
          <div class="actions">
            <Button>{t('rights:joinOwn.do')}</Button>
          </div>
        </form>
      ) : (
        <Callout tone="warn">
          <p>{t(data.guarded ? 'rights:joinOwn.protected' : 'rights:joinOwn.impossible')}</p>
        </Callout>
      )}
    </>,
  );
}
