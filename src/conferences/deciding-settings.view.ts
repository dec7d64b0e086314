import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { DecidingSettings } from './deciding-settings.entity.js';

export const decidingSchema = Type.Object(
  {
    textRequired: Type.Array(Type.String(), { description: 'Outcomes that need words to the authors' }),
    twoPersons: Type.Boolean({ description: 'A second chair confirms each list' }),
    twoOrganisations: Type.Boolean({ description: 'and is of another organisation' }),
    places: orNull(Type.Integer()),
    confirmBy: orNull(instant),
    reminderDays: Type.Array(Type.Integer()),
    editFields: Type.Array(Type.String()),
    editUntil: orNull(instant),
    version: Type.Integer(),
  },
  { additionalProperties: false, $id: 'DecidingSettings' },
);
export type DecidingView = Static<typeof decidingSchema>;

/** What leaves the system of a conference's way to decide, to organisers. */
export const projectDeciding = (settings: DecidingSettings): DecidingView => ({
  textRequired: settings.textRequired,
  twoPersons: settings.twoPersons,
  twoOrganisations: settings.twoOrganisations,
  places: settings.places,
  confirmBy: settings.confirmBy?.toISOString() ?? null,
  reminderDays: settings.reminderDays,
  editFields: settings.editFields,
  editUntil: settings.editUntil?.toISOString() ?? null,
  version: settings.version,
});
