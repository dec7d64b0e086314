import { Command, InvalidArgumentError, Option } from 'commander';
import { normaliseEmail } from './people/email.js';
import { ROLES, type Role } from './platform/actor.js';
import { EXPORTS, FORMATS } from './web/organise/export-names.js';
import type { RestoreOptions } from './tools/backup/commands.js';
import type { ExportOptions } from './tools/export.js';
import type { RehearseOptions } from './tools/rehearse.js';
import type { TokenOptions } from './tools/token.js';

/*
 * The command line: each command opens the installation that the environment names (the running database of the same
 * VAR_DIR, or one started for the length of the command) and does one thing. Results go to standard output, all else to
 * standard error. The commands are loaded when one is run, so that help comes at once.
 */

const MOST_DAYS = 365;
const LINK_MINUTES = 10;

const commands = () => import('./tools/commands.js');
const databaseCommands = () => import('./tools/database-commands.js');
const recordCommands = () => import('./tools/record-commands.js');
const backupCommands = () => import('./tools/backup/commands.js');
const output = process.stdout;

function email(text: string): string {
  if (normaliseEmail(text) === undefined) throw new InvalidArgumentError('That is no e-mail address.');
  return text;
}

const whole =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };

const must = (option: Option): Option => option.makeOptionMandatory();
const failUnless = (holds: boolean): void => {
  if (!holds) process.exitCode = 1;
};

const program = new Command('concord')
  .description('Concord on the command line. Settings come from the environment; see .env.example.')
  .showHelpAfterError('(--help tells more)');

program
  .command('migrate')
  .description("bring the database to this version's schema; starting does the same")
  .action(async () => (await databaseCommands()).migrateCommand(output));

program
  .command('seed')
  .description('add the operator and the first call, once')
  .action(async () => (await commands()).seedCommand(output));

program
  .command('role')
  .description('roles of people')
  .command('grant')
  .description('give a person a role; in a conference, or for the installation (operator)')
  .requiredOption('--email <address>', 'whose', email)
  .addOption(must(new Option('--role <role>', 'which').choices(ROLES)))
  .option('--conference <slug>', 'where; every role but operator needs it')
  .option('--name <name>', 'used where nobody is known by the address yet', '')
  .action(
    async (options: { email: string; role: Role; conference?: string; name: string }, command: Command) => {
      if (options.role === 'operator' && options.conference !== undefined)
        command.error('error: the operator is one for the installation: leave --conference out');
      if (options.role !== 'operator' && options.conference === undefined)
        command.error(`error: the role ${options.role} needs --conference`);
      await (await commands()).grantCommand(options, output);
    },
  );

program
  .command('sign-in-link')
  .description(
    `print a link that signs a person in, once, within ${LINK_MINUTES} minutes, without their passkey too; nothing is mailed`,
  )
  .requiredOption('--email <address>', 'whom', email)
  .option('--next <path>', 'page to open then', '/me')
  .action(async (options: { email: string; next: string }) =>
    (await commands()).linkCommand({ ...options, minutes: LINK_MINUTES }, output),
  );

program
  .command('sign-out')
  .description('end every login session of a person, or of everybody, as after a theft')
  .addOption(new Option('--email <address>', 'whose').argParser(email).conflicts('everybody'))
  .option('--everybody', 'all sessions there are')
  .action(async (options: { email?: string; everybody?: true }, command: Command) => {
    if (options.email === undefined && !options.everybody)
      command.error('error: say whom: --email or --everybody');
    await (await commands()).signOutCommand(options.email ?? null, output);
  });

program
  .command('person')
  .description('people, and what is kept about them')
  .command('erase')
  .description('erase a person who asked for it, as by mail; without --yes it only says what would happen')
  .requiredOption('--email <address>', 'whom', email)
  .requiredOption('--reason <text>', 'how they asked; kept in the record, so without a name')
  .option('--yes', 'do it; it cannot be undone')
  .action(async (options: { email: string; reason: string; yes?: true }) =>
    (await commands()).eraseCommand(options, output),
  );

program
  .command('token')
  .description('personal access tokens for the API')
  .command('create')
  .description('print a new token that carries one role which the person has')
  .requiredOption('--email <address>', 'whose', email)
  .addOption(must(new Option('--role <role>', 'which').choices(['author', 'reviewer', ...ROLES])))
  .option('--conference <slug>', 'where; every role but operator, author and reviewer needs it')
  .option(
    '--rehearsal',
    'lift the rate limits and let the token act for people at reserved domains; operator only',
  )
  .option('--days <number>', 'how long it works', whole(1, MOST_DAYS))
  .action(async (options: TokenOptions, command: Command) => {
    if (options.rehearsal && options.role !== 'operator')
      command.error('error: --rehearsal goes with --role operator only');
    await (await commands()).tokenCommand(options, output);
  });

