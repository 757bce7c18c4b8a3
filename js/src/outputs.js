// Keeps Notebook 6 from forgetting which widget an output of ours shows: it does so where it draws the output anew.

const WIDGET = "application/vnd.jupyter.widget-view+json";
const OURS = /^<tbnb dashboard /;

/**
 * ipywidgets 7 draws all widgets anew once the kernel tells what it has, which a busy kernel does at the cell's end. It
 * removes the views that are there, empties their outputs' `model_id` at that, and then finds nothing to draw.
 * @param {any} [notebook]
 */
export function keepOutputs(notebook = /** @type {any} */ (globalThis).Jupyter?.notebook) {
  for (const cell of notebook?.get_cells?.() ?? []) {
    for (const { data } of cell.output_area?.outputs ?? []) {
      if (data?.[WIDGET]?.model_id && OURS.test([data["text/plain"]].flat().join(""))) pin(data[WIDGET]);
    }
  }
}

/** @param {{ model_id: string }} view */
function pin(view) {
  const { model_id } = view;
  Object.defineProperty(view, "model_id", { get: () => model_id, set: () => {}, enumerable: true });
}
