import { Button, Choices, ErrorSummary, HiddenKey, Select, TextField } from '../components/forms.js';
import { Callout, Facts } from '../components/parts.js';
import { page } from '../layout.js';
import { formatNumber, type View } from '../view.js';
import {
  bound,
  countOf,
  Head,
  organisePaths,
  Part,
  slugOf,
  type FormState,
  type OrganiseData,
} from './organise-parts.js';
import { LastRun, Run, type RunDetail } from './organise-run.view.js';

const OBJECTIVES = ['worst pair', 'total', 'by chance'] as const;

export interface AssignmentData extends OrganiseData, FormState {
  /** What the next proposal would be about. */
  now: { submissions: number; reviewers: number; assigned: number; room: number; needed: number };
  perSubmission: number;
  run: RunDetail | null;
  may: { assign: boolean };
}

/** GET `/conferences/:slug/organise/assignment`; the form posts there: `perSubmission`. */
export function assignmentPage(view: View, data: AssignmentData): string {
  const { t } = view;
  const slug = slugOf(view);
  const n = (value: number): string => formatNumber(view, value);
  const { now, run } = data;
  const proposed = run?.status === 'proposed';
  const short = now.needed - now.room;
  const title =
    run?.status === 'computing'
      ? t('assignment:computingTitle')
      : proposed
        ? countOf(view, 'organise:assignment.proposed', run.pairs)
        : now.needed > 0
          ? countOf(view, 'organise:assignment.open', now.needed)
          : now.submissions === 0
            ? t('organise:assignment.nothing')
            : t('organise:assignment.full');
  return page(
    view,
    { title: t('common:organise.assignment'), area: 'organiser', active: 'assignment' },
    <>
      <Head title={title} text={t('organise:assignment.explain')} />
      <ErrorSummary errors={data.errors} />
      {run ? (
        <Run
          run={run}
          zone={data.zone}
          slug={slug}
          mayAssign={data.may.assign}
          idempotencyKey={data.idempotencyKey}
        />
      ) : null}
      <Part title={t(proposed ? 'organise:assignment.again' : 'organise:assignment.propose')}>
        <Facts
          items={[
            { term: t('organise:assignment.submissions'), value: n(now.submissions) },
            {
              term: t('organise:assignment.reviewers'),
              value: t('organise:assignment.reviewersRoom', { n: n(now.reviewers), room: n(now.room) }),
            },
            { term: t('organise:assignment.assigned'), value: n(now.assigned) },
            { term: t('organise:assignment.needed'), value: n(now.needed) },
          ]}
        />
        {short > 0 ? (
          <div class="org-gap">
            <Callout tone="warn">
              <p>{countOf(view, 'organise:assignment.short', short)}</p>
              <p>
                <a href={organisePaths.reviewers(slug)}>{t('organise:assignment.invite')}</a>
              </p>
            </Callout>
          </div>
        ) : null}
        {data.may.assign ? (
          <form class="org-form" method="post" action={organisePaths.assignment(slug)}>
            <HiddenKey value={`${data.idempotencyKey}.propose`} />
            <TextField
              {...bound(data, 'perSubmission', data.perSubmission)}
              label={t('organise:assignment.per')}
              hint={t('organise:assignment.perHint')}
              type="number"
              min={1}
              max={20}
              short
            />
            <Choices
              {...bound(data, 'objective', 'worst pair')}
              label={t('assignment:objective')}
              type="radio"
              look="list"
              options={OBJECTIVES.map((value) => ({
                value,
                label: t(`assignment:objectives.${value}`),
                hint: t(`assignment:objectiveHints.${value}`),
              }))}
            />
            <Select
              {...bound(data, 'likelyAtMost', '50')}
              label={t('assignment:likelyAtMost')}
              options={['25', '50', '75'].map((value) => ({
                value,
                label: t('assignment:likely', { n: value }),
              }))}
            />
            <TextField
              {...bound(data, 'maxLoad')}
              label={t('assignment:maxLoad')}
              hint={t('assignment:maxLoadHint')}
              type="number"
              min={1}
              max={200}
              optional
              short
            />
            <p>
              <a href={organisePaths.assignmentSettings(slug)}>{t('assignment:settingsLink')}</a>
            </p>
            <div class="actions">
              <Button look={proposed ? 'second' : 'main'}>
                {t(proposed ? 'organise:assignment.proposeAgain' : 'organise:assignment.proposeNow')}
              </Button>
              <span class="soft">{t('organise:assignment.proposeText')}</span>
            </div>
          </form>
        ) : null}
      </Part>
      {run ? <LastRun run={run} zone={data.zone} /> : null}
    </>,
  );
}
