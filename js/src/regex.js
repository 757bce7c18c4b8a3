// Regular expressions as a user types them: half written, wrong, or right.

/**
 * @param {string} pattern
 * @returns {{ matches(text: string): boolean, groups(text: string): string[] | null, error: string }}
 *   `error` says in words why the pattern can't be read; it then matches everything, so that nothing vanishes while one types.
 */
export function readRegex(pattern) {
  try {
    const regex = new RegExp(pattern, "i");
    return { matches: (text) => regex.test(text), groups: (text) => groupsOf(regex.exec(text)), error: "" };
  } catch (error) {
    const reason = String(/** @type {Error} */ (error).message).replace(/^.*: (?=[^:/]*$)/, "");
    return {
      matches: () => true,
      groups: () => null,
      error: `Not a regular expression yet: ${lower(reason)}.`,
    };
  }
}

/** What was captured, or all that matched where nothing is captured. @param {RegExpExecArray | null} match */
function groupsOf(match) {
  if (!match) return null;
  return match.length > 1 ? match.slice(1).map((group) => group ?? "") : [match[0]];
}

/** @param {string} text */
function lower(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
