import { Injectable } from '@nestjs/common';

/** A kind of message: which variables its texts in `mail.json` use, and an example of them. */
export interface MailKind {
  /** Key in the catalogue: `mail:<kind>.subject` and `mail:<kind>.text`. */
  kind: string;
  /** Each variable and what it is; {@link COMMON_VARIABLES} come by themselves. */
  variables: Record<string, string>;
  /** Values for a preview; a start with a sample that does not render is refused. */
  sample: Record<string, unknown>;
  /** Its body is never shown to organisers, nor kept once the message is settled (it carries a sign-in link). */
  secret?: boolean;
  /** It is the installation's, about an account: no conference words it. */
  ofInstallation?: boolean;
  /** Whoever gets it may stop further ones (a reminder, an announcement): it carries a link for that. */
  optional?: boolean;
}

/** What every template may use. */
export const COMMON_VARIABLES: Record<string, string> = {
  conferenceName: 'name of the conference, or of the installation where there is none',
  contactAddress: "the conference's contact address, or empty",
  recipientName: 'the name that the recipient chose, or empty',
};

const SIGN_IN: MailKind = {
  kind: 'sign_in',
  variables: {
    signInUrl: 'the link that signs in, once',
    minutes: 'for how many minutes it works',
  },
  sample: { signInUrl: 'https://conference.example.org/sign-in/example', minutes: 10 },
  secret: true,
};

/** The kinds that modules have registered; a message of an unknown kind cannot be written. */
@Injectable()
export class MailKinds {
  private readonly kinds = new Map<string, MailKind>([[SIGN_IN.kind, SIGN_IN]]);

  /** Adds kinds, from the constructor of the module that causes them. @throws Error when one is there already. */
  register(...kinds: MailKind[]): void {
    for (const kind of kinds) {
      if (this.kinds.has(kind.kind)) throw new Error(`The mail kind "${kind.kind}" is registered twice.`);
      this.kinds.set(kind.kind, kind);
    }
  }

  /** @throws Error for a kind that no module has registered. */
  get(kind: string): MailKind {
    const found = this.kinds.get(kind);
    if (!found) throw new Error(`No module has registered the mail kind "${kind}".`);
    return found;
  }

  all(): MailKind[] {
    return [...this.kinds.values()];
  }

  /** Whether whoever gets mail of the kind may stop it. */
  isOptional(kind: string): boolean {
    return this.kinds.get(kind)?.optional === true;
  }

  /** Names of the kinds whose bodies are not kept. */
  secret(): string[] {
    return this.all()
      .filter((kind) => kind.secret)
      .map((kind) => kind.kind);
  }
}
