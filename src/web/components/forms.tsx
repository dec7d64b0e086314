import type { ComponentChildren, JSX } from 'preact';
import { addressMeant } from '../../people/address-slip.js';
import { formatNumber, paths } from '../view.js';
import { useView } from './context.js';

/** Messages by field path; a path may be written `authors.0.name` or as the field's name `authors[0][name]`. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The id of the control of a field, from its name or path: `authors[0][name]` -> `f-authors-0-name`. */
export function fieldId(name: string): string {
  return `f-${name.replace(/[^A-Za-z0-9_]+/g, '-').replace(/-+$/, '')}`;
}

/** The message of a field, whichever of the two spellings of its path was used; what controls take as `error`. */
export function errorOf(errors: FieldErrors | undefined, name: string): FieldError | undefined {
  if (!errors) return undefined;
  const id = fieldId(name);
  const path = Object.keys(errors).find((key) => fieldId(key) === id);
  return path === undefined ? undefined : { message: errors[path]! };
}

export interface FieldError {
  message: string;
}

/** What every control takes. `name` is the form name; the id and the descriptions follow from it. */
export interface ControlProps {
  name: string;
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: FieldError | undefined;
  /** Says "(optional)" after the label. */
  optional?: boolean;
  /** Tells assistive technology that an answer is needed; the server decides. */
  required?: boolean;
  disabled?: boolean;
}

interface Described {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: 'true';
  'aria-required'?: 'true';
}

function described(props: ControlProps, more: string[] = []): Described {
  const id = fieldId(props.name);
  const by = [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : '', ...more]
    .filter(Boolean)
    .join(' ');
  return {
    id,
    ...(by ? { 'aria-describedby': by } : {}),
    ...(props.error ? { 'aria-invalid': 'true' as const } : {}),
    ...(props.required ? { 'aria-required': 'true' as const } : {}),
  };
}

function Hint({ id, children }: { id: string; children?: ComponentChildren }): JSX.Element | null {
  return children ? (
    <p class="hint" id={`${id}-hint`}>
      {children}
    </p>
  ) : null;
}

function Problem({ id, error }: { id: string; error?: FieldError | undefined }): JSX.Element | null {
  return error ? (
    <p class="problem" id={`${id}-error`}>
      {error.message}
    </p>
  ) : null;
}

/** Label, hint, any single control, error: the frame around every control. `children` carries the control itself. */
export function Field(
  props: ControlProps & { children: ComponentChildren; wide?: boolean; class?: string },
): JSX.Element {
  const { t } = useView();
  const id = fieldId(props.name);
  return (
    <div class={['field', props.error ? 'has-problem' : '', props.class ?? ''].filter(Boolean).join(' ')}>
      <label for={id}>
        {props.label}
        {props.optional ? <span class="optional"> {t('common:form.optional')}</span> : null}
      </label>
      <Hint id={id}>{props.hint}</Hint>
      {props.children}
      <Problem id={id} error={props.error} />
    </div>
  );
}

export type TextFieldProps = ControlProps & {
  /** Of an address: others on the same form, which it may be a slip of. */
  near?: readonly string[];
  value?: string | undefined;
  type?:
    'text' | 'email' | 'url' | 'tel' | 'number' | 'date' | 'time' | 'datetime-local' | 'search' | 'password';
  autocomplete?: string;
  inputmode?: 'text' | 'email' | 'url' | 'numeric' | 'tel' | 'decimal';
  /** A short answer (a number, a code) gets a short field. */
  short?: boolean;
  /** Language and direction of what is typed, where they differ from the page. */
  lang?: string;
  dir?: 'auto' | 'ltr' | 'rtl';
  spellcheck?: boolean;
  min?: number | string;
  max?: number | string;
  step?: number | string;
  placeholder?: string;
};

/** A single line. */
export function TextField(props: TextFieldProps): JSX.Element {
  const id = fieldId(props.name);
  const asksAddress = props.type === 'email';
  return (
    <Field {...props}>
      <input
        {...described(props, asksAddress ? [`${id}-meant`] : [])}
        class={props.short ? 'short' : undefined}
        // The typings of Preact part inputs by type; the attributes here suit each of them.
        type={(props.type ?? 'text') as 'text'}
        name={props.name}
        value={props.value ?? ''}
        autocomplete={props.autocomplete}
        inputMode={props.inputmode}
        lang={props.lang}
        dir={props.dir}
        spellcheck={props.spellcheck}
        min={props.min}
        max={props.max}
        step={props.step}
        placeholder={props.placeholder}
        disabled={props.disabled}
      />
      {asksAddress ? <Meant id={id} typed={props.value ?? ''} others={props.near ?? []} /> : null}
    </Field>
  );
}

