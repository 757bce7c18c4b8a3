// Builds what the widget loads: all sources in one file, style sheets as their shortest text.

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

/** @type {import("esbuild").Plugin} */
const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

await build({
  entryPoints: ["src/index.js"],
  outfile: "../tbnb/static/widget.js",
  bundle: true,
  format: "esm",
  minify: true,
  define: { "define.amd": "false" },
  legalComments: "inline",
  plugins: [sheets],
});
