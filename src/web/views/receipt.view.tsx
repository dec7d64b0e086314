import type { CheckedReceipt } from '../../audit/receipts.js';
import { Button, ErrorSummary, TextArea, errorOf, type FieldErrors } from '../components/forms.js';
import { Callout, Facts, Instant } from '../components/parts.js';
import { page } from '../layout.js';
import { formatNumber, paths, type View } from '../view.js';

const ZONE = 'UTC';

export interface ReceiptPageData {
  values: { receipt: string };
  errors?: FieldErrors;
  /** What came of it; null before anything was pasted, and where it was refused. */
  checked: CheckedReceipt | null;
}

/** GET and POST `/record/receipt`: anybody pastes a receipt and sees what it is worth. */
export function receiptPage(view: View, data: ReceiptPageData): string {
  const { t } = view;
  return page(
    view,
    { title: t('record:receipt.title'), area: 'public', active: 'record', width: 'narrow' },
    <>
      <p class="eyebrow">
        <a href={paths.record}>{t('record:title')}</a>
      </p>
      <h1>{t('record:receipt.title')}</h1>
      {data.checked ? <Checked view={view} checked={data.checked} /> : null}
      <p class={data.checked ? 'section' : 'lead'}>{t('record:receipt.lead')}</p>
      <form method="post" action={paths.recordReceipt} noValidate>
        <ErrorSummary errors={data.errors} />
        <TextArea
          name="receipt"
          label={t('record:receipt.label')}
          hint={t('record:receipt.hint')}
          rows={13}
          value={data.values.receipt}
          spellcheck={false}
          required
          error={errorOf(data.errors, 'receipt')}
        />
        <div class="actions">
          <Button>{t('record:receipt.do')}</Button>
        </div>
      </form>
      <p class="soft section">
        {t('record:receipt.alone')} <a href={paths.recordScript}>verify-record.js</a>
      </p>
    </>,
  );
}

function Checked({ view, checked }: { view: View; checked: CheckedReceipt }) {
  const { t } = view;
  const { receipt, key, sealed } = checked;
  return (
    <div class="section first">
      <Callout tone={sealed ? 'ok' : 'warn'} title={t('record:receipt.holds')}>
        <p>{t(sealed ? 'record:receipt.proves' : 'record:receipt.waits')}</p>
      </Callout>
      <Facts
        items={[
          {
            term: t('submission:receipt.code'),
            value: <span class="code">{receipt.submission}</span>,
          },
          { term: t('record:receipt.version'), value: formatNumber(view, receipt.version) },
          {
            term: t('submission:receipt.at'),
            value: <Instant at={new Date(receipt.arrived)} zone={ZONE} year />,
          },
          { term: t('submission:receipt.words'), value: formatNumber(view, receipt.words) },
          { term: t('submission:receipt.hash'), value: <span class="hash">{receipt.text}</span> },
          {
            term: t('record:receipt.key'),
            value: (
              <>
                <a href={paths.recordKey(key.keyId)} download>
                  <span class="hash">{key.keyId}</span>
                </a>{' '}
                {t(key.retiredAt ? 'record:receipt.retired' : 'record:keys.inUse')}
              </>
            ),
          },
          {
            term: t('record:receipt.entry'),
            value: sealed ? (
              <>
                {t('record:receipt.sealed', {
                  n: formatNumber(view, sealed.index),
                  size: formatNumber(view, sealed.head.size),
                  epoch: formatNumber(view, sealed.head.epoch),
                })}{' '}
                <Instant at={new Date(sealed.head.at)} zone={ZONE} year />.{' '}
                <a href={paths.recordProof(receipt.entry)} download={`proof-${receipt.entry}.json`}>
                  {t('record:receipt.proof')}
                </a>
              </>
            ) : (
              t('record:own.unsealed')
            ),
          },
          ...(sealed
            ? [
                {
                  term: t('record:receipt.root'),
                  value: <span class="hash">{sealed.head.root}</span>,
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
