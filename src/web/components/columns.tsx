import { scaleBand, scaleLinear } from 'd3-scale';
import type { JSX } from 'preact';
import { formatNumber } from '../view.js';
import { Figure, percent, type ChartProps, type Part } from './charts.js';
import { useView } from './context.js';

export interface Column {
  /** Name of the step, e.g. the day. */
  label: string;
  /** One number for each of the parts. */
  values: readonly number[];
}

const HEIGHT = 150;
const FLOOR = 124;
const TOP = 22;

/** What became of things over time: a column a step, in parts that lie on each other; the first and the last are labelled. */
export function Columns(
  props: ChartProps & { columns: readonly Column[]; parts: readonly Omit<Part, 'value'>[] },
): JSX.Element {
  const view = useView();
  const totals = props.columns.map((column) => column.values.reduce((sum, value) => sum + value, 0));
  const x = scaleBand<number>()
    .domain(props.columns.map((_, i) => i))
    .range([0, 100])
    .paddingInner(0.34)
    .paddingOuter(0.17);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...totals)])
    .range([0, FLOOR - TOP]);
  const highest = totals.indexOf(Math.max(...totals));
  const peakX = ((highest + 0.5) / Math.max(1, totals.length)) * 100;
  const words = (column: Column): string =>
    props.parts
      .flatMap((part, i) =>
        column.values[i] ? [`${formatNumber(view, column.values[i])} ${part.label}`] : [],
      )
      .join(', ') || formatNumber(view, 0);
  return (
    <Figure {...props} rows={props.columns.map((column) => [column.label, words(column)])}>
      <svg class="plot" role="img" aria-label={`${props.title}. ${props.text}`} width="100%" height={HEIGHT}>
        {props.columns.map((column, i) => {
          let below = 0;
          return column.values.map((value, part) => {
            const from = below;
            below += value;
            return value === 0 ? null : (
              <rect
                key={`${i} ${part}`}
                class={`part ${props.parts[part]!.tone}`}
                x={percent(x(i)!)}
                width={percent(x.bandwidth())}
                y={FLOOR - y(from + value)}
                height={Math.max(1, y(value))}
              >
                <title>{`${column.label}: ${words(column)}`}</title>
              </rect>
            );
          });
        })}
        <line class="axis" x1="0" x2="100%" y1={FLOOR} y2={FLOOR} />
        {totals[highest] ? (
          <text x={percent(peakX)} y="14" text-anchor={peakX > 90 ? 'end' : peakX < 10 ? 'start' : 'middle'}>
            {formatNumber(view, totals[highest])}
          </text>
        ) : null}
        <text x="0" y={HEIGHT - 6}>
          {props.columns[0]?.label}
        </text>
        {props.columns.length > 1 ? (
          <text x="100%" y={HEIGHT - 6} text-anchor="end">
            {props.columns.at(-1)!.label}
          </text>
        ) : null}
      </svg>
      <ul class="parts">
        {props.parts.map((part) => (
          <li key={part.label}>
            <svg width="12" height="12" aria-hidden="true">
              <rect class={`part ${part.tone}`} width="12" height="12" rx="3" />
            </svg>
            {part.label}
          </li>
        ))}
      </ul>
    </Figure>
  );
}
