import { DateTime } from 'luxon';
import { dayBefore } from '../conferences/deadline.js';
import type { ReviewingSettings } from './reviewing-settings.entity.js';

/** What holds for a call that has set nothing. */
export const REVIEWING_DEFAULTS: Omit<ReviewingSettings, 'callId'> = {
  overallWords: [],
  confidenceWords: [],
  lateDays: 0,
  reminderDays: [],
  remindersSince: null,
  discussion: false,
  responseWordLimit: 300,
  responseScores: false,
  responseOpenedAt: null,
  responseClosesAt: null,
  version: 0,
};

/** Most steps of a schedule of reminders, and how far they may lie from the due day. */
export const MOST_REMINDERS = 10;
export const FURTHEST_REMINDER = 60;

/** Reminders go out in the morning, at this hour where the conference is. */
const HOUR = 9;

/** A schedule as it is kept: each day once, the earliest first. */
export const scheduleOf = (days: readonly number[]): number[] => [...new Set(days)].toSorted((a, b) => a - b);

/** When reviews are no longer taken, late ones included; null: without end. */
export function reviewsEnd(dueAt: Date | null, lateDays: number): Date | null {
  return dueAt && new Date(dueAt.getTime() + lateDays * 86_400_000);
}

/** Whether a review that was handed in then was late. */
export const isLate = (dueAt: Date | null, handedInAt: Date | null): boolean =>
  dueAt !== null && handedInAt !== null && handedInAt >= dueAt;

/** Two zones, of the tz database: in which reviews are due, and where the conference is. */
export interface Zones {
  due: string;
  conference: string;
}

/** The instant of a step: so many days from the last day for reviews, at nine in the conference's zone. */
export function reminderAt(dueAt: Date, step: number, zones: Zones): Date {
  const [year, month, day] = dayBefore(dueAt, zones.due).split('-').map(Number);
  return DateTime.fromObject({ year, month, day, hour: HOUR }, { zone: zones.conference })
    .plus({ days: step })
    .toJSDate();
}

/**
 * The step of a schedule that is due now: the last whose time has come. None where that time was before `since` (the schedule was
 * another then, or nothing was assigned yet), so that nobody is reminded of what has just been given to them.
 */
export function dueStep(
  schedule: readonly number[],
  dueAt: Date,
  zones: Zones,
  since: Date,
  now: Date,
): number | null {
  const step = scheduleOf(schedule).findLast((days) => reminderAt(dueAt, days, zones) <= now);
  return step === undefined || reminderAt(dueAt, step, zones) < since ? null : step;
}

/** The letter of a place in a discussion: A, B, … Z, AA, AB, … */
export function letterOf(place: number): string {
  const rest = place - 1;
  const last = String.fromCharCode(65 + (rest % 26));
  return rest < 26 ? last : letterOf(Math.floor(rest / 26)) + last;
}

/**
 * Places for reviewers who have none yet, after those that are taken, in the order of a lot.
 * @param draw a whole number from 0 up to and without its argument, each as likely.
 */
export function seated(
  reviewers: readonly string[],
  taken: number,
  draw: (below: number) => number,
): { reviewerId: string; place: number }[] {
  const order = reviewers.toSorted();
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = draw(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order.map((reviewerId, index) => ({ reviewerId, place: taken + index + 1 }));
}

/** Reviewers count as apart from this many steps of a scale. */
export const APART = 2;

/** A scale on which a panel is apart. */
export interface Disagreement {
  /** `overall`, or the id of a criterion. */
  on: string;
  lowest: number;
  highest: number;
}

/** Where the reviews of a panel lie {@link APART} or more: overall first, then the criteria in their order. */
export function disagreements(
  reviews: readonly { overall: number | null; scores: Readonly<Record<string, number>> }[],
  criteria: readonly { id: string }[],
): Disagreement[] {
  const on = (name: string, values: readonly (number | null | undefined)[]): Disagreement[] => {
    const given = values.filter((value) => value !== null && value !== undefined);
    const lowest = Math.min(...given);
    const highest = Math.max(...given);
    return given.length > 0 && highest - lowest >= APART ? [{ on: name, lowest, highest }] : [];
  };
  return [
    ...on(
      'overall',
      reviews.map((review) => review.overall),
    ),
    ...criteria.flatMap(({ id }) =>
      on(
        id,
        reviews.map(({ scores }) => scores[id]),
      ),
    ),
  ];
}

/** Whether a discussion begins by itself: as many reviews as are wanted are in, at least two, and none is outstanding. */
export const opensByItself = (assigned: number, handedIn: number, wanted: number): boolean =>
  handedIn === assigned && handedIn >= Math.max(2, wanted);
