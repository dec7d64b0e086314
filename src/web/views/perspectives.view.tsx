import { Button, Choices, HiddenKey } from '../components/forms.js';
import { Callout, EmptyState } from '../components/parts.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

export interface PerspectivesData {
  forms: readonly {
    /** Id of the invitation. */
    id: string;
    conference: { slug: string; name: string };
    groups: readonly { id: string; name: string }[];
    declared: string | null;
  }[];
  idempotencyKey: string;
}

/** GET `/me/perspectives`: what a reviewer privately says about themselves; each form posts `group`. */
export function perspectivesPage(view: View, data: PerspectivesData): string {
  const { t } = view;
  return page(
    view,
    { title: t('assignment:perspective.title'), area: 'reviewer', active: 'reviews', width: 'narrow' },
    <>
      <h1>{t('assignment:perspective.title')}</h1>
      <p>{t('assignment:perspective.intro')}</p>
      <Callout>
        <p>{t('assignment:perspective.promise')}</p>
        <p>{t('assignment:perspective.limit')}</p>
      </Callout>
      {data.forms.length === 0 ? (
        <div class="section">
          <EmptyState
            title={t('assignment:perspective.none')}
            text={t('assignment:perspective.noneText')}
            action={{ href: paths.reviews, label: t('assignment:perspective.noneLink') }}
          />
        </div>
      ) : null}
      {data.forms.map((form) => (
        <form key={form.id} class="section" method="post" action={paths.perspective(form.id)}>
          <HiddenKey value={`${data.idempotencyKey}.${form.id}`} />
          <Choices
            name={`group-${form.id}`}
            label={form.conference.name}
            hint={t('assignment:perspective.hint')}
            type="radio"
            look="list"
            value={form.declared ?? 'none'}
            options={[
              {
                value: 'none',
                label: t('assignment:perspective.nothing'),
                hint: t('assignment:perspective.nothingHint'),
              },
              ...form.groups.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <div class="actions">
            <Button>{t('assignment:perspective.save')}</Button>
          </div>
        </form>
      ))}
    </>,
  );
}
