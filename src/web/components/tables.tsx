import type { ComponentChildren, JSX } from 'preact';
import { formatNumber } from '../view.js';
import { useView } from './context.js';

/** One column of a table of `T`. */
export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  /** Numbers stand at the end, with figures of equal width. */
  number?: boolean;
  /** The column that names the row; bold, first on a phone. Exactly one column should be it. */
  main?: boolean;
  /** A heading that only assistive technology and phones need (e.g. over a column of buttons). */
  hideHead?: boolean;
  /** Address that sorts by this column, and how it is sorted now. */
  sort?: { href: string; now?: 'ascending' | 'descending' };
}

/**
 * A table that becomes cards on a phone. `caption` names it for assistive technology. `href` makes the
 * main cell a link (rows can then be walked with the up and down keys). Roles are spelled out because
 * cards change `display`, which makes some browsers forget that it is a table.
 */
export function DataTable<T>(props: {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  href?: (row: T) => string | undefined;
  /** Second line under the main cell, e.g. the topic. */
  under?: (row: T) => ComponentChildren;
  empty?: ComponentChildren;
}): JSX.Element {
  if (props.rows.length === 0 && props.empty) return <>{props.empty}</>;
  return (
    <div class="table-frame">
      <table class="table" role="table" data-keys>
        <caption class="out-of-sight">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                class={column.number ? 'number' : undefined}
                aria-sort={column.sort?.now}
              >
                {column.sort ? (
                  <a href={column.sort.href}>{column.head}</a>
                ) : (
                  <span class={column.hideHead ? 'out-of-sight' : undefined}>{column.head}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((row) => (
            <tr key={props.id(row)} role="row">
              {props.columns.map((column) =>
                column.main ? (
                  <th key={column.key} role="rowheader" scope="row" class="main">
                    <RowLink href={props.href?.(row)}>{column.cell(row)}</RowLink>
                    {props.under ? <span class="under">{props.under(row)}</span> : null}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    role="cell"
                    class={column.number ? 'number' : undefined}
                    data-label={column.hideHead ? undefined : column.head}
                  >
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RowLink({ href, children }: { href: string | undefined; children: ComponentChildren }): JSX.Element {
  return href ? (
    <a class="row-link" href={href}>
      {children}
    </a>
  ) : (
    <>{children}</>
  );
}

export interface Chip {
  label: string;
  href: string;
  active: boolean;
}

/** Filters as links, so that the address holds them; an active one is removed by following it. */
export function FilterChips({ label, chips }: { label: string; chips: readonly Chip[] }): JSX.Element {
  const { t } = useView();
  return (
    <nav class="filter-chips" aria-label={label}>
      {chips.map((chip) => (
        <a
          key={chip.label}
          class={chip.active ? 'tag active' : 'tag'}
          href={chip.href}
          aria-current={chip.active ? 'true' : undefined}
        >
          {chip.label}
          {chip.active ? (
            <>
              <span aria-hidden="true"> ×</span>
              <span class="out-of-sight"> {t('common:table.removeFilter')}</span>
            </>
          ) : null}
        </a>
      ))}
    </nav>
  );
}

/** A search field that keeps the filters of the address; sends GET. */
export function SearchField(props: {
  action: string;
  label: string;
  value?: string | undefined;
  name?: string;
  keep?: Readonly<Record<string, string>>;
}): JSX.Element {
  const { t } = useView();
  return (
    <form class="search" method="get" action={props.action} role="search">
      {Object.entries(props.keep ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input
        type="search"
        name={props.name ?? 'q'}
        value={props.value ?? ''}
        placeholder={props.label}
        aria-label={props.label}
      />
      <button class="button second" type="submit">
        {t('common:table.search')}
      </button>
    </form>
  );
}

/** Search, chips and the number shown in one line above a table. */
export function TableBar({
  children,
  shown,
  total,
}: {
  children?: ComponentChildren;
  shown?: number;
  total?: number;
}): JSX.Element {
  const view = useView();
  return (
    <div class="table-bar">
      {children}
      {shown === undefined || total === undefined ? null : (
        <span class="table-count">
          {view.t('common:table.shown', {
            shown: formatNumber(view, shown),
            total: formatNumber(view, total),
          })}
        </span>
      )}
    </div>
  );
}

/** Back and on through pages; cursors are opaque, so there are no page numbers. */
export function Pager({
  previous,
  next,
}: {
  previous?: string | undefined;
  next?: string | undefined;
}): JSX.Element | null {
  const { t } = useView();
  if (!previous && !next) return null;
  return (
    <nav class="pager" aria-label={t('common:table.pages')}>
      {previous ? (
        <a rel="prev" href={previous}>
          {t('common:table.previous')}
        </a>
      ) : null}
      {next ? (
        <a rel="next" href={next}>
          {t('common:table.next')}
        </a>
      ) : null}
    </nav>
  );
}
