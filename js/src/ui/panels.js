// Which panels the dashboard has, in the order of their tabs, and what stands in its bar and at its foot.

import { createExpand } from "./expand.js";
import { createExport } from "./export.js";
import { createHelp } from "./help.js";
import { createOptions } from "./options.js";
import { createRuns } from "./runs.js";
import { createStatus } from "./status.js";
import { createToolbar } from "./toolbar.js";

/** @import { Part } from "./layout.js" */

/** @type {(Part & { name: string, title: string, key: string })[]} */
export const PANELS = [
  { name: "runs", title: "Runs", key: "r", create: createRuns },
  { name: "options", title: "Options", key: ",", create: createOptions },
];

/** @type {Part[]} */
export const BAR = [{ create: createToolbar }];

/** Right of the tabs. @type {Part[]} */
export const CORNER = [{ create: createExport }, { create: createHelp }, { create: createExpand }];

/** @type {Part[]} */
export const FOOT = [{ create: createStatus }];
