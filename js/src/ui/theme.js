// Light or dark, as the notebook around is: JupyterLab, Colab, VS Code, marimo, else the system.

/** @typedef {{ name: string, ink: string, faint: string, grid: string, font: string }} ThemeColors */

/** @param {HTMLElement} root */
export function isDark(root) {
  const { body, documentElement: html } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  const kind = body.dataset.vscodeThemeKind ?? "";
  if (kind) return kind.includes("dark") || kind === "vscode-high-contrast";
  const told = root.closest("[data-theme]:not(.tbnb), .dark, .light") ?? html;
  const word = told.getAttribute("data-theme") ?? told.getAttribute("theme") ?? told.className;
  if (/\bdark\b/.test(word)) return true;
  if (/\blight\b/.test(word)) return false;
  if (/\bdark\b/.test(`${html.getAttribute("theme")} ${html.dataset.theme} ${body.className}`)) return true;
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** @param {() => void} changed @returns {() => void} which ends it */
export function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  const options = {
    attributes: true,
    attributeFilter: ["class", "theme", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"],
  };
  for (const element of [document.documentElement, document.body]) observer.observe(element, options);
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}

/**
 * A notebook may attach the element after it was filled; detached, it has no style that could be read.
 * @param {HTMLElement} element @param {() => void} call @returns {() => void} which ends it
 */
export function onceAttached(element, call) {
  const observer = new ResizeObserver(() => {
    if (!element.isConnected) return;
    observer.disconnect();
    call();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** The colours of the canvas, from the stylesheet's. @param {HTMLElement} root @returns {ThemeColors} */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim() || "#888";
  return {
    name: root.dataset.theme ?? "light",
    ink: color("--tbnb-ink"),
    faint: color("--tbnb-faint"),
    grid: color("--tbnb-grid"),
    font: `11px ${style.fontFamily || "sans-serif"}`,
  };
}
