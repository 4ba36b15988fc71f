// On a student's pages: sends what waits on this phone, keeps what is needed without a network, offers to install.
(async () => {
  const app = document.querySelector("[data-app]");
  if (!app || !self.indexedDB) return;
  const part = (name) => app.querySelector(`[data-part="${name}"]`);

  const tell = (name, number) => {
    const words = part(name).querySelector("[data-fill]");
    words.pattern ??= words.textContent;
    words.textContent = words.pattern.replace("{number}", number);
    part(name).hidden = !number;
  };

  const send = async () => {
    const sum = await sending.sendAll();
    const rows = await queue.rows(app.dataset.app);
    tell("sent", sum.saved);
    tell("waits", rows.filter((row) => row.state === "waits").length);
    tell("asks", rows.filter((row) => row.state !== "waits").length);
  };

  // ── Signing out ────────────────────────────────────────────────────────────────────────────────────────────────────

  const leave = document.querySelector("form[data-sign-out]");
  const question = document.getElementById("sign-out");
  const leaveEmpty = async () => {
    try {
      await queue.wipe(app.dataset.app);
    } finally {
      leave.submit();
    }
  };
  leave?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rows = await queue.rows(app.dataset.app).catch(() => []);
    if (!rows.length) return leaveEmpty();
    const words = question.querySelector("[data-fill]");
    words.pattern ??= words.textContent;
    words.textContent = words.pattern.replace("{number}", rows.length);
    return question.showModal();
  });
  question?.querySelector("[data-yes]").addEventListener("click", leaveEmpty);

  // ── Installing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const install = document.querySelector("[data-install]");
  let offer = null;
  self.addEventListener("beforeinstallprompt", (event) => { offer = event; if (install) install.hidden = false; });
  install?.addEventListener("click", () => { offer.prompt(); install.hidden = true; });

  const register = async () => {
    if (!navigator.serviceWorker) return;
    const { active } = await navigator.serviceWorker.register(app.dataset.worker);
    // The page comes in with its files or not at all.
    const page = await caches.match("/offline/", { ignoreSearch: true, ignoreVary: true });
    if (active && !page) active.postMessage("fill");
  };

  self.addEventListener("online", send);
  await Promise.allSettled([register(), send()]);
})();