/** Asks whether a slip was meant otherwise; `address.js` asks at once, the server when the form is shown again. */
function Meant(props: { id: string; typed: string; others: readonly string[] }): JSX.Element {
  const { t } = useView();
  const meant = addressMeant(props.typed, props.others);
  return (
    <p
      class="hint meant"
      id={`${props.id}-meant`}
      role="status"
      hidden={meant === undefined}
      data-meant={t('common:form.meant', { address: '{address}' })}
    >
      {meant === undefined ? '' : t('common:form.meant', { address: meant })}
    </p>
  );
}

export type TextAreaProps = ControlProps & {
  value?: string | undefined;
  rows?: number;
  /** Shows how many words of the limit are used; `count` is the server's own count of `value`. */
  words?: { count: number; limit: number };
  /** Shows how many words there are, where no limit holds; the server's own count of `value`. */
  tally?: number;
  /** Serif, for texts that will be read as texts. */
  reading?: boolean;
  lang?: string;
  dir?: 'auto' | 'ltr' | 'rtl';
  spellcheck?: boolean;
};

/** Several lines, with a word count under it where a limit holds. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const id = fieldId(props.name);
  return (
    <Field {...props}>
      <textarea
        {...described(props, props.words || props.tally !== undefined ? [`${id}-count`] : [])}
        name={props.name}
        rows={props.rows ?? 6}
        class={props.reading ? 'reading' : undefined}
        lang={props.lang}
        dir={props.dir}
        spellcheck={props.spellcheck}
        disabled={props.disabled}
        data-words={props.words?.limit}
        data-tally={props.tally === undefined ? undefined : ''}
      >
        {props.value ?? ''}
      </textarea>
      {props.words ? <WordCount id={id} {...props.words} /> : null}
      {props.tally === undefined ? null : <WordTally id={id} count={props.tally} />}
    </Field>
  );
}

/** How long a text is that may be as long as its writer likes. `words.js` keeps it live. */
function WordTally({ id, count }: { id: string; count: number }): JSX.Element {
  const view = useView();
  return (
    <p
      id={`${id}-count`}
      class="hint num"
      data-tally-for={id}
      data-one={view.t('panel:words', { count: 1 })}
      data-other={view.t('panel:words', { count: 0 })}
    >
      {view.t('panel:words', { count })}
    </p>
  );
}

