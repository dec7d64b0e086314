import { REVISABLE_FIELDS } from '../../conferences/deciding-settings.entity.js';
import {
  Button,
  Checkbox,
  Choices,
  ErrorSummary,
  errorOf,
  HiddenKey,
  TextField,
} from '../components/forms.js';
import { page } from '../layout.js';
import type { View } from '../view.js';
import { decidingPaths, DecidingWays } from './deciding-ways.js';
import {
  bound,
  Head,
  OUTCOMES,
  Part,
  slugOf,
  typed,
  typedList,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export interface DecidingData extends OrganiseData, FormState {
  version: number;
  textRequired: readonly string[];
  twoPersons: boolean;
  twoOrganisations: boolean;
  places: number | null;
  confirmOn: string | null;
  reminderDays: readonly number[];
  editFields: readonly string[];
  editOn: string | null;
  chairs: readonly { personId: string; name: string; organisation: string }[];
  /** What was typed of an organisation, by the name of its field. */
  organisation?: Readonly<Record<string, string>>;
  may: { decide: boolean };
}

/** GET and POST `/conferences/:slug/organise/decisions/settings`; the organisations post beside it, each by itself. */
export function decidingPage(view: View, data: DecidingData): string {
  const { t } = view;
  const slug = slugOf(view);
  const disabled = !data.may.decide;
  const on = (name: string, stored: boolean): boolean =>
    data.values ? typed(data.values, name) === 'true' : stored;
  return page(
    view,
    { title: t('deciding:settings.title'), area: 'organiser', active: 'decisions' },
    <>
      <Head title={t('deciding:settings.title')} text={t('deciding:settings.text')} />
      <DecidingWays current="settings" />
      <ErrorSummary errors={data.errors} />
      {disabled ? <p class="soft">{t('deciding:settings.chairOnly')}</p> : null}
      <form class="section" method="post" action={decidingPaths.settings(slug)}>
        <HiddenKey value={`${data.idempotencyKey}.settings`} version={data.version} />
        <Choices
          name="textRequired[]"
          type="checkbox"
          label={t('deciding:settings.required')}
          value={typedList(data.values, 'textRequired[]', data.textRequired)}
          options={OUTCOMES.map((outcome) => ({ value: outcome, label: t(`common:state.${outcome}`) }))}
          disabled={disabled}
        />
        <Checkbox
          name="twoPersons"
          label={t('deciding:settings.two')}
          checked={on('twoPersons', data.twoPersons)}
          disabled={disabled}
        />
        <Checkbox
          name="twoOrganisations"
          label={t('deciding:settings.organisations')}
          checked={on('twoOrganisations', data.twoOrganisations)}
          error={errorOf(data.errors, 'twoOrganisations')}
          disabled={disabled}
        />
        <TextField
          {...bound(data, 'places', data.places)}
          label={t('deciding:settings.places')}
          hint={t('deciding:settings.placesHint')}
          inputmode="numeric"
          disabled={disabled}
          short
        />
        <TextField
          {...bound(data, 'confirmOn', data.confirmOn)}
          type="date"
          label={t('deciding:settings.confirmOn')}
          hint={t('deciding:settings.confirmHint')}
          disabled={disabled}
          short
        />
        <TextField
          {...bound(data, 'reminderDays', data.reminderDays.join(', '))}
          label={t('deciding:settings.reminders')}
          hint={t('deciding:settings.remindersHint')}
          disabled={disabled}
          short
        />
        <Choices
          name="editFields[]"
          type="checkbox"
          label={t('deciding:settings.editFields')}
          hint={t('deciding:settings.editHint')}
          value={typedList(data.values, 'editFields[]', data.editFields)}
          options={REVISABLE_FIELDS.map((field) => ({
            value: field,
            label: t(`deciding:settings.editField.${field}`),
          }))}
          disabled={disabled}
        />
        <TextField
          {...bound(data, 'editOn', data.editOn)}
          type="date"
          label={t('deciding:settings.editOn')}
          hint={t('deciding:settings.editOnHint')}
          disabled={disabled}
          short
        />
        {disabled ? null : (
          <div class="actions">
            <Button>{t('deciding:settings.save')}</Button>
          </div>
        )}
      </form>
      {disabled ? null : (
        <Part title={t('deciding:settings.acts')} text={t('deciding:settings.actsText')}>
          {data.chairs.map((chair, index) => (
            <form key={chair.personId} method="post" action={decidingPaths.organisations(slug)}>
              <HiddenKey value={`${data.idempotencyKey}.organisation${index}`} />
              <input type="hidden" name="person" value={chair.personId} />
              <TextField
                name={`organisation${index}`}
                label={t('deciding:settings.organisation', { name: chair.name })}
                value={data.organisation?.[`organisation${index}`] ?? chair.organisation}
                error={
                  data.organisation?.[`organisation${index}`] === undefined
                    ? undefined
                    : errorOf(data.errors, 'organisation')
                }
              />
              <input type="hidden" name="field" value={`organisation${index}`} />
              <div class="actions">
                <Button look="second" label={`${t('deciding:settings.save')}: ${chair.name}`}>
                  {t('deciding:settings.save')}
                </Button>
              </div>
            </form>
          ))}
        </Part>
      )}
    </>,
  );
}
