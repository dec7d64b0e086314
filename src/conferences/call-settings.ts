import type { FieldProblem } from '../platform/refusal.js';
import type { Call } from './call.entity.js';
import type { Conference } from './conference.entity.js';
import { changeWindow, startOfDay } from './conference-rules.js';
import type { ChangeCallDto, NewCallDto } from './conferences.dto.js';
import { AOE, dayBefore, endOfDay } from './deadline.js';

/** What a call's settings write. */
export type CallRow = Omit<Call, 'id' | 'conferenceId' | 'version' | 'createdAt'>;

/** The call of a new conference, and the fields that a rule refuses. */
export function newCall(
  input: NewCallDto,
  conferenceZone: string,
  now: Date,
): { row: CallRow; problems: FieldProblem[] } {
  const zone = input.deadlineZone ?? AOE;
  const opensAt = (input.opensOn && startOfDay(input.opensOn, conferenceZone)) || now;
  const closesAt = endOfDay(input.deadlineDay, zone)!;
  return {
    row: {
      opensAt,
      closesAt,
      zone,
      graceMinutes: input.graceMinutes ?? 0,
      wordLimit: input.wordLimit ?? 300,
      blindness: input.blindness ?? 'double',
      authorsOpen: input.authorsOpen ?? 'never',
      reviewersOpen: input.reviewersOpen ?? 'never',
      panelOpen: input.panelOpen ?? 'never',
      paper: input.paper ?? 'none',
      paperLimitMb: input.paperLimitMb ?? 10,
      languages: [],
      rules: input.rules ?? '',
      reviewsPerSubmission: input.reviewsPerSubmission ?? 3,
      reviewsDueAt: (input.reviewsDueDay && endOfDay(input.reviewsDueDay, zone)) || null,
      decisionsOn: input.decisionsOn ?? null,
      reviewingSince: null,
    },
    problems:
      closesAt > opensAt
        ? []
        : [{ field: 'call.deadlineDay', code: 'beforeOpening', value: input.deadlineDay }],
  };
}

/** A call after a change, and the fields that a rule refuses. */
export function changeCall(
  call: Call,
  input: ChangeCallDto,
  conferenceZone: string,
  now: Date,
): { row: Omit<CallRow, 'reviewingSince'>; problems: FieldProblem[] } {
  const { window, problems } = changeWindow(
    call,
    dayBefore(call.closesAt, call.zone),
    input,
    conferenceZone,
    now,
  );
  const { opensAt, closesAt, zone, graceMinutes } = window;
  let { reviewsDueAt } = call;
  if (input.reviewsDueDay !== undefined)
    reviewsDueAt = input.reviewsDueDay === null ? null : endOfDay(input.reviewsDueDay, zone)!;
  return {
    row: {
      opensAt,
      closesAt,
      zone,
      graceMinutes,
      wordLimit: input.wordLimit ?? call.wordLimit,
      blindness: input.blindness ?? call.blindness,
      authorsOpen: input.authorsOpen ?? call.authorsOpen,
      reviewersOpen: input.reviewersOpen ?? call.reviewersOpen,
      panelOpen: input.panelOpen ?? call.panelOpen,
      paper: input.paper ?? call.paper,
      paperLimitMb: input.paperLimitMb ?? call.paperLimitMb,
      languages: call.languages,
      rules: input.rules ?? call.rules,
      reviewsPerSubmission: input.reviewsPerSubmission ?? call.reviewsPerSubmission,
      reviewsDueAt,
      decisionsOn: input.decisionsOn === undefined ? call.decisionsOn : input.decisionsOn,
    },
    problems,
  };
}

/** Whether a change touches what holds once reviewing has started: who may still hand in, and who sees whom. */
export function touchesReviewed(call: Call, row: Omit<CallRow, 'reviewingSince'>): boolean {
  return (
    row.opensAt.getTime() !== call.opensAt.getTime() ||
    row.closesAt.getTime() !== call.closesAt.getTime() ||
    row.graceMinutes !== call.graceMinutes ||
    row.blindness !== call.blindness
  );
}

/** What the record keeps of a conference: states, instants and numbers. */
export const facts = (conference: Conference, call: Call): object => ({
  version: conference.version,
  startsOn: conference.startsOn,
  endsOn: conference.endsOn,
  lettersOpen: conference.lettersOpen,
  registrationOpen: conference.registrationOpen,
  opensAt: call.opensAt,
  closesAt: call.closesAt,
  zone: call.zone,
  graceMinutes: call.graceMinutes,
  wordLimit: call.wordLimit,
  blindness: call.blindness,
  authorsOpen: call.authorsOpen,
  reviewersOpen: call.reviewersOpen,
  panelOpen: call.panelOpen,
  paper: call.paper,
  paperLimitMb: call.paperLimitMb,
  reviewsPerSubmission: call.reviewsPerSubmission,
  reviewsDueAt: call.reviewsDueAt,
  decisionsOn: call.decisionsOn,
});