program
  .command('export')
  .description('write what organisers may see, as CSV (cells guarded against formulas) or JSON')
  .requiredOption('--conference <slug>', 'of which conference')
  .addOption(must(new Option('--what <what>', 'what').choices(EXPORTS)))
  .addOption(new Option('--format <format>', 'how').choices(FORMATS).default('csv'))
  .option('--out <file>', 'where to; standard output unless given')
  .action(async (options: ExportOptions) => (await commands()).exportCommand(options, output));

program
  .command('rehearse')
  .description(
    'play a whole conference over HTTP, from the first abstract to the proceedings, and check what comes of it; on an ' +
      'instance of its own unless --url names a running one',
  )
  .addOption(
    new Option('--from <file>', 'real programme to play: tab separated, unquoted, NA for missing').conflicts(
      'size',
    ),
  )
  .addOption(
    new Option('--size <number>', 'how many abstracts to invent').argParser(whole(3, 5000)).default(100),
  )
  .addOption(
    new Option('--seed <number>', 'chooses scores and, without --from, the population')
      .argParser(whole(0, 2 ** 31 - 1))
      .default(1),
  )
  .addOption(new Option('--connections <number>', 'requests at once').argParser(whole(1, 64)).default(8))
  .option(
    '--url <address>',
    'a running instance; its settings must be in the environment (VAR_DIR or DATABASE_URL)',
  )
  .option('--mailbox <folder>', 'with --url: the folder "mailbox" in the VAR_DIR of that instance')
  .option('--json', 'print JSON lines and nothing else')
  .action(async (options: RehearseOptions) =>
    failUnless(await (await import('./tools/rehearse.js')).rehearse(options, output, process.stderr)),
  );

program
  .command('check-invariants')
  .description('check what must hold in the database and the file storage at any time')
  .option('--json', 'print JSON lines and nothing else')
  .action(async (options: { json?: true }) =>
    failUnless(await (await databaseCommands()).invariantsCommand(options, output)),
  );

program
  .command('backup')
  .description(
    'write database and files into one archive, beside a running system; the signing key and the master key are not in it',
  )
  .requiredOption('--out <file>', 'where to; must not exist')
  .action(async (options: { out: string }) => (await backupCommands()).backupCommand(options, output));

program
  .command('restore')
  .description(
    'put an archive into an empty database and folder; all mail waits then until a person lets it go, and the record begins a new epoch',
  )
  .requiredOption('--from <file>', 'the archive')
  .option('--head <file>', 'the last published head ("audit head"), where it is newer than the archive')
  .option('--new-signing-key', 'go on with another signing key, where the old one is lost')
  .option('--check', 'only read the archive and say whether it could be put back with these keys')
  .action(async (options: RestoreOptions) => (await backupCommands()).restoreCommand(options, output));

const audit = program
  .command('audit')
  .description('the sealed record: check it, keep its head, change its key');

audit
  .command('verify')
  .description('read the whole record and check every entry, its place, every head and signature')
  .option(
    '--head <file>',
    'a head from "audit head" that was kept elsewhere; finds also what insiders could do',
  )
  .option('--json', 'print JSON and nothing else')
  .action(async (options: { head?: string; json?: true }) =>
    failUnless(await (await recordCommands()).verifyCommand(options, output)),
  );

audit
  .command('head')
  .description('print the newest signed head with its public key, to be kept outside this installation')
  .option('--out <file>', 'where to; standard output unless given')
  .action(async (options: { out?: string }) => (await recordCommands()).headCommand(options, output));

audit
  .command('rotate-key')
  .description(
    'sign with a new key from now on (or with the one that was put into its file); old public keys stay',
  )
  .action(async () => (await recordCommands()).rotateKeyCommand(output));

program
  .command('master-key')
  .description('the key that wraps the key of every person')
  .command('rotate')
  .description(
    "exchange the master key: wraps every person's key anew, all or nothing; stop all web and worker processes first",
  )
  .action(async () => (await import('./tools/master-key-commands.js')).rotateMasterKeyCommand(output));

audit
  .command('new-epoch')
  .description('begin the log anew after a restore from a backup; it names the last published head')
  .requiredOption('--reason <text>', 'why; published with it')
  .option('--head <file>', 'the last published head, where this installation has lost it')
  .action(async (options: { reason: string; head?: string }) =>
    (await recordCommands()).newEpochCommand(options, output),
  );

try {
  await program.parseAsync();
} catch (error) {
  const { complaintOf } = await import('./tools/command.js');
  process.stderr.write(`${complaintOf(error)}\n`);
  process.exitCode = 1;
}
