// The page without a network: the days that wait on this phone, the form for one more, and what to do where a day was
// written differently in the meantime.
(async () => {
  const root = document.querySelector("[data-offline]");
  if (!root) return;
  const { form, fill, words, named, template } = dayForm;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const list = (name) => root.querySelector(`[data-${name}]`);
  const value = (row, name) => row.fields.find(([field]) => field === name)?.[1] ?? "";
  const day = (row) => Object.fromEntries(row.fields);
  let [user, kept, rows, placement] = [null, null, [], null];

  const show = (name, visible) => { part(name).hidden = !visible; };
  const placementOf = (row) => kept?.placements.find((one) => one.id === value(row, "placement") || one.entries.some((entry) => entry.id === value(row, "entry"))) ?? placement;

  // ── Drawing ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const lines = (items) => items.map((text) => Object.assign(document.createElement("li"), { textContent: text }));

  const drawRow = (row) => {
    const item = template("row").firstElementChild;
    const its = (selector) => item.querySelector(selector);
    its("[data-day]").textContent = named(placementOf(row), value(row, "day"));
    fill(its("[data-fill]"), words(day(row)));
    for (const one of item.querySelectorAll("[data-when]")) if (one.dataset.when !== row.state) one.remove();
    for (const one of item.querySelectorAll("[data-way]")) if (one.dataset.way !== row.way) one.remove();
    its("[data-stands]")?.append(...lines(row.stands));
    its("[data-messages]")?.append(...lines(row.messages));
    if (!row.lost) its("[data-lost]")?.remove();
    if (row.kind !== "change") its("[data-change]").remove();
    const usable = row.state === "conflict" ? ["drop", "insist"] : row.lost ? ["remove"] : ["edit", "remove"];
    for (const button of item.querySelectorAll("[data-do]")) {
      if (usable.includes(button.dataset.do)) button.addEventListener("click", () => actions[button.dataset.do](row));
      else button.remove();
    }
    return item;
  };

  const waits = (text) => rows.some((row) => row.kind === "new" && value(row, "day") === text && value(row, "placement") === placement.id);

  /** Planned days up to today of which nothing is said, the newest first. */
  const missing = () => placement.days
    .filter((one) => one.planned && !one.told && one.day <= dayForm.today() && one.day >= placement.starts_on)
    .filter((one) => !placement.entries.some((entry) => entry.day === one.day) && !waits(one.day))
    .map((one) => one.day).reverse();

  const drawMissing = () => {
    const days = missing().filter((text) => text !== dayForm.day());
    list("missing").replaceChildren(...days.slice(0, 5).map((text) => {
      const button = template("missing").firstElementChild;
      button.textContent = named(placement, text);
      button.addEventListener("click", () => { dayForm.start(placement, text); drawMissing(); form.scrollIntoView(); });
      return button;
    }));
    show("missing", days.length > 0);
  };

  const drawLogged = () => {
    const open = placement.entries.filter((entry) => entry.may_change && !rows.some((row) => row.key === entry.id));
    list("logged").replaceChildren(...open.reverse().map((entry) => {
      const item = template("logged").firstElementChild;
      item.querySelector("[data-day]").textContent = entry.name;
      fill(item.querySelector("[data-fill]"), words(entry));
      item.querySelector("[data-hours]").textContent = words(entry).said;
      item.querySelector("button").addEventListener("click", () => { dayForm.change(placement, entry); form.scrollIntoView(); });
      return item;
    }));
    show("logged", open.length > 0);
  };

  const drawPlaces = () => {
    const places = form.querySelector("[data-places]");
    places.hidden = kept.placements.length < 2;
    places.querySelector(".chips-row").replaceChildren(...kept.placements.map((one) => dayForm.chip("place", one.id, one.host, one === placement)));
  };

  const nextDay = (days) => days[0] ?? (dayForm.today() < placement.ends_on ? dayForm.today() : placement.ends_on);

  /** Read anew what the phone keeps, and draw it; the form begins with the next day, unless it is to `stay`. */
  const draw = async (stay = () => false) => {
    [user, kept] = [await queue.user(), null];
    kept = await queue.kept(user);
    rows = await queue.rows(user);
    placement = kept?.placements.find((one) => one.id === placement?.id) ?? kept?.placements[0];
    show("nothing", !placement && !rows.length);
    show("page", Boolean(placement) || rows.length > 0);
    show("rows", rows.length > 0);
    list("rows").replaceChildren(...rows.map(drawRow));
    form.hidden = !placement;
    root.querySelector(".lead-line").textContent = placement?.host ?? "";
    if (!placement) return;
    if (!stay()) dayForm.start(placement, nextDay(missing()));
    drawMissing();
    drawLogged();
    drawPlaces();
  };

  // ── Doing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  const asked = (row, kind) => new Promise((done) => {
    const dialog = document.getElementById("remove-row");
    for (const one of dialog.querySelectorAll("[data-of]")) one.hidden = one.dataset.of !== kind;
    fill(dialog.querySelector("[data-fill]"), { day: named(placementOf(row), value(row, "day")), ...words(day(row)) });
    const yes = dialog.querySelector("[data-yes]");
    const answer = () => { done(true); dialog.close(); };
    yes.addEventListener("click", answer);
    dialog.addEventListener("close", () => { yes.removeEventListener("click", answer); done(false); }, { once: true });
    dialog.showModal();
  });

  const remove = async (row, kind) => {
    if (!(await asked(row, kind))) return;
    await queue.remove(row.key);
    await draw();
  };

  /** Open the page of the saved day with what was written here typed in: nothing changes before it is saved there. */
  const openFilled = (row) => {
    const posted = Object.assign(document.createElement("form"), { method: "post", action: row.open, hidden: true });
    const fields = row.fields.filter(([name]) => name !== "seen");
    for (const [name, text] of [...fields, ["seen", value(row, "seen") || "offline"], ["csrfmiddlewaretoken", sending.token()]]) {
      posted.append(Object.assign(document.createElement("input"), { name, value: text, type: "hidden" }));
    }
    document.body.append(posted);
    posted.submit();
  };

  const insist = async (row) => {
    if (row.way === "change") return openFilled(row);
    if (row.way !== "anyway") return location.assign(row.open);
    await queue.put({ ...row, fields: [...row.fields, ["anyway", "1"]], stamp: crypto.randomUUID(), state: "waits" });
    return send();
  };

  const edit = (row) => {
    placement = placementOf(row);
    drawPlaces();
    dayForm.edit(placement, row);
    form.scrollIntoView();
    if (row.messages?.length) dayForm.problems([], row.messages);
  };

  const actions = { edit, insist, remove: (row) => remove(row, "remove"), drop: (row) => remove(row, "drop") };

  const send = async () => {
    const sum = await sending.sendAll();
    show("offline", sum.state === "offline" && part("saved").hidden);
    show("signed-out", sum.state === "signed-out");
    if (sum.saved) fill(part("sent").querySelector("[data-fill]"), { number: sum.saved });
    show("sent", sum.saved > 0);
    if (sum.saved) show("saved", false);
    await draw(dayForm.isTouched);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const row = dayForm.read(user);
    if (!row) return;
    await queue.put(row);
    navigator.storage?.persist?.();
    show("offline", false);
    show("saved", true);
    await draw();
    part("saved").scrollIntoView({ block: "center" });
    await send();
  });
  form.querySelector("[data-do=leave]").addEventListener("click", () => draw());
  form.querySelector("[data-places]").addEventListener("change", (event) => {
    placement = kept.placements.find((one) => one.id === event.target.value);
    draw();
  });
  self.addEventListener("online", send);
  self.addEventListener("offline", () => show("offline", true));

  show("saved", new URLSearchParams(location.search).has("kept"));
  await draw();
  await send();
})();
