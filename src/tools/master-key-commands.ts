import type { Writable } from 'node:stream';
import { Audit } from '../audit/audit.service.js';
import { PersonKeys } from '../people/person-keys.js';
import { systemActor } from '../platform/actor.js';
import { Work } from '../platform/work.js';
import { withApp } from './with-app.js';

/* What the commands of `concord master-key` do; loaded by `cli.ts` when one of them is run. */

/** @throws StartFailure while another process runs on this database */
export const rotateMasterKeyCommand = (output: Writable): Promise<void> =>
  withApp(async (app) => {
    const audit = app.get(Audit);
    const { to, keys, kept } = await app.get(PersonKeys).exchangeMaster(app.get(Work), (tx, change) =>
      audit.record(tx, systemActor('command'), {
        conferenceId: null,
        action: 'installation.masterKeyExchanged',
        subject: ['installation', 'master_key'],
        before: { key: change.from },
        after: { key: change.to, people: change.keys },
      }),
    );
    output.write(
      `The keys of ${keys} people are wrapped by the master key ${to} now.\n` +
        `Copy its file to every machine that runs Concord before you start it there. The former key lies in ${kept}:\n` +
        'backups from before need it; keep it with them, elsewhere, and delete it here.\n',
    );
  });
