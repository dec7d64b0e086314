// Asks whether an address is a slip as soon as one leaves its field, by the rule that the server applies. Nothing is sent.
import { addressMeant } from './address-rule.js';

document.addEventListener('focusout', ({ target }) => {
  if (!target.matches?.('input[type=email]')) return;
  const line = document.getElementById(`${target.id}-meant`);
  if (!line) return;
  const others = [...(target.form?.querySelectorAll('input[type=email]') ?? [])]
    .filter((input) => input !== target)
    .map((input) => input.value);
  const meant = addressMeant(target.value, others);
  line.hidden = meant === undefined;
  line.textContent = meant === undefined ? '' : line.dataset.meant.replace('{address}', () => meant);
});
