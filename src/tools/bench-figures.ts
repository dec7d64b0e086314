/** What one round of a benchmark gave. */
export interface Figures {
  count: number;
  /** Per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Rate and percentiles of durations in milliseconds. */
export function figuresOf(durations: readonly number[], seconds: number): Figures {
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    rate: rounded(sorted.length / seconds),
    p50: rounded(percentile(sorted, 0.5)),
    p99: rounded(percentile(sorted, 0.99)),
  };
}

/** By the nearest rank; 0 of nothing. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export const median = (numbers: readonly number[]): number =>
  percentile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  );

export const rounded = (number: number): number => Math.round(number * 10) / 10;
