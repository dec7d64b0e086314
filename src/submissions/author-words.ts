/** What is kept sealed of an author: as typed in a draft, or as a protected person is called. */
export interface AuthorWords {
  name: string;
  nativeName: string | null;
  email: string | null;
  orcid: string | null;
  /** The name for the public that was typed so far. */
  publicName: string | null;
  protect: boolean;
}

interface Row {
  name: string;
  nativeName: string | null;
  address: string | null;
  orcid: string | null;
  protected: boolean;
}

/** What stands in the columns of a row whose words are sealed. */
export const NO_WORDS: Row = { name: '', nativeName: null, address: null, orcid: null, protected: false };

/** A draft's author with the words that were sealed; what cannot be read any more is empty. */
export function withWords<R extends Row>(
  row: R,
  sealed: string | undefined,
): R & { publicName: string | null } {
  if (sealed === undefined) return { ...row, publicName: row.protected ? row.name : null };
  const { name, nativeName, email, orcid, publicName, protect } = JSON.parse(sealed) as AuthorWords;
  return { ...row, name, nativeName, address: email, orcid, publicName, protected: protect };
}
