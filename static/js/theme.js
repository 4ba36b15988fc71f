// Runs before the first paint: Bootstrap's own dark parts follow the system like ours do in the stylesheet.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  if (root.dataset.bsTheme) return;
  follow();
  dark.addEventListener("change", follow);
})();
