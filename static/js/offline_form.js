// The form of a day on the page without a network: filled from what the phone keeps, read as the server expects it.
(() => {
  const form = document.querySelector("[data-day-form]");
  if (!form) return;
  const part = (selector) => form.querySelector(selector);
  const template = (name) => document.querySelector(`template[data-template="${name}"]`).content.cloneNode(true);
  const text = (selector) => document.querySelector(`template${selector}`).content.textContent.trim();
  const field = (name) => form.elements[name];
  const language = document.documentElement.lang;
  const TIMES = ["starts_at", "ends_at", "break_minutes"];
  const SHOWN = 5;

  let editing = null;
  let touched = false;

  // ── Words ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Put values into the text of an element, which keeps its own as the pattern. */
  const fill = (element, values) => {
    element.pattern ??= element.textContent;
    element.textContent = element.pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };

  const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
  const today = () => iso(new Date());

  const named = (placement, day) => {
    const known = placement?.days.find((one) => one.day === day);
    if (known || !day) return known?.name ?? "";
    return new Intl.DateTimeFormat(`${language}-u-nu-latn`, { weekday: "short", day: "numeric", month: "short" }).format(new Date(`${day}T12:00`));
  };

  const clock = (time) => { const [hour, minute] = time.split(":").map(Number); return hour * 60 + minute; };

  /** Whole minutes of a day, over midnight when it ends before it starts. */
  const minutes = (day) => {
    const length = clock(day.ends_at) - clock(day.starts_at);
    return (length > 0 ? length : length + 24 * 60) - Number(day.break_minutes || 0);
  };

  const hours = (length) => {
    const rest = length % 60;
    const said = (rest ? form.dataset.hoursMinutes : form.dataset.hours)
      .replace("{hours}", Math.trunc(length / 60))
      .replace("{minutes}", String(rest).padStart(2, "0"));
    return document.documentElement.dir === "rtl" ? `\u2067${said}\u2069` : said;
  };

  const words = (day) => ({ start: day.starts_at, end: day.ends_at, pause: day.break_minutes || 0, said: hours(minutes(day)) });

  // ── Filling in ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const usual = (placement, day) => {
    const weekday = (text) => new Date(`${text}T12:00`).getDay();
    const planned = placement.days.filter((one) => one.planned);
    return (planned.find((one) => one.day === day) ?? planned.find((one) => weekday(one.day) === weekday(day)))?.planned;
  };

  const chip = (kind, value, title, checked) => {
    const made = template(kind);
    const [input, label] = made.children;
    input.value = value;
    input.id = label.htmlFor = `${kind}-${value}`;
    input.defaultChecked = checked;
    label.querySelector("span").textContent = title;
    return made;
  };

  const drawTasks = (placement, chosen) => {
    const wanted = (task) => chosen.includes(String(task.id));
    const [shown, later] = [part("[data-tasks]"), part("[data-later]")];
    shown.replaceChildren();
    later.replaceChildren();
    placement.tasks.forEach((task, place) => {
      (place < SHOWN || wanted(task) ? shown : later).append(chip("task", task.id, task.title, wanted(task)));
    });
    part("[data-more]").hidden = !later.children.length;
    part("[data-more]").open = false;
  };

  /** Say the day and the times where they are folded away. */
  const tell = () => {
    const day = field("day").value;
    const question = part("[data-question]");
    question.plain ??= question.textContent;
    question.textContent = day && day !== today() ? text("[data-question-of-day]").replace("{day}", named(editing.placement, day)) : question.plain;
    part("[data-named]").textContent = named(editing.placement, day);
    const said = Object.fromEntries(TIMES.map((name) => [name, field(name).value]));
    fill(part("summary [data-fill]"), { start: said.starts_at, end: said.ends_at, pause: said.break_minutes || 0 });
  };

  /** Begin a day: `values` by field, `tasks` as texts, `asks` the names of questions to put. */
  const start = (placement, { values, tasks = [], asks = [], isOpen = false, ...rest }) => {
    editing = { placement, ...rest };
    form.reset();
    drawTasks(placement, tasks);
    for (const [name, value] of Object.entries(values)) if (field(name)) put(name, value);
    for (const question of form.querySelectorAll("[data-asks]")) {
      const name = question.dataset.asks;
      question.hidden = !asks.includes(name) && !values[name] && !(name === "make_up" && placement.make_up);
    }
    field("day").max = today();
    part("[data-other]").open = Boolean(values.other);
    part("[data-times]").open = isOpen || !values.starts_at;
    part("[data-part=editing]").hidden = !rest.row && !rest.entry;
    problems([]);
    tell();
    touched = Boolean(rest.row || rest.entry);
  };

  const put = (name, value) => {
    if (field(name).type === "checkbox") field(name).checked = Boolean(value);
    else field(name).value = value ?? "";
  };

  const startDay = (placement, day) => {
    const knew = placement.entries.filter((entry) => entry.day === day).map((entry) => entry.id);
    start(placement, { values: { day, ...usual(placement, day) }, kind: "new", key: crypto.randomUUID(), knew });
  };

  const startEntry = (placement, entry) => {
    const values = Object.fromEntries(["day", ...TIMES, "other", "alone", "note", "make_up"].map((name) => [name, entry[name]]));
    start(placement, { values, tasks: entry.tasks.map(String), isOpen: true, kind: "change", key: entry.id, entry: entry.id, seen: entry.seen });
  };

  const startRow = (placement, row) => {
    const values = Object.fromEntries(row.fields);
    const all = (name) => row.fields.filter(([field]) => field === name).map(([, value]) => value);
    const { kind, key } = row;
    start(placement, { values, tasks: all("tasks"), asks: row.wrong, isOpen: true, kind, key, row, entry: values.entry, seen: values.seen, knew: all("knew") });
  };

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const problems = (names, said = []) => {
    const note = part("[data-problems]");
    const lines = [...names.map((name) => text(`[data-problem="${name}"]`)), ...said];
    part("[data-list]").replaceChildren(...lines.map((line) => {
      const item = template("problem");
      item.firstElementChild.textContent = line;
      return item;
    }));
    note.hidden = !lines.length;
    if (!lines.length) return;
    if (names.some((name) => ["day", "future", "times", "break"].includes(name))) part("[data-times]").open = true;
    note.focus();
  };

  const missing = (day) => [
    [!day.tasks && !day.other?.trim(), "tasks"],
    [!day.alone, "alone"],
    [!day.day, "day"],
    [day.day > today(), "future"],
    [!day.starts_at || !day.ends_at, "times"],
    [day.starts_at && day.ends_at && minutes(day) <= 0, "break"],
  ].filter(([wrong]) => wrong).map(([, name]) => name);

  /** The row of what is in the form, or nothing where something has to be mended first. */
  const read = (user) => {
    const fields = [...new FormData(form).entries()].filter(([name, value]) => value !== "" && name !== "place");
    const wrong = missing(Object.fromEntries(fields));
    problems(wrong);
    if (wrong.length) return null;
    const { kind, key, placement, entry, seen, knew = [] } = editing;
    if (kind === "new") fields.push(["key", key], ["placement", placement.id], ...knew.map((id) => ["knew", id]));
    else fields.push(["key", key], ["entry", entry], ["seen", seen ?? ""]);
    return { key, user, kind, stamp: crypto.randomUUID(), fields, state: "waits" };
  };

  // Whoever unfolds a part is busy, too: it must not fold again under their finger.
  for (const sign of ["input", "click"]) form.addEventListener(sign, () => { touched = true; });
  for (const name of TIMES) field(name).addEventListener("change", tell);
  field("day").addEventListener("change", () => {
    const planned = editing.kind === "new" && usual(editing.placement, field("day").value);
    if (planned) for (const name of TIMES) put(name, planned[name]);
    if (editing.kind === "new") editing.knew = editing.placement.entries.filter((one) => one.day === field("day").value).map((one) => one.id);
    tell();
  });

  /** Whether somebody is busy in the form, and the day that it is about. */
  const isTouched = () => touched;
  const day = () => field("day").value;

  self.dayForm = { form, isTouched, day, start: startDay, change: startEntry, edit: startRow, read, fill, words, named, today, template, chip, problems };
})();
