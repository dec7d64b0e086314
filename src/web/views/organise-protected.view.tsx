import {
  Button,
  ErrorSummary,
  HiddenKey,
  LinkButton,
  TextArea,
  errorOf,
  type FieldErrors,
} from '../components/forms.js';
import { Callout, EmptyState, Facts, Isolated } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { page } from '../layout.js';
import { formatDate, type View } from '../view.js';
import { countOf, Head, organisePaths, Part, slugOf, type OrganiseData } from './organise-parts.js';

export interface ProtectedListData extends OrganiseData {
  rows: readonly { personId: string; publicName: string; since: Date; readable: boolean }[];
  /** Whether another officer would hear of a look. */
  second: boolean;
}

/** GET `/conferences/:slug/organise/protected`. */
export function protectedListPage(view: View, data: ProtectedListData): string {
  const { t } = view;
  const slug = slugOf(view);
  return page(
    view,
    { title: t('protection:officer.title'), area: 'organiser', active: 'protected' },
    <>
      <Head
        title={countOf(view, 'protection:officer.people', data.rows.length)}
        text={t('protection:officer.explain')}
      />
      {data.second ? null : <NoSecond text={t('refusal:protection.noSecond')} />}
      <div class="org-gap">
        {data.rows.length === 0 ? (
          <EmptyState title={t('protection:officer.noneTitle')} text={t('protection:officer.none')} />
        ) : (
          <DataTable
            caption={t('protection:officer.title')}
            rows={data.rows}
            id={(row) => row.personId}
            columns={[
              {
                key: 'name',
                head: t('protection:officer.publicName'),
                main: true,
                cell: (row) => <bdi>{row.publicName}</bdi>,
              },
              {
                key: 'since',
                head: t('protection:since'),
                cell: (row) => <span class="org-small">{formatDate(view, row.since, data.zone)}</span>,
              },
              {
                key: 'acts',
                head: t('organise:acts'),
                hideHead: true,
                cell: (row) =>
                  row.readable ? (
                    <a href={organisePaths.protectedPerson(slug, row.personId)}>
                      {t('protection:officer.look')}
                      <span class="out-of-sight">: {row.publicName}</span>
                    </a>
                  ) : (
                    <span class="soft">{t('protection:officer.unreadable')}</span>
                  ),
              },
            ]}
          />
        )}
      </div>
    </>,
  );
}

const NoSecond = ({ text }: { text: string }) => (
  <div class="org-gap">
    <Callout tone="warn">
      <p>{text}</p>
    </Callout>
  </div>
);

export interface ProtectedPersonData {
  personId: string;
  publicName: string;
  readable: boolean;
  second: boolean;
  /** What was just looked up; null before. */
  revealed: {
    identity: { name: string; nativeName: string | null; orcid: string | null };
    addresses: readonly string[];
  } | null;
  reason: string;
  errors?: FieldErrors;
  idempotencyKey: string;
}

/** GET `/conferences/:slug/organise/protected/:person`; POST `reason` there shows who it is. */
export function protectedPersonPage(view: View, data: ProtectedPersonData): string {
  const { t } = view;
  const slug = slugOf(view);
  const { revealed } = data;
  return page(
    view,
    { title: data.publicName, area: 'organiser', active: 'protected' },
    <>
      <Head
        back={{ href: organisePaths.protected(slug), label: t('protection:officer.title') }}
        title={<bdi>{data.publicName}</bdi>}
        text={t(revealed ? 'protection:officer.shown' : 'protection:officer.before')}
      />
      {revealed ? (
        <Part title={t('protection:officer.who')}>
          <Facts
            items={[
              {
                term: t('protection:name'),
                value: <bdi>{revealed.identity.name || t('protection:noName')}</bdi>,
              },
              ...(revealed.identity.nativeName
                ? [
                    {
                      term: t('protection:nativeName'),
                      value: <Isolated>{revealed.identity.nativeName}</Isolated>,
                    },
                  ]
                : []),
              ...(revealed.identity.orcid ? [{ term: 'ORCID', value: revealed.identity.orcid }] : []),
              ...revealed.addresses.map((address) => ({
                term: t('protection:address'),
                value: <bdi>{address}</bdi>,
              })),
              { term: t('protection:officer.given'), value: data.reason },
            ]}
          />
          <div class="actions">
            <LinkButton look="second" href={organisePaths.protected(slug)}>
              {t('protection:officer.close')}
            </LinkButton>
          </div>
        </Part>
      ) : !data.readable ? (
        <NoSecond text={t('refusal:protection.unreadable')} />
      ) : !data.second ? (
        <NoSecond text={t('refusal:protection.noSecond')} />
      ) : (
        <Part title={t('protection:officer.look')}>
          <form
            class="org-form"
            method="post"
            action={organisePaths.protectedPerson(slug, data.personId)}
            noValidate
          >
            <HiddenKey value={data.idempotencyKey} />
            <ErrorSummary errors={data.errors} />
            <TextArea
              name="reason"
              label={t('protection:officer.reason')}
              hint={t('protection:officer.reasonHint')}
              rows={3}
              value={data.reason}
              required
              error={errorOf(data.errors, 'reason')}
            />
            <div class="actions">
              <Button>{t('protection:officer.do')}</Button>
            </div>
          </form>
        </Part>
      )}
    </>,
  );
}
