import { scaleBand, scaleLinear } from 'd3-scale';
import type { ComponentChildren, JSX } from 'preact';
import { formatNumber, formatShare } from '../view.js';
import { useView } from './context.js';

/**
 * Charts are SVG without a viewBox: widths are percentages, heights are pixels, so that they fill their card
 * and their labels keep the size of text. Each carries its statement as its name and its numbers as a table.
 */
export interface ChartProps {
  title: string;
  /** The statement of the chart in one sentence: "802 in all, half of them in the last 36 hours". */
  text: string;
}

/** The card of a chart: its statement above it, its numbers as a table below. */
export function Figure(
  props: ChartProps & { children: ComponentChildren; rows: readonly (readonly [string, string])[] },
): JSX.Element {
  const { t } = useView();
  return (
    <figure class="card chart">
      <figcaption>
        <h2>{props.title}</h2>
        <p class="soft">{props.text}</p>
      </figcaption>
      {props.children}
      <details>
        <summary>{t('common:chart.numbers')}</summary>
        <div class="chart-numbers" tabIndex={0} role="region" aria-label={props.title}>
          <table>
            <caption class="out-of-sight">{props.title}</caption>
            <thead>
              <tr>
                <th scope="col">{t('common:chart.what')}</th>
                <th scope="col" class="number">
                  {t('common:chart.number')}
                </th>
              </tr>
            </thead>
            <tbody>
              {props.rows.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

export interface Bar {
  /** Name of the bar in the table, e.g. the day. */
  label: string;
  value: number;
}

const HEIGHT = 150;
const FLOOR = 124;

/** A number from 0 to 100 as a length in SVG. */
export function percent(n: number): string {
  return `${Math.round(n * 100) / 100}%`;
}

function BarShapes({ bars, gap, top }: { bars: readonly Bar[]; gap: number; top: number }): JSX.Element {
  const x = scaleBand<number>()
    .domain(bars.map((_, i) => i))
    .range([0, 100])
    .paddingInner(gap)
    .paddingOuter(gap / 2);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...bars.map((bar) => bar.value))])
    .range([0, FLOOR - top]);
  return (
    <>
      {bars.map((bar, i) => (
        <rect
          key={i}
          class="bar"
          x={percent(x(i)!)}
          width={percent(x.bandwidth())}
          y={FLOOR - y(bar.value)}
          height={y(bar.value)}
          rx="1"
        >
          <title>{`${bar.label}: ${bar.value}`}</title>
        </rect>
      ))}
      <line class="axis" x1="0" x2="100%" y1={FLOOR} y2={FLOOR} />
    </>
  );
}

/** A count over time, one bar a step; the first, the highest and the last are labelled. */
export function Bars(props: ChartProps & { bars: readonly Bar[] }): JSX.Element {
  const view = useView();
  const highest = props.bars.reduce((best, bar, i) => (bar.value > props.bars[best]!.value ? i : best), 0);
  const peak = props.bars[highest];
  const peakX = ((highest + 0.5) / Math.max(1, props.bars.length)) * 100;
  return (
    <Figure {...props} rows={props.bars.map((bar) => [bar.label, formatNumber(view, bar.value)])}>
      <svg class="plot" role="img" aria-label={`${props.title}. ${props.text}`} width="100%" height={HEIGHT}>
        <BarShapes bars={props.bars} gap={0.34} top={22} />
        {peak && peak.value > 0 ? (
          <text x={percent(peakX)} y="14" text-anchor={peakX > 90 ? 'end' : peakX < 10 ? 'start' : 'middle'}>
            {formatNumber(view, peak.value)}
          </text>
        ) : null}
        <text x="0" y={HEIGHT - 6}>
          {props.bars[0]?.label}
        </text>
        {props.bars.length > 1 ? (
          <text x="100%" y={HEIGHT - 6} text-anchor="end">
            {props.bars.at(-1)!.label}
          </text>
        ) : null}
      </svg>
    </Figure>
  );
}

export interface Part {
  label: string;
  value: number;
  tone: 'first' | 'second' | 'rest';
}

/** A whole and its parts: one bar, and each part's share in words with the shape it has in the bar. */
export function StackedBar(props: ChartProps & { parts: readonly Part[] }): JSX.Element {
  const view = useView();
  const total = props.parts.reduce((sum, part) => sum + part.value, 0);
  const share = (value: number): number => (total === 0 ? 0 : value / total);
  let from = 0;
  return (
    <Figure {...props} rows={props.parts.map((part) => [part.label, formatNumber(view, part.value)])}>
      <svg class="stack" role="img" aria-label={`${props.title}. ${props.text}`} width="100%" height="22">
        <rect class="part rest" width="100%" height="22" rx="4" />
        {props.parts.map((part) => {
          const x = from;
          from += share(part.value);
          return part.tone === 'rest' || part.value === 0 ? null : (
            <rect
              key={part.label}
              class={`part ${part.tone}`}
              x={percent(x * 100)}
              width={percent(share(part.value) * 100)}
              height="22"
            />
          );
        })}
      </svg>
      <ul class="parts">
        {props.parts.map((part) => (
          <li key={part.label}>
            <svg width="12" height="12" aria-hidden="true">
              <rect class={`part ${part.tone}`} width="12" height="12" rx="3" />
            </svg>
            {part.label} <b class="num">{formatShare(view, share(part.value))}</b>
          </li>
        ))}
      </ul>
    </Figure>
  );
}

/** How often each value occurs, with one value marked by a line (`mark.at` on the scale of `domain`). */
export function Histogram(
  props: ChartProps & {
    bars: readonly Bar[];
    domain: readonly [number, number];
    mark?: { at: number; label: string };
  },
): JSX.Element {
  const view = useView();
  const x = scaleLinear().domain(props.domain).range([0, 100]).clamp(true);
  const at = props.mark ? x(props.mark.at) : 0;
  return (
    <Figure {...props} rows={props.bars.map((bar) => [bar.label, formatNumber(view, bar.value)])}>
      <svg class="plot" role="img" aria-label={`${props.title}. ${props.text}`} width="100%" height={HEIGHT}>
        <BarShapes bars={props.bars} gap={0.16} top={26} />
        {props.mark ? (
          <>
            <line class="mark-halo" x1={percent(at)} x2={percent(at)} y1="20" y2={FLOOR} />
            <line class="mark" x1={percent(at)} x2={percent(at)} y1="20" y2={FLOOR} />
            <text x={percent(at)} y="14" text-anchor={at > 75 ? 'end' : at < 25 ? 'start' : 'middle'}>
              {props.mark.label}
            </text>
          </>
        ) : null}
        <text x="0" y={HEIGHT - 6}>
          {formatNumber(view, props.domain[0])}
        </text>
        <text x="100%" y={HEIGHT - 6} text-anchor="end">
          {formatNumber(view, props.domain[1])}
        </text>
      </svg>
    </Figure>
  );
}
