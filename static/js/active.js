// Counts the seconds in which nobody touched the page, so that a host's time is not made of coffee breaks.
(() => {
  if (!document.querySelector("input[name=clock]")) return;
  const GAP = 60_000;
  let idle = 0;
  let last = Date.now();
  const touched = () => {
    const now = Date.now();
    if (now - last > GAP) idle += now - last;
    last = now;
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) {
    addEventListener(kind, touched, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", touched);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.elements.clock) return;
    touched();
    const field = form.elements.idle || form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: "idle", value: Math.round(idle / 1000) });
  }, { capture: true });
})();
