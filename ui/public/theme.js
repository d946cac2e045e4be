/* Before the first paint, so that a dark page does not flash white. Kept in step with
   src/stores/preferences.ts. */
;(function () {
  var theme = 'auto'
  try {
    theme = JSON.parse(localStorage.getItem('wx.preferences') || '{}').theme || 'auto'
  } catch (e) {
    /* a broken or forbidden store means: as the system */
  }
  var dark =
    theme === 'dark' ||
    (theme === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
