/**
 * From this standard deviation of the overall scores on, a panel counts as disagreeing: reviewers are two steps of the
 * scale apart.
 */
export const DISAGREE_FROM = 1;

/**
 * SQL: what the panels of a conference (`$1`) say, one row a submission with anybody assigned: `submission_id`, `total`
 * assigned, `handed_in`, `begun`, and of the overall scores handed in `mean` and `spread` (null with fewer than two).
 * Materialized: where the database does not know yet how many rows there are, it would count them anew for each submission.
 */
export const PANELS = `(
  with panels as materialized (
  select a.submission_id, count(*)::int as total,
    (count(*) filter (where v.status = 'handed_in'))::int as handed_in,
    (count(*) filter (where v.status = 'draft'))::int as begun,
    (avg(v.overall) filter (where v.status = 'handed_in'))::float8 as mean,
    case when count(*) filter (where v.status = 'handed_in') >= 2
      then (stddev_pop(v.overall) filter (where v.status = 'handed_in'))::float8 end as spread
  from assignment a join submission x on x.id = a.submission_id left join review v on v.assignment_id = a.id
  where x.conference_id = $1 and a.status = 'assigned' group by a.submission_id)
  select * from panels)`;

/** Whether a panel's scores lie so far apart that somebody should look. */
export const disagrees = (spread: number | null): boolean => spread !== null && spread >= DISAGREE_FROM;