/** How full a text is: a bar, the numbers, and where the counting is explained. `words.js` keeps it live. */
export function WordCount({ id, count, limit }: { id: string; count: number; limit: number }): JSX.Element {
  const view = useView();
  const { t } = view;
  const over = count > limit;
  return (
    <div class={over ? 'words over' : 'words'} data-words-for={id}>
      <progress max={limit} value={Math.min(count, limit)} aria-hidden="true" />
      <div class="words-line">
        <span>
          {t('common:words.rule')} <a href={paths.words}>{t('common:words.how')}</a>
        </span>
        <span
          id={`${id}-count`}
          class="words-count"
          data-text={t('common:words.count', { n: '{n}', limit: '{limit}' })}
          data-over={t('common:words.over', { n: '{n}', limit: '{limit}', over: '{over}' })}
        >
          {over
            ? t('common:words.over', {
                n: formatNumber(view, count),
                limit: formatNumber(view, limit),
                over: formatNumber(view, count - limit),
              })
            : t('common:words.count', { n: formatNumber(view, count), limit: formatNumber(view, limit) })}
        </span>
      </div>
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
  disabled?: boolean;
}

/** One of many, in a list that drops down. */
export function Select(
  props: ControlProps & { value?: string | undefined; options: readonly Option[]; autocomplete?: string },
): JSX.Element {
  const value = props.value ?? '';
  return (
    <Field {...props}>
      <select
        {...described(props)}
        name={props.name}
        autocomplete={props.autocomplete}
        disabled={props.disabled}
      >
        {props.options.map((option) => (
          <option
            key={option.value}
            value={option.value}
            selected={option.value === value}
            disabled={option.disabled}
          >
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

type GroupProps = ControlProps & { children: ComponentChildren; class?: string };

/** A question with several controls under it. */
export function Group(props: GroupProps): JSX.Element {
  const { t } = useView();
  const { 'aria-describedby': by, id } = described(props);
  return (
    <fieldset
      class={['field', props.error ? 'has-problem' : '', props.class ?? ''].filter(Boolean).join(' ')}
      id={id}
      aria-describedby={by}
      tabIndex={props.error ? -1 : undefined}
    >
      <legend>
        {props.label}
        {props.optional ? <span class="optional"> {t('common:form.optional')}</span> : null}
      </legend>
      <Hint id={id}>{props.hint}</Hint>
      {props.children}
      <Problem id={id} error={props.error} />
    </fieldset>
  );
}

/** One (`radio`) or several (`checkbox`, name usually `topics[]`) of a few, as chips or as a list with hints. */
export function Choices(
  props: ControlProps & {
    type: 'checkbox' | 'radio';
    options: readonly Option[];
    value?: string | readonly string[] | undefined;
    look?: 'chips' | 'list';
  },
): JSX.Element {
  const chosen = new Set(typeof props.value === 'string' ? [props.value] : (props.value ?? []));
  const id = fieldId(props.name);
  return (
    <Group {...props}>
      <div class={props.look === 'list' ? 'choices' : 'chips'}>
        {props.options.map((option, i) => (
          <label key={option.value} class={props.look === 'list' ? 'choice' : 'chip'} for={`${id}-${i}`}>
            <input
              type={props.type}
              id={`${id}-${i}`}
              name={props.name}
              value={option.value}
              checked={chosen.has(option.value)}
              disabled={props.disabled === true || option.disabled === true}
            />
            <span>
              {option.label}
              {option.hint ? <small>{option.hint}</small> : null}
            </span>
          </label>
        ))}
      </div>
    </Group>
  );
}

/** A single yes: a box with its sentence. */
export function Checkbox(props: ControlProps & { checked?: boolean; value?: string }): JSX.Element {
  const attributes = described(props);
  return (
    <div class={props.error ? 'field has-problem' : 'field'}>
      <label class="choice">
        <input
          {...attributes}
          type="checkbox"
          name={props.name}
          value={props.value ?? 'true'}
          checked={props.checked}
          disabled={props.disabled}
        />
        <span>{props.label}</span>
      </label>
      <Hint id={attributes.id}>{props.hint}</Hint>
      <Problem id={attributes.id} error={props.error} />
    </div>
  );
}

/** A scale from 1 to as many as there are words (five for criteria): number and word on each. */
export function ScaleChoice(
  props: ControlProps & { value?: number | string | null | undefined; words: readonly string[] },
): JSX.Element {
  const id = fieldId(props.name);
  return (
    <Group {...props} class={`scale scale-${props.words.length}`}>
      <div class="scale-row">
        {props.words.map((word, i) => (
          <label key={i} class="scale-step" for={`${id}-${i + 1}`}>
            <input
              type="radio"
              id={`${id}-${i + 1}`}
              name={props.name}
              value={i + 1}
              checked={String(i + 1) === String(props.value ?? '')}
              disabled={props.disabled}
            />
            <span class="scale-face">
              <b>{i + 1}</b>
              <span>{word}</span>
            </span>
          </label>
        ))}
      </div>
    </Group>
  );
}

/** The hidden fields of a form that writes: its idempotency key and, on updates, the version it started from. */
export function HiddenKey({ value, version }: { value: string; version?: number | undefined }): JSX.Element {
  return (
    <>
      <input type="hidden" name="idempotencyKey" value={value} />
      {version === undefined ? null : <input type="hidden" name="version" value={version} />}
    </>
  );
}

export type ButtonLook = 'main' | 'second' | 'quiet' | 'danger';

/** A button that sends its form; `name` and `value` say which of several acts is meant. */
export function Button(props: {
  children: ComponentChildren;
  look?: ButtonLook;
  name?: string;
  value?: string;
  /** Where this button sends the form, when not to the form's own action. */
  formaction?: string;
  form?: string;
  label?: string;
  disabled?: boolean;
}): JSX.Element {
  return (
    <button
      type="submit"
      class={`button ${props.look ?? 'main'}`}
      name={props.name}
      value={props.value}
      formAction={props.formaction}
      form={props.form}
      aria-label={props.label}
      disabled={props.disabled}
    >
      {props.children}
    </button>
  );
}

/** A link with the weight of a button: the one way on from here. */
export function LinkButton(props: {
  href: string;
  children: ComponentChildren;
  look?: ButtonLook;
}): JSX.Element {
  return (
    <a class={`button ${props.look ?? 'main'}`} href={props.href}>
      {props.children}
    </a>
  );
}

/** What has to be mended, above the form, each line a link to its field. Renders nothing without errors. */
export function ErrorSummary({ errors }: { errors?: FieldErrors | undefined }): JSX.Element | null {
  const { t } = useView();
  const entries = Object.entries(errors ?? {});
  if (entries.length === 0) return null;
  return (
    <div class="error-summary" role="alert" tabIndex={-1} aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">{t('common:form.problems', { count: entries.length })}</h2>
      <p>{t('common:form.kept')}</p>
      <ul>
        {entries.map(([path, message]) => (
          <li key={path}>{path === '' ? message : <a href={`#${fieldId(path)}`}>{message}</a>}</li>
        ))}
      </ul>
    </div>
  );
}
