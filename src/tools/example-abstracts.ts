/** How an invented study was made; it decides which sentences its abstract may hold. */
export type StudyKind = 'interviews' | 'survey' | 'archive' | 'comparison' | 'theory' | 'field';

/** The heart of an abstract of the example; `example-sentences.ts` makes it whole. */
export interface AbstractCore {
  title: string;
  /** Positions, from 0, in the example's list of topics. */
  topics: readonly number[];
  kind: StudyKind;
  core: string;
}

/** Thirty-six invented studies that name no place, party or event. */
export const ABSTRACT_CORES: readonly AbstractCore[] = [
  {
    title: 'Who speaks second? Turn-taking and recognition in facilitated dialogue',
    topics: [0],
    kind: 'field',
    core: 'In a facilitated dialogue the person who speaks first sets the subject, but the person who speaks second decides whether it becomes a shared one. This paper follows the second turn through many meetings and asks when it repeats, answers or ignores what was said before.',
  },
  {
    title: 'Small rooms, long tables: seating as a design decision',
    topics: [0],
    kind: 'field',
    core: 'Organisers of dialogue spend months on agendas and minutes on seating. We show that the shape of a room changes who interrupts whom, how long silences are borne, and which subjects return after a break.',
  },
  {
    title: 'What do participants remember a year later?',
    topics: [0, 5],
    kind: 'interviews',
    core: 'Evaluations of dialogue usually end when the meeting does. We went back to participants after a year and asked what they remembered without help. Most recalled a single conversation outside the programme; few recalled a conclusion.',
  },
  {
    title: 'Dialogue online and in person: the same words, another memory',
    topics: [0],
    kind: 'survey',
    core: 'Meetings that moved to screens kept their agendas and lost their corridors. Comparing paired meetings on one subject, we find that online participants agree more often during the meeting and act less often after it.',
  },
  {
    title: 'When dialogue should stop: exit rules in long processes',
    topics: [0, 2],
    kind: 'theory',
    core: 'A process that cannot end cannot be refused, and what cannot be refused is not dialogue. The paper argues for exit rules that are agreed at the beginning, and sketches four of them with their costs.',
  },
  {
    title: 'The cost of the first handshake: trust as a sequence of small risks',
    topics: [1],
    kind: 'field',
    core: 'Trust is often described as a state that a community has or lacks. We treat it instead as a sequence of small risks, each taken because the one before did no harm, and describe how such sequences begin, stall and resume.',
  },
  {
    title: 'Neighbours in surveys and neighbours in stairwells',
    topics: [1],
    kind: 'survey',
    core: 'People who tell an interviewer that they distrust a group may still leave a key with a neighbour who belongs to it. This paper measures both and explains why the two numbers hardly move together.',
  },
  {
    title: 'Borrowed tools, returned tools: everyday exchange as evidence of trust',
    topics: [1, 4],
    kind: 'field',
    core: 'Questions about trust invite opinions. We count something plainer: tools, seeds and lifts that are lent and returned across a dividing line. Lending recovers earlier than opinions do, and it recovers first among people who work outdoors.',
  },
  {
    title: 'Apology without an audience',
    topics: [1, 5],
    kind: 'theory',
    core: 'Public apologies are studied because they are public. Private ones are more frequent and leave few traces. The paper distinguishes three kinds of private apology and asks what each can and cannot repair.',
  },
  {
    title: 'Can institutions be trusted on behalf of each other?',
    topics: [1, 3],
    kind: 'survey',
    core: 'Where people do not trust a neighbouring community, they may still trust an office that vouches for it. We test how far such borrowed trust reaches, and find that it carries practical arrangements well and promises about the past hardly at all.',
  },
  {
    title: 'The mediator who knew too little: on useful ignorance',
    topics: [2],
    kind: 'theory',
    core: 'Handbooks ask mediators to know the history of a conflict. This paper defends a bounded ignorance: a mediator who has to ask lets both sides explain what they had long stopped explaining to each other.',
  },
  {
    title: 'Two mediators are not one mediator twice',
    topics: [2],
    kind: 'comparison',
    core: 'Co-mediation is recommended for balance and rarely examined as work. From paired cases we describe how two mediators divide attention, how they disagree in front of the parties, and when a visible disagreement between them helps.',
  },
  {
    title: 'Translating a concession: interpreters as silent third parties',
    topics: [2, 5],
    kind: 'interviews',
    core: 'A concession that is interpreted too well sounds like a surrender, and one that is interpreted too carefully sounds like nothing. Interpreters told us how they handle such moments, and which preparation would have helped them.',
  },
  {
    title: 'Timing of proposals in shuttle mediation',
    topics: [2],
    kind: 'archive',
    core: 'When both sides meet the mediator but not each other, the order of proposals becomes a message. Using records of completed processes, we show that early written proposals shorten talks and narrow what is talked about.',
  },
  {
    title: 'Local mediators and the problem of going home',
    topics: [2, 1],
    kind: 'interviews',
    core: 'Mediators from outside leave when the work is done. Local mediators go home to people who hold them answerable. We describe how this shapes what they propose, what they refuse to carry, and how long they can do the work.',
  },
  {
    title: 'Reading an agreement aloud: comprehension of legal texts by those they bind',
    topics: [3],
    kind: 'survey',
    core: 'Agreements are written by lawyers and lived by everybody else. We read clauses aloud to people whom such clauses would bind and asked what they would now be allowed to do. For every second clause the answers contradicted the text.',
  },
  {
    title: 'Deadlines in agreements: a short history of postponement',
    topics: [3],
    kind: 'archive',
    core: 'Almost every agreement contains dates, and almost every date is moved. We classify postponements by who asked, who was told and what was offered in return, and find that announced delays do little harm while silent ones spread.',
  },
  {
    title: 'Annexes nobody reads',
    topics: [3],
    kind: 'archive',
    core: 'The political text of an agreement fits on a page; its annexes fill a shelf. This paper asks what annexes are for, and argues that they hold the disagreements which the main text was made to hide.',
  },
  {
    title: 'Monitoring by those who are monitored',
    topics: [3, 6],
    kind: 'comparison',
    core: 'Monitoring missions depend on the cooperation of those whom they watch. We compare arrangements in which residents record incidents themselves, and examine when such records are believed by people on the other side.',
  },
  {
    title: 'Compensation in kind: what claimants ask for when money is not enough',
    topics: [3, 4],
    kind: 'interviews',
    core: 'Schemes of compensation offer money because money can be counted. Many claimants asked for something else: a document corrected, a path reopened, a name on a list. We describe these requests and what granting them would take.',
  },
  {
    title: 'Markets before ministries: how trade resumes',
    topics: [4],
    kind: 'field',
    core: 'After a rupture, trade between former partners tends to resume before any rule allows it. Following traders of three ordinary goods, we describe how they find each other, set prices without a court, and teach newcomers whom to believe.',
  },
  {
    title: 'The long repair of an irrigation channel',
    topics: [4, 1],
    kind: 'field',
    core: 'A channel that serves two villages must be repaired by both or by neither. The paper tells the story of one such repair, invented in its details and familiar in its course, to show how technical meetings became the only meetings there were.',
  },
  {
    title: 'Going back, staying away, doing both: households between two homes',
    topics: [4],
    kind: 'survey',
    core: 'Return is counted when a household moves. Many households divide themselves instead: some members go back, some stay away, and the division changes with the seasons. Programmes that count moves therefore miss most of what happens.',
  },
  {
    title: 'Work and waiting: young adults in places without a timetable',
    topics: [4, 6],
    kind: 'interviews',
    core: 'For young adults the years after a conflict are first of all years of waiting: for permits, for wages, for others to decide. We describe waiting as work that takes skill, and ask what it leaves behind once it ends.',
  },
  {
    title: 'Insurance where the risk is political',
    topics: [4, 3],
    kind: 'comparison',
    core: 'Small firms do not invest where a closure may come overnight. The paper compares four ways of sharing this risk, from mutual funds to public guarantees, and asks which of them neighbours on two sides could run together.',
  },
  {
    title: 'One street, three names: place names in everyday speech',
    topics: [5],
    kind: 'field',
    core: 'A street may have one name on the sign, another in the register and a third in speech. We recorded which name people use with whom, and found that the choice follows the listener more than the speaker.',
  },
  {
    title: 'Headlines about the other side: a vocabulary of distance',
    topics: [5],
    kind: 'archive',
    core: 'Newspapers on two sides of a line describe the same day in different verbs. From a large collection of headlines we build a vocabulary of distance and show that it shifts some weeks before official statements do.',
  },
  {
    title: 'Teaching a past that is still disputed',
    topics: [5, 1],
    kind: 'interviews',
    core: 'Teachers are asked to teach the recent past before historians have agreed on it. Those we spoke with had developed quiet routines: two sources for every claim, questions sent home, lessons ended early. The paper describes the routines and what they protect.',
  },
  {
    title: 'Silence as an archive: what families do not tell',
    topics: [5],
    kind: 'interviews',
    core: 'Families pass on what happened to them and also that something is not spoken of. We asked grandchildren about the silences of their homes. They could date them, name their keepers and describe how they were broken.',
  },
  {
    title: 'Correcting a rumour: messengers, wording and time',
    topics: [5, 6],
    kind: 'field',
    core: 'A correction that comes late and from far away feeds what it denies. In a series of invented rumours played through with volunteers, the messenger mattered more than the wording, and the hour mattered more than either.',
  },
  {
    title: 'Early warning without early listening',
    topics: [6],
    kind: 'comparison',
    core: 'Systems of early warning collect more signals every year and are heeded no more often. We compare how warnings travel through offices and find that most of them are lost between the desk that records and the desk that may decide.',
  },
  {
    title: 'Games that prepare for escalation, and games that prepare for restraint',
    topics: [6, 0],
    kind: 'theory',
    core: 'Exercises train officials to react. What they train depends on what the exercise counts as an action, and restraint is seldom among the buttons. The paper proposes rules under which doing nothing is a move with consequences.',
  },
  {
    title: 'Football, fences and Friday evenings: youth clubs and minor violence',
    topics: [6],
    kind: 'survey',
    core: 'Much violence between communities is minor, seasonal and committed by the young. We examine whether clubs that open on particular evenings reduce it, and for how long, and whom they fail to reach.',
  },
  {
    title: 'Hotlines between neighbours: why some numbers are dialled',
    topics: [6, 2],
    kind: 'comparison',
    core: 'A hotline is easy to install and hard to use. Of the lines that we studied about half were never dialled in earnest. Those in use had three things in common, none of them technical: a known voice, a small first matter, and a habit of calling back.',
  },
  {
    title: 'Women at the edge of the table: observers who became negotiators',
    topics: [2, 0],
    kind: 'interviews',
    core: 'Several of the people we interviewed had entered a process as observers without a right to speak. They describe how observing turned into advising and advising into negotiating, and what they had to leave unsaid on the way.',
  },
  {
    title: 'Measuring dialogue without spoiling it',
    topics: [0],
    kind: 'theory',
    core: 'Every measurement tells participants what is wanted from them. The paper lists what has been measured in dialogue so far and asks which of these measures could be published beforehand without changing what they measure.',
  },
];
