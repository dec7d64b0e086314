import { Button, Choices, ErrorSummary, HiddenKey, TextField } from '../components/forms.js';
import { Tag } from '../components/parts.js';
import { DataTable } from '../components/tables.js';
import { page } from '../layout.js';
import { formatInstant, type View } from '../view.js';
import {
  ActForm,
  bound,
  countOf,
  Head,
  organisePaths,
  Part,
  slugOf,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';

/** Roles that can be granted inside a conference; words in `organise:roles.role.*` and what they may in `organise:roles.may.*`. */
export const GRANTED_ROLES = [
  'organiser',
  'chair',
  'programme_editor',
  'proceedings_editor',
  'partner_manager',
  'safeguarding_officer',
  'auditor',
] as const;
export type GrantedRole = (typeof GRANTED_ROLES)[number];

export interface RoleRow {
  /** Id of the grant. */
  id: string;
  name: string;
  address: string;
  role: GrantedRole;
  since: Date;
  by: string | null;
  /** The viewer's own grant. */
  own: boolean;
  /** False for the last one who could grant. */
  revocable: boolean;
}

export interface RolesData extends OrganiseData, FormState {
  rows: readonly RoleRow[];
  /** Roles that the viewer may grant. */
  grantable: readonly GrantedRole[];
}

/** GET `/conferences/:slug/organise/roles`; the form posts there: `email`, `name`, `role`. */
export function rolesPage(view: View, data: RolesData): string {
  const { t } = view;
  const slug = slugOf(view);
  const people = new Set(data.rows.map((row) => row.address)).size;
  return page(
    view,
    { title: t('common:organise.roles'), area: 'organiser', active: 'roles' },
    <>
      <Head title={countOf(view, 'organise:roles.title', people)} text={t('organise:roles.explain')} />
      <ErrorSummary errors={data.errors} />
      <div class="org-gap">
        <DataTable
          caption={t('common:organise.roles')}
          rows={data.rows}
          id={(row) => row.id}
          under={(row) => (row.name ? row.address : null)}
          columns={[
            {
              key: 'name',
              head: t('organise:name'),
              main: true,
              cell: (row) => <bdi>{row.name || row.address}</bdi>,
            },
            {
              key: 'role',
              head: t('organise:roles.roleHead'),
              cell: (row) => (
                <span class="org-tags">
                  <Tag>{t(`organise:roles.role.${row.role}`)}</Tag>
                  {row.own ? <span class="soft">{t('organise:roles.you')}</span> : null}
                </span>
              ),
            },
            {
              key: 'since',
              head: t('organise:roles.since'),
              cell: (row) => (
                <span class="org-small">
                  {formatInstant(view, row.since, data.zone)}
                  {row.by ? `, ${t('organise:roles.by', { name: row.by })}` : ''}
                </span>
              ),
            },
            {
              key: 'acts',
              head: t('organise:acts'),
              hideHead: true,
              cell: (row) =>
                row.revocable ? (
                  <ActForm
                    action={organisePaths.revoke(slug, row.id)}
                    idempotencyKey={`${data.idempotencyKey}.revoke.${row.id}`}
                    label={t('organise:roles.revokeName', {
                      name: row.name || row.address,
                      role: t(`organise:roles.role.${row.role}`),
                    })}
                  >
                    {t('organise:roles.revoke')}
                  </ActForm>
                ) : null,
            },
          ]}
        />
      </div>
      {data.grantable.length > 0 ? (
        <Part title={t('organise:roles.grantTitle')} text={t('organise:roles.grantText')}>
          <form class="org-form" method="post" action={organisePaths.roles(slug)}>
            <HiddenKey value={`${data.idempotencyKey}.grant`} />
            <TextField
              {...bound(data, 'email')}
              label={t('organise:email')}
              type="email"
              autocomplete="off"
              required
            />
            <TextField
              {...bound(data, 'name')}
              label={t('organise:name')}
              hint={t('organise:roles.nameHint')}
              autocomplete="off"
              dir="auto"
              optional
            />
            <Choices
              {...bound(data, 'role', data.grantable[0])}
              type="radio"
              look="list"
              label={t('organise:roles.roleHead')}
              options={data.grantable.map((role) => ({
                value: role,
                label: t(`organise:roles.role.${role}`),
                hint: t(`organise:roles.may.${role}`),
              }))}
            />
            <div class="actions">
              <Button>{t('organise:roles.grant')}</Button>
            </div>
          </form>
        </Part>
      ) : null}
    </>,
  );
}
