import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { Command } from 'commander';
import { volumeFiles } from '../proceedings/build-files.js';
import { readingWords } from '../proceedings/reading-words.js';
import type { PageSpans, SnapshotPaper, VolumeSnapshot } from '../proceedings/snapshot.js';
import { typeset } from '../proceedings/typeset.js';
import { archive } from '../proceedings/zip.js';
import { table } from './table.js';

/**
 * `npm run -s bench:proceedings`: what a volume costs, by its abstracts. The book is set in its own process as always; all other
 * formats and their archive are made in another one, whose memory is its own.
 */

interface Measured {
  abstracts: number;
  what: 'book' | 'formats';
  /** Medians. */
  seconds: number;
  peakMb: number;
  /** Of the formats: the process before it began. */
  beforeMb: number | null;
  mb: number;
}

const WORDS =
  'dialogue between neighbouring communities rarely ends where its organisers planned and this paper follows twelve small formats over six years with interviews surveys archives and the accounts of teachers drivers traders and officials who kept meeting when nothing else did'.split(
    ' ',
  );
const NAMES = ['Anahit Nümunə', 'Leyla Example', 'Nino Magaliti', 'Ivan Primerov', 'Işıl Örnekoğlu'];
const NATIVE = ['Անահիտ Օրինակ', undefined, 'ნინო მაგალითი', 'Иван Примеров', undefined];

/** A volume of so many abstracts of 300 words, two or three authors each, the same each time. */
function volumeOf(abstracts: number): VolumeSnapshot {
  let state = 7;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[random(WORDS.length)]).join(' ');
  const papers = Array.from({ length: abstracts }, (_, index): SnapshotPaper => ({
    id: `BEN-${String(index).padStart(5, '0')}`,
    title: words(9),
    abstract: [words(150), words(150)].join('\n\n'),
    language: 'en',
    keywords: [words(1), words(2)],
    doi: `10.5555/bench.${index}`,
    authors: Array.from({ length: 2 + random(2) }, () => {
      const who = random(NAMES.length);
      const native = NATIVE[who];
      return {
        name: `${NAMES[who]} ${random(200)}`,
        ...(native !== undefined && { nativeName: native }),
        affiliation: `Example University ${random(40)}`,
      };
    }),
  }));
  const sections = Array.from({ length: 7 }, (_, index) => ({
    title: `Topic ${index + 1}`,
    papers: papers.filter((_paper, place) => place % 7 === index),
  }));
  return {
    format: 1,
    conference: {
      slug: 'bench',
      name: 'Bench',
      organiser: 'Example Institute',
      contact: 'office@example.org',
    },
    volume: {
      title: 'Abstracts',
      year: 2027,
      publisher: 'Example Institute',
      doi: '10.5555/bench',
      url: 'https://concord.example.org/conferences/bench/proceedings',
    },
    sections,
    frozenAt: '2027-03-01T09:30:00.000Z',
  };
}

const MB = 1024 * 1024;
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

async function book(abstracts: number, rounds: number): Promise<Measured> {
  const snapshot = volumeOf(abstracts);
  const times: number[] = [];
  const peaks: number[] = [];
  let mb = 0;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const { pdf, peakMb } = await typeset(snapshot, { timeoutMs: 600_000 });
    times.push((performance.now() - started) / 1000);
    peaks.push(peakMb);
    mb = pdf.length / MB;
  }
  return { abstracts, what: 'book', seconds: median(times), peakMb: median(peaks), beforeMb: null, mb };
}

/** Every format but the book, each as a file and in the archive, which is hashed as it streams. */
async function formats(abstracts: number): Promise<Measured> {
  const snapshot = volumeOf(abstracts);
  const spans: PageSpans = Object.fromEntries(
    snapshot.sections
      .flatMap(({ papers }) => papers)
      .map(({ id }, page) => [id, { first: page, last: page }]),
  );
  const beforeMb = process.memoryUsage.rss() / MB;
  const started = performance.now();
  const { single, folders } = volumeFiles(snapshot, spans, readingWords(snapshot));
  let bytes = 0;
  const hash = createHash('sha256');
  for await (const chunk of archive([...single, ...folders], new Date(snapshot.frozenAt), 'bench')) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return {
    abstracts,
    what: 'formats',
    seconds: (performance.now() - started) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    beforeMb,
    mb: bytes / MB,
  };
}

function formatsApart(abstracts: number, rounds: number): Measured {
  const results = Array.from({ length: rounds }, () => {
    const { stdout } = spawnSync(process.execPath, [process.argv[1]!, '--formats', String(abstracts)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(stdout) as Measured;
  });
  return {
    ...results[0]!,
    seconds: median(results.map(({ seconds }) => seconds)),
    peakMb: median(results.map(({ peakMb }) => peakMb)),
  };
}

const options = new Command()
  .option('--json', 'print JSON')
  .option('--rounds <n>', 'how often each is measured', Number, 3)
  .option('--formats <n>', 'measures the formats in this process, for the benchmark itself', Number)
  .parse()
  .opts<{ json?: boolean; rounds: number; formats?: number }>();

const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (options.formats) print(JSON.stringify(await formats(options.formats)));
else {
  const rows: Measured[] = [];
  for (const abstracts of [300, 3000]) {
    rows.push(await book(abstracts, abstracts > 1000 ? 1 : options.rounds));
    rows.push(formatsApart(abstracts, options.rounds));
  }
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / MB / 1024),
    node: process.version,
  };
  if (options.json) print(JSON.stringify({ machine, rows }, null, 2));
  else {
    print(
      `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}; medians`,
    );
    print(
      table(
        ['abstracts', 'what', 'seconds', 'peak MB', 'before MB', 'file MB'],
        rows.map(({ abstracts, what, seconds, peakMb, beforeMb, mb }) => [
          String(abstracts),
          what,
          seconds.toFixed(1),
          peakMb.toFixed(0),
          beforeMb === null ? '' : beforeMb.toFixed(0),
          mb.toFixed(1),
        ]),
      ),
    );
  }
}
