// Shows instants in the reader's own zone. Each [data-instant] is filled; its hidden row, if it has one, appears.
const locale = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const shape = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const day = new Intl.DateTimeFormat(locale, shape);

for (const place of document.querySelectorAll('[data-instant]')) {
  const at = new Date(place.dataset.instant);
  if (Number.isNaN(at.getTime())) continue;
  // In the reader's own zone the time that is there already is the reader's.
  if (
    place.dataset.zone &&
    day.format(at) === new Intl.DateTimeFormat(locale, { ...shape, timeZone: place.dataset.zone }).format(at)
  )
    continue;
  const parts = Object.fromEntries(day.formatToParts(at).map((part) => [part.type, part.value]));
  const own = `${parts.day} ${parts.month}, ${parts.hour}:${parts.minute}`;
  place.textContent = place.dataset.text ? place.dataset.text.replace('{time}', own) : own;
  place.title = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
  place.hidden = false;
  const row = place.closest('[data-own-row]');
  if (row) row.hidden = false;
}
