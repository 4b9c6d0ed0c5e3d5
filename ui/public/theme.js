// Runs before the first paint, so that a chosen theme never flashes the other one. A file of its own: no inline scripts.
try {
  for (const name of ['theme', 'density']) {
    const kept = localStorage.getItem(`hookscope.${name}`)
    if (kept) document.documentElement.dataset[name] = kept
  }
} catch {
  // Storage can be forbidden; the system's theme is used then.
}
