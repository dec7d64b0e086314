import { Button, Choices, errorOf, ErrorSummary, type FieldErrors } from '../components/forms.js';
import { page } from '../layout.js';
import { paths, type View } from '../view.js';

export interface LanguageData {
  language: string;
  languages: readonly { value: string; label: string }[];
  errors?: FieldErrors;
}

/** GET and POST `/me/language`. */
export function languagePage(view: View, data: LanguageData): string {
  const { t } = view;
  const title = t('mailing:language.title');
  return page(
    view,
    { title, area: 'public', width: 'narrow' },
    <>
      <h1>{title}</h1>
      <p>{t('mailing:language.text')}</p>
      <ErrorSummary errors={data.errors} />
      <form method="post" action={paths.language}>
        <Choices
          type="radio"
          name="language"
          label={t('mailing:language.choose')}
          value={data.language}
          options={data.languages}
          error={errorOf(data.errors, 'language')}
        />
        <div class="actions">
          <Button>{t('mailing:language.save')}</Button>
        </div>
      </form>
    </>,
  );
}
