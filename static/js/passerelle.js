// Makes pages nicer; every page works without it.
(() => {
  // A link that has a dialog opens it; without this file the link goes to a plain page that asks the same.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    const asked = event.target.closest("dialog [data-close]")?.closest("dialog");
    if (asked) {
      event.preventDefault();
      asked.close();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
      if (event.target.matches("input[data-search]")) event.target.blur();
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    // The box for everything comes first; where there is none to be seen, the one of the page serves.
    const search = [...document.querySelectorAll("[data-search]")].find((one) => one.checkVisibility());
    if (!search) return;
    event.preventDefault();
    if (search.matches("input")) search.select(); else search.click();
  });

  const prepare = (part) => {
    for (const drop of part.querySelectorAll("[data-file-drop]")) {
      const input = drop.querySelector("input[type=file]");
      for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
        drop.addEventListener(kind, (event) => {
          event.preventDefault();
          drop.classList.toggle("over", over);
          if (kind !== "drop") return;
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        });
      }
    }
    // A table drawn as cards loses its meaning for screen readers unless it is said again.
    for (const table of part.querySelectorAll("table.list")) {
      table.setAttribute("role", "table");
      const roles = { "thead, tbody": "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader" };
      for (const [selector, role] of Object.entries(roles)) {
        for (const element of table.querySelectorAll(selector)) element.setAttribute("role", role);
      }
    }
  };

  prepare(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target); });
  document.querySelector("[data-focus]")?.focus();
})();
