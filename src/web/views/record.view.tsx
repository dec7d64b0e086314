import type { CheckResult } from '../../audit/record-check.js';
import type { RecordEpoch } from '../../audit/record-epoch.entity.js';
import type { SigningKey } from '../../audit/signing-key.entity.js';
import type { SignedHead } from '../../audit/tree-head.js';
import { Facts, Instant, type Fact } from '../components/parts.js';
import { DataTable, Pager } from '../components/tables.js';
import { page } from '../layout.js';
import type { OwnEntry } from '../record.access.js';
import { formatNumber, paths, type View } from '../view.js';
import { entryWords, Proof } from './proofs.js';

const ZONE = 'UTC';

export interface PublicRecordData {
  /** Null before anything was sealed. */
  latest: SignedHead | null;
  /** Entries that are not sealed yet. */
  waiting: number;
  /** The last check of the whole record; null before the first. */
  check: CheckResult | null;
  /** The one in use first. */
  keys: readonly SigningKey[];
  /** Newest first. */
  epochs: readonly RecordEpoch[];
  /** Newest first. */
  heads: readonly SignedHead[];
  next: string | null;
  isFirst: boolean;
  /** The reader's own entries, newest first. */
  own: readonly OwnEntry[];
}

/** GET `/record?after=`: what the record is, its heads and keys, and how to check it. */
export function publicRecordPage(view: View, data: PublicRecordData): string {
  const { t } = view;
  return page(
    view,
    { title: t('record:title'), area: 'public', active: 'record' },
    <>
      <h1>{t('record:title')}</h1>
      <div class="text section first">
        <p class="lead">{t('record:lead')}</p>
        <p>{t('record:how')}</p>
        <p>{t('record:outsider')}</p>
        <p>
          <a href={paths.recordReceipt}>{t('record:receipt.link')}</a>
        </p>
      </div>
      <section class="section" aria-labelledby="now">
        <h2 id="now">{t('record:now.title')}</h2>
        <Facts items={facts(view, data)} />
        {data.latest ? (
          <>
            <h3>{t('record:head.title')}</h3>
            <p class="soft">{t('record:head.explain')}</p>
            <pre class="sealed-text" tabIndex={0} aria-label={t('record:head.title')}>
              {JSON.stringify(data.latest, null, 2)}
            </pre>
            <p>
              <a href={paths.recordHead} download="record-head.json">
                {t('record:head.download')}
              </a>
            </p>
          </>
        ) : null}
      </section>
      {data.own.length > 0 ? <Own view={view} own={data.own} /> : null}
      <section class="section text" aria-labelledby="check">
        <h2 id="check">{t('record:check.title')}</h2>
        <ol class="numbered">
          <li>
            {t('record:check.script')} <a href={paths.recordScript}>verify-record.js</a>
          </li>
          <li>{t('record:check.key')}</li>
          <li>{t('record:check.proof')}</li>
          <li>
            {t('record:check.run')} <code class="hash">node verify-record.js --key KEY.pem PROOF.json</code>
          </li>
          <li>
            {t('record:check.later')} <code class="hash">{`${paths.recordConsistency}?from=N&to=M`}</code>
          </li>
        </ol>
        <p>{t('record:check.limits')}</p>
      </section>
      <section class="section" aria-labelledby="keys">
        <h2 id="keys">{t('record:keys.title')}</h2>
        {data.keys.length === 0 ? <p>{t('record:keys.none')}</p> : null}
        {data.keys.map((key) => (
          <div key={key.keyId} class="sealed-key">
            <p>
              <a href={paths.recordKey(key.keyId)} download>
                <span class="hash">{key.keyId}</span>
              </a>{' '}
              {t(key.retiredAt ? 'record:keys.retired' : 'record:keys.inUse')}{' '}
              {key.endorsedBy ? t('record:keys.endorsed', { key: key.endorsedBy }) : null}
            </p>
            <pre class="sealed-text" tabIndex={0} aria-label={t('record:keys.label', { key: key.keyId })}>
              {key.publicKey}
            </pre>
          </div>
        ))}
      </section>
      {data.epochs.length > 1 ? (
        <section class="section" aria-labelledby="epochs">
          <h2 id="epochs">{t('record:epochs.title')}</h2>
          <p>{t('record:epochs.explain')}</p>
          <ul>
            {data.epochs.map((epoch) => (
              <li key={epoch.epoch}>
                <b>{t('record:epochs.name', { n: epoch.epoch })}</b>{' '}
                <Instant at={epoch.startedAt} zone={ZONE} year /> {epoch.reason}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {data.heads.length > 0 ? (
        <section class="section" aria-labelledby="heads">
          <h2 id="heads">{t('record:heads.title')}</h2>
          <DataTable
            caption={t('record:heads.title')}
            rows={data.heads}
            id={(head) => `${head.epoch}-${head.at}-${head.size}`}
            columns={[
              {
                key: 'at',
                head: t('record:heads.at'),
                main: true,
                cell: (head) => <time dateTime={head.at}>{head.at}</time>,
              },
              { key: 'epoch', head: t('record:heads.epoch'), number: true, cell: (head) => head.epoch },
              {
                key: 'size',
                head: t('record:heads.size'),
                number: true,
                cell: (head) => formatNumber(view, head.size),
              },
              {
                key: 'root',
                head: t('record:heads.root'),
                cell: (head) => <span class="hash sealed-root">{head.root}</span>,
              },
            ]}
          />
          <Pager
            {...(data.next && { next: `${paths.record}?after=${encodeURIComponent(data.next)}` })}
            {...(!data.isFirst && { previous: paths.record })}
          />
        </section>
      ) : null}
    </>,
  );
}

function facts(view: View, { latest, waiting, check }: PublicRecordData): Fact[] {
  const { t } = view;
  if (!latest) return [{ term: t('record:now.sealed'), value: t('record:now.nothing') }];
  return [
    { term: t('record:now.sealed'), value: formatNumber(view, latest.size) },
    { term: t('record:now.waiting'), value: formatNumber(view, waiting) },
    { term: t('record:now.epoch'), value: formatNumber(view, latest.epoch) },
    { term: t('record:now.signed'), value: <Instant at={new Date(latest.at)} zone={ZONE} year /> },
    {
      term: t('record:now.checked'),
      value: check ? (
        <>
          <Instant at={check.at} zone={ZONE} year />:{' '}
          {check.found === 0
            ? t('record:now.holds', { n: formatNumber(view, check.entries) })
            : t('record:now.broken', { n: formatNumber(view, check.found) })}
        </>
      ) : (
        t('record:now.unchecked')
      ),
    },
  ];
}

function Own({ view, own }: { view: View; own: readonly OwnEntry[] }) {
  const { t } = view;
  return (
    <section class="section" aria-labelledby="own">
      <h2 id="own">{t('record:own.title')}</h2>
      <p class="soft">{t('record:own.explain')}</p>
      <DataTable
        caption={t('record:own.title')}
        rows={own}
        id={(entry) => entry.id}
        columns={[
          { key: 'action', head: t('record:own.what'), main: true, cell: (entry) => entryWords(view, entry) },
          {
            key: 'subject',
            head: t('record:own.about'),
            cell: (entry) => <span class="hash">{entry.subjectId}</span>,
          },
          {
            key: 'at',
            head: t('record:heads.at'),
            cell: (entry) => <Instant at={entry.at} zone={ZONE} year />,
          },
          { key: 'proof', head: t('record:own.proof'), cell: (entry) => <Proof entry={entry} /> },
        ]}
      />
    </section>
  );
}
