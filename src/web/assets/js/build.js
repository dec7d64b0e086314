// Follows a build by the JSON API and opens its page anew when it has ended. Without this script the page has a link for that.
for (const box of document.querySelectorAll('[data-build]')) {
  const words = JSON.parse(box.dataset.words);
  const bar = box.querySelector('progress');
  const stage = box.querySelector('[data-build-stage]');
  const share = box.querySelector('[data-build-share]');
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' });
  let wait = 1000;

  const look = async () => {
    try {
      const answer = await fetch(box.dataset.build, { headers: { accept: 'application/json' } });
      if (answer.ok) {
        const build = await answer.json();
        if (build.status === 'done' || build.status === 'failed') {
          location.reload();
          return;
        }
        bar.value = build.progress;
        share.textContent = percent.format(build.progress / 100);
        const word = words[build.stage] ?? build.stage;
        if (stage.textContent !== word) stage.textContent = word;
        wait = 1000;
      } else if (answer.status === 401 || answer.status === 404) {
        location.reload();
        return;
      } else {
        wait = Math.min(wait * 2, 30_000);
      }
    } catch {
      // Without a connection the bar stands still; asking again, ever more rarely, costs nothing.
      wait = Math.min(wait * 2, 30_000);
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}
