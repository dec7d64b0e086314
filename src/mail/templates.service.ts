import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { translator } from '../platform/i18n.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { isMailLocale, MAIL_LOCALES, type MailLocale } from './catalogue.js';
import { MailKinds, type MailKind } from './kinds.js';
import type { MailTemplate } from './mail-order.entity.js';
import { builtIn, faultIn, FRAME, hashOfWording, Texts, type OwnText, type Wording } from './wording.js';

/** The own names of the languages of mail. */
export const LANGUAGE_NAMES: Record<MailLocale, string> = {
  en: 'English',
  hy: 'հայերեն',
  az: 'azərbaycanca',
  ru: 'русский',
  tr: 'Türkçe',
};

/** What messages need to know to be worded. */
export interface WordedFor {
  texts: Texts;
  /** Languages in use, English first. */
  languages: readonly string[];
}

const NONE: WordedFor = { texts: new Texts([]), languages: ['en'] };

/** What conferences' mail says, in which languages. The only writer of its tables. */
@Injectable()
export class MailTemplates {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly kinds: MailKinds,
  ) {}

  /** Kinds whose words are a conference's to choose. */
  editable(): MailKind[] {
    return this.kinds.all().filter((kind) => !kind.secret && !kind.ofInstallation);
  }

  /** A kind, or the frame, by its name. @throws Refusal 404 for none whose words can be chosen */
  kindOf(name: string): MailKind | typeof FRAME {
    const found = name === FRAME ? FRAME : this.editable().find(({ kind }) => kind === name);
    if (!found) throw notFound();
    return found;
  }

  /** A conference's texts and languages, in one statement; of `kinds` alone where they are named. */
  async of(conferenceId: string, manager = this.db.manager): Promise<WordedFor> {
    return (await this.ofAll([conferenceId], manager)).get(conferenceId) ?? NONE;
  }

  /** The same for several conferences at once. */
  async ofAll(ids: readonly string[], manager: EntityManager): Promise<Map<string, WordedFor>> {
    if (ids.length === 0) return new Map();
    const rows: { id: string; languages: string[]; texts: OwnText[] }[] = await manager.query(
      `select c.id,
         array(select l.locale from mail_language l where l.conference_id = c.id) as languages,
         coalesce((select jsonb_agg(jsonb_build_object('kind', t.kind, 'locale', t.locale, 'version', t.version,
             'subject', t.subject, 'text', t.text, 'englishHash', t.english_hash))
           from (select distinct on (kind, locale) * from mail_template where conference_id = c.id
             order by kind, locale, version desc) t), '[]') as texts
       from unnest($1::text[]) as c (id)`,
      [ids],
    );
    return new Map(
      rows.map(({ id, languages, texts }) => [
        id,
        {
          texts: new Texts(texts),
          languages: MAIL_LOCALES.filter((locale) => locale === 'en' || languages.includes(locale)),
        },
      ]),
    );
  }

  /** Every version of a text, the latest first. */
  async history(
    conferenceId: string,
    kind: string,
    locale: string,
  ): Promise<(Pick<MailTemplate, 'version' | 'subject' | 'text' | 'editedAt'> & { by: string | null })[]> {
    return this.db.query(
      `select t.version, t.subject, t.text, t.edited_at as "editedAt", p.name as by
       from mail_template t left join person p on p.id = t.edited_by
       where t.conference_id = $1 and t.kind = $2 and t.locale = $3 order by t.version desc`,
      [conferenceId, kind, locale],
    );
  }

  /**
   * Gives a conference's mail its own words; they hold for what is written from now on.
   * @throws Refusal 404 for a kind or language that is none; 412 `stale`; 422 on `subject` or `text` for what cannot be used,
   *   with the line and the word
   */
  async save(
    actor: Actor,
    conferenceId: string,
    kind: string,
    locale: string,
    wording: Wording,
  ): Promise<void> {
    const found = this.kindOf(kind);
    if (!isMailLocale(locale)) throw notFound();
    const given = kind === FRAME ? { ...wording, subject: '' } : wording;
    const fault = faultIn(found, given);
    if (fault) {
      const { field, line, word } = fault;
      const code = `template.${fault.code}`;
      throw new Refusal('rule', 'fields', { fields: [{ field, code, limit: line, value: word }] });
    }
    await this.work.run((tx) => this.write(tx, actor, { conferenceId, kind, locale, wording: given }));
  }

  /** Goes back to the text that the program brings along. @throws Refusal 404; 412 `stale` */
  async reset(actor: Actor, conferenceId: string, kind: string, locale: string): Promise<void> {
    this.kindOf(kind);
    if (!isMailLocale(locale)) throw notFound();
    await this.work.run((tx) => this.write(tx, actor, { conferenceId, kind, locale, wording: null }));
  }

  private async write(
    tx: Tx,
    actor: Actor,
    text: { conferenceId: string; kind: string; locale: MailLocale; wording: Wording | null },
  ): Promise<void> {
    const { conferenceId, kind, locale, wording } = text;
    const { texts } = await this.of(conferenceId, tx.manager);
    const seen = actor.request.seenVersion ?? texts.version(kind, locale);
    const englishHash = locale === 'en' || !wording ? null : hashOfWording(texts.english(kind));
    const rows: unknown[] = await tx.manager.query(
      `insert into mail_template (conference_id, kind, locale, version, subject, text, english_hash, edited_by, edited_at)
       select $1, $2, $3, $4::int, $5, $6, $7, $8, $9::timestamptz
       where $4::int = 1 + coalesce((select max(version) from mail_template where conference_id = $1 and kind = $2 and locale = $3), 0)
       on conflict do nothing returning version`,
      [
        conferenceId,
        kind,
        locale,
        seen + 1,
        wording?.subject ?? null,
        wording?.text ?? null,
        englishHash ?? (locale === 'en' ? null : ''),
        actor.personId,
        tx.now,
      ],
    );
    if (rows.length === 0) throw new Refusal('stale', 'stale');
    await this.audit.record(tx, actor, {
      conferenceId,
      action: wording ? 'mail.worded' : 'mail.unworded',
      subject: ['mail_template', `${kind}.${locale}`],
      after: { version: seen + 1, ...(wording && { textHash: hashOfWording(wording) }) },
    });
  }

  /** Sets the languages in use beside English. @throws Refusal 422 on `languages` for one that mail is not written in */
  async setLanguages(actor: Actor, conferenceId: string, languages: readonly string[]): Promise<void> {
    const unknown = languages.find((locale) => !isMailLocale(locale));
    if (unknown !== undefined)
      throw new Refusal('rule', 'fields', {
        fields: [
          { field: 'languages', code: 'isIn', limit: MAIL_LOCALES.join(', '), value: unknown.slice(0, 20) },
        ],
      });
    const wanted = MAIL_LOCALES.filter((locale) => locale !== 'en' && languages.includes(locale));
    await this.work.run(async (tx) => {
      await tx.manager.query(`delete from mail_language where conference_id = $1 and locale <> all ($2)`, [
        conferenceId,
        wanted,
      ]);
      await tx.manager.query(
        `insert into mail_language (conference_id, locale) select $1, unnest($2::text[]) on conflict do nothing`,
        [conferenceId, wanted],
      );
      await this.audit.record(tx, actor, {
        conferenceId,
        action: 'mail.languages',
        subject: ['conference', conferenceId],
        after: { languages: ['en', ...wanted] },
      });
    });
  }

  /**
   * The gate before many are written to at once: every kind has to speak every language in use, and say in it what it says in
   * English.
   * @throws Refusal 422 `mail.translation` naming kinds and languages
   */
  async requireTranslations(
    manager: EntityManager,
    conferenceId: string,
    kinds: readonly string[],
  ): Promise<void> {
    const { texts, languages } = await this.of(conferenceId, manager);
    const lacking = [...new Set([...kinds, FRAME])].flatMap((kind) =>
      languages
        .filter((locale) => texts.standing(kind, locale) !== 'current')
        .map((locale) => ({ kind, locale })),
    );
    if (lacking.length === 0) return;
    const t = translator('en');
    const name = (kind: string): string => t(`mail:${kind}.name`);
    throw new Refusal('rule', 'mail.translation', {
      values: {
        kinds: [...new Set(lacking.map(({ kind }) => name(kind)))].join('; '),
        languages: MAIL_LOCALES.filter((locale) => lacking.some((one) => one.locale === locale))
          .map((locale) => LANGUAGE_NAMES[locale])
          .join(', '),
      },
    });
  }

  /** The program's own text, for who wants to compare; the English one where there is none in the language. */
  builtIn(kind: string, locale: string): Wording {
    return builtIn(kind, locale) ?? builtIn(kind, 'en')!;
  }
}
