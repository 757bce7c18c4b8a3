// Elements by one call; text is always text.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name @param {Record<string, any>} [props] `on…` are listeners, `data-…`, `aria-…` and `role` attributes, the rest properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role") element.setAttribute(key, value);
    else Object.assign(element, { [key]: value });
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 16 by 16. @param {string} path */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * @param {string} label what it does, for eyes and ears @param {string} path of its icon @param {() => void} onclick
 */
export function iconButton(label, path, onclick) {
  return h(
    "button",
    { className: "tbnb-icon", type: "button", title: label, "aria-label": label, onclick },
    icon(path),
  );
}

/** A name in one line: where it is cut, its end stays, which tells it from its like. @param {string} text */
export function nameOf(text) {
  const line = text.replace(/\s/g, " ");
  const tail = line.length > 36 ? line.length - 14 : line.length;
  const parts = [h("span", { textContent: line.slice(0, tail) })];
  if (tail < line.length) parts.push(h("span", { textContent: line.slice(tail) }));
  return h("span", { className: "tbnb-name", title: text }, ...parts);
}

/** What has the focus, in the tree where this element stands: marimo's is a shadow. @param {HTMLElement} element */
export function focusedNear(element) {
  const { activeElement } = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  return /** @type {HTMLElement | null} */ (activeElement);
}

/** A run's line, as the chart has it, and its name. @param {{ name: string, detail: string, color: string, dash: number[] }} shown */
export function legendOf({ name, detail, color, dash }) {
  const swatch = h("i", { className: "tbnb-swatch" });
  swatch.style.color = color;
  swatch.classList.toggle("tbnb-dashed", dash.length > 0);
  return [swatch, nameOf(name), ...(detail ? [h("em", { textContent: ` ${detail}` })] : [])];
}
