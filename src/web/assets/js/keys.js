// Ctrl+Enter (or Command+Enter) sends form[data-keys]; the up and down keys walk the rows of table[data-keys].
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.('form[data-keys]') ?? document.querySelector('form[data-keys]');
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(
      form.querySelector('button[data-keys-send]') ?? form.querySelector('button[type=submit]'),
    );
    return;
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = event.target.closest?.('table[data-keys] tbody tr');
  if (!row || event.target.matches('input, select, textarea')) return;
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  const link = next?.querySelector('a, button');
  if (!link) return;
  event.preventDefault();
  link.focus();
});
