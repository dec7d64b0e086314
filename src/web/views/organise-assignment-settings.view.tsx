import {
  Button,
  Checkbox,
  ErrorSummary,
  errorOf,
  HiddenKey,
  Select,
  TextField,
} from '../components/forms.js';
import { Callout } from '../components/parts.js';
import { page } from '../layout.js';
import { formatNumber, type View } from '../view.js';
import {
  ActForm,
  bound,
  countOf,
  Head,
  organisePaths,
  Part,
  postedAt,
  slugOf,
  typed,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

export interface AssignmentSettingsData extends OrganiseData, FormState {
  version: number;
  perSubmission: number;
  leastLoad: number;
  /** Whether reviewers are asked; the groups are shown in any case, as they are or as they would begin. */
  asks: boolean;
  groups: readonly { id: string; name: string; counts: string }[];
  mostOfParty: number | null;
  outsideAtLeast: number;
  sizes: readonly { submissionId: string; title: string; places: number }[];
  may: { change: boolean };
}

const COUNTS = ['party', 'outside', 'neither'] as const;
/** Rows for groups: those there are, and room for some more. */
const ROWS = 6;

/** GET `/conferences/:slug/organise/assignment/settings`: what every proposal keeps to. */
export function assignmentSettingsPage(view: View, data: AssignmentSettingsData): string {
  const { t } = view;
  const slug = slugOf(view);
  const n = (value: number): string => formatNumber(view, value);
  const rows = Math.min(8, Math.max(ROWS, data.groups.length + 1));
  const asks = data.values ? postedAt(data.values, 'asks') === 'true' : data.asks;
  return page(
    view,
    { title: t('assignment:settings'), area: 'organiser', active: 'assignment' },
    <>
      <Head title={t('assignment:settings')} text={t('assignment:settingsIntro')} />
      <ErrorSummary errors={data.errors} />
      <form class="org-form" method="post" action={organisePaths.assignmentSettings(slug)}>
        <HiddenKey value={`${data.idempotencyKey}.settings`} version={data.version} />
        <TextField
          {...bound(data, 'leastLoad', data.leastLoad)}
          label={t('assignment:leastLoad')}
          hint={t('assignment:leastLoadHint')}
          type="number"
          min={0}
          max={200}
          short
          disabled={!data.may.change}
        />
        <h2>{t('assignment:balanceTitle')}</h2>
        <p>{t('assignment:balanceText')}</p>
        <Checkbox
          name="asks"
          label={t('assignment:balanceOn')}
          value="true"
          checked={asks}
          disabled={!data.may.change}
        />
        <p class="hint">
          {t('assignment:groupsHint')} {t('assignment:undeclared')}
        </p>
        {Array.from({ length: rows }, (_, at) => {
          const group = data.groups[at];
          const name = `groups[${at}][name]`;
          return (
            <div class="org-group" key={at}>
              <input
                type="hidden"
                name={`groups[${at}][id]`}
                value={typed(data.values, `groups[${at}][id]`, group?.id ?? '')}
              />
              <TextField
                name={name}
                value={typed(data.values, name, group?.name ?? '')}
                error={errorOf(data.errors, `groups[${at}].name`)}
                label={t('assignment:groupName', { n: n(at + 1) })}
                optional
                disabled={!data.may.change}
              />
              <Select
                name={`groups[${at}][counts]`}
                value={typed(data.values, `groups[${at}][counts]`, group?.counts ?? 'neither')}
                label={t('assignment:groupCounts')}
                options={COUNTS.map((value) => ({ value, label: t(`assignment:counts.${value}`) }))}
                disabled={!data.may.change}
              />
            </div>
          );
        })}
        <TextField
          {...bound(data, 'mostOfParty', data.mostOfParty)}
          label={t('assignment:mostOfParty')}
          hint={t('assignment:mostOfPartyHint')}
          type="number"
          min={1}
          max={20}
          optional
          short
          disabled={!data.may.change}
        />
        <TextField
          {...bound(data, 'outsideAtLeast', data.outsideAtLeast)}
          label={t('assignment:outsideAtLeast')}
          type="number"
          min={0}
          max={20}
          short
          disabled={!data.may.change}
        />
        {data.asks ? (
          <Callout>
            <p>{t('assignment:groupWarning')}</p>
          </Callout>
        ) : null}
        {data.may.change ? (
          <div class="actions">
            <Button>{t('assignment:save')}</Button>
          </div>
        ) : null}
      </form>
      <Part title={t('assignment:sizes')} text={t('assignment:sizesText', { n: n(data.perSubmission) })}>
        {data.sizes.length === 0 ? (
          <p class="soft">{t('assignment:sizesNone')}</p>
        ) : (
          <ul class="org-rows">
            {data.sizes.map((one) => (
              <li key={one.submissionId}>
                <div>
                  <a href={organisePaths.submission(slug, one.submissionId)}>
                    <bdi>{one.title}</bdi>
                  </a>
                  <span class="under code">{one.submissionId}</span>
                </div>
                <div class="org-rows-end">
                  <span>{countOf(view, 'assignment:sizeRow', one.places)}</span>
                  {data.may.change ? (
                    <ActForm
                      action={organisePaths.panelSizes(slug)}
                      idempotencyKey={`${data.idempotencyKey}.size.${one.submissionId}`}
                      fields={{ submission: one.submissionId, places: '' }}
                      label={t('assignment:sizeBackName', { code: one.submissionId })}
                    >
                      {t('assignment:sizeBack')}
                    </ActForm>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        )}
        {data.may.change ? (
          <form class="org-form" method="post" action={organisePaths.panelSizes(slug)}>
            <HiddenKey value={`${data.idempotencyKey}.size`} />
            <TextField
              {...bound(data, 'submission')}
              label={t('assignment:sizeSubmission')}
              hint={t('assignment:sizeSubmissionHint')}
              short
            />
            <TextField
              {...bound(data, 'places')}
              label={t('assignment:size')}
              hint={t('assignment:sizeHint')}
              type="number"
              min={0}
              max={20}
              short
            />
            <div class="actions">
              <Button look="second">{t('assignment:sizeSet')}</Button>
            </div>
          </form>
        ) : null}
      </Part>
    </>,
  );
}
