import { AOE, nextOctober31 } from '../conferences/deadline.js';
import type { CreateConferenceDto } from '../conferences/conferences.dto.js';

/**
 * The public call of the first conference. The deadline is the 31 October that comes next, anywhere on Earth; venue and days
 * are announced later.
 */
export function peaceInSouthCaucasus(now: Date): CreateConferenceDto {
  // The exclusive end stands at noon UTC of 1 November; the day named in the call is the one before.
  const year = nextOctober31(now).getUTCFullYear();
  return {
    slug: 'peace-in-south-caucasus',
    codePrefix: 'PSC',
    name: 'International Conference on Peace in South Caucasus',
    subtitle: 'How to Achieve Peace between Armenia and Azerbaijan on Nagorno-Karabakh',
    organiserName: 'Caucasus Center for Strategic and International Studies (CCSIS)',
    description:
      'Scholars, practitioners, policymakers, civil society and media meet for dialogue and constructive engagement. Send an abstract of at most 300 words. Accepted papers are published in the conference proceedings.',
    contactAddress: '',
    timeZone: 'Asia/Tbilisi',
    floorLanguage: 'en',
    interpretation: ['hy', 'az', 'ru', 'tr'],
    call: {
      deadlineDay: `${year}-10-31`,
      deadlineZone: AOE,
      wordLimit: 300,
      blindness: 'double',
      reviewsPerSubmission: 3,
      rules: '',
    },
    topics: [
      { title: 'The role of regional and international actors in facilitating peace and security' },
      { title: 'The legal and political implications of the ceasefire agreement and its implementation' },
      { title: 'The humanitarian and socio-economic impact of the war and the post-war recovery' },
      { title: 'The promotion of human rights, democracy and the rule of law' },
      { title: 'Dialogue, trust and reconciliation among the conflicting parties and communities' },
      { title: 'The prevention of future violence and escalation' },
      { title: 'Other relevant issues' },
    ],
    criteria: [
      {
        title: 'Contribution to peace research',
        anchors: ['none', 'slight', 'fair', 'clear', 'major'],
        weight: 1,
      },
      { title: 'Soundness of method', anchors: ['flawed', 'weak', 'fair', 'sound', 'exemplary'], weight: 1 },
      {
        title: 'Fairness to all sides',
        anchors: ['one-sided', 'leaning', 'fair', 'careful', 'exemplary'],
        weight: 1,
      },
    ],
  };
}
