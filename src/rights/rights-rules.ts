import type { Fate, Holding } from '../people/personal-data.js';

/** How many things of one kind an erasure treats in one way. */
export interface Effect {
  kind: string;
  fate: Fate;
  count: number;
}

const FATES: readonly Fate[] = ['deleted', 'emptied', 'kept'];

/** What an erasure does, kind by kind: first what goes, last what stays. */
export function effectsOf(holdings: readonly Holding[]): Effect[] {
  const counts = new Map<string, Effect>();
  for (const { kind, fate } of holdings) {
    const key = `${FATES.indexOf(fate)} ${kind}`;
    const effect = counts.get(key) ?? { kind, fate, count: 0 };
    counts.set(key, { ...effect, count: effect.count + 1 });
  }
  return [...counts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, effect]) => effect);
}

/** What joining moves: ways to sign in go with whom they belonged to. */
export const movingOf = (holdings: readonly Holding[]): Effect[] =>
  effectsOf(
    holdings
      .filter(({ kind }) => kind !== 'signIn')
      .map((holding) => ({ ...holding, fate: 'kept' as const })),
  );

/** A role that is held by one person alone: who leaves has to hand it over first. */
export interface SoleRole {
  role: string;
  conference: string | null;
}

/** What a preview showed, as one text to be hashed: a change meanwhile makes it another. Mail and sign-ins come and go, and do not count. */
export function previewText(holdings: readonly Holding[], more: readonly string[] = []): string {
  const lines = holdings
    .filter(({ kind }) => kind !== 'mail' && kind !== 'signIn')
    .map(({ kind, id, fate }) => `${kind} ${id} ${fate}`);
  return [...lines.toSorted(), ...more.toSorted()].join('\n');
}
