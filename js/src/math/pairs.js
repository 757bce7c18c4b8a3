// Which tags belong on one chart: training and validation of one metric, and the learning rate beside the loss.

/**
 * @typedef {object} Card
 * @property {string} key what the card is called everywhere: the first of its tags
 * @property {string} title
 * @property {string[]} tags on the first axis
 * @property {string[]} second tags on a second axis
 */

/** @type {Record<string, string>} */
const ROLES = {
  train: "train",
  training: "train",
  tr: "train",
  val: "val",
  valid: "val",
  validation: "val",
  dev: "val",
  eval: "val",
  evaluation: "val",
  test: "test",
  testing: "test",
};

const RATE = /(^|[^a-z])(lr|learning[ _-]?rate)([^a-z]|$)/i;
const LOSS = /(^|[^a-z])loss([^a-z]|$)/i;

/**
 * Cards in order of their first tag. The user's combinations come before what belongs together by itself.
 * @param {Iterable<string>} tags
 * @param {{ pairs?: boolean, combined?: string[][], apart?: string[] }} [settings]
 * @returns {Card[]}
 */
export function arrange(tags, { pairs = true, combined = [], apart = [] } = {}) {
  const all = [...new Set(tags)];
  const taken = new Set([...apart, ...combined.flat()]);
  const families = [
    // A line may say anything.
    ...combined.filter(Array.isArray).map((family) => all.filter((tag) => family.includes(tag))),
    ...(pairs ? pairsOf(all.filter((tag) => !taken.has(tag))) : []),
  ];
  const cards = cardsOf(all, families);
  if (pairs) addRates(cards, apart);
  return cards;
}

/** What a tag's name says: of which metric it is, and whether of training or of validation. @param {string} tag */
export function roleOf(tag) {
  const words = tag.split(/([/_.\s-]+)/);
  const at = words.findIndex((word, i) => i % 2 === 0 && Object.hasOwn(ROLES, word.toLowerCase()));
  if (at < 0) return { stem: plain(tag), role: "" };
  const stem = words.filter((_, i) => i !== at && i !== (at === 0 ? 1 : at - 1)).join("");
  return { stem: plain(stem), role: ROLES[words[at].toLowerCase()] };
}

/** Lightning's `_epoch` says when, not what; Keras' `epoch_` too. @param {string} stem */
function plain(stem) {
  return stem.toLowerCase().replace(/_epoch$|^epoch_/, "");
}

/** @param {string[]} tags @returns {string[][]} */
function pairsOf(tags) {
  /** @type {Map<string, { tag: string, role: string }[]>} */
  const stems = new Map();
  for (const tag of tags) {
    const { stem, role } = roleOf(tag);
    if (stem) stems.set(stem, [...(stems.get(stem) ?? []), { tag, role }]);
  }
  return [...stems.values()].filter(isPair).map((family) => family.map(({ tag }) => tag));
}

/** Two roles or more, and none of them twice: else the names say something that we don't know. @param {{ role: string }[]} family */
function isPair(family) {
  const roles = new Set(family.map(({ role }) => role || "train"));
  return roles.size > 1 && roles.size === family.length;
}

/** @param {string[]} tags @param {string[][]} families @returns {Card[]} */
function cardsOf(tags, families) {
  const familyOf = new Map(families.flatMap((family) => family.map((tag) => [tag, family])));
  const seen = new Set();
  const cards = [];
  for (const tag of tags) {
    const family = familyOf.get(tag) ?? [tag];
    if (seen.has(family)) continue;
    seen.add(family);
    cards.push({ key: family[0], title: titleOf(family), tags: family, second: [] });
  }
  return cards;
}

/** @param {string[]} family */
function titleOf(family) {
  return family.map((tag) => tag || "(empty)").join(" · ");
}

/** @param {string} tag */
export function isRate(tag) {
  return RATE.test(tag) && !LOSS.test(tag);
}

/** The learning rate keeps its own card, and stands on the second axis of each loss that hasn't got it. @param {Card[]} cards @param {string[]} apart */
function addRates(cards, apart) {
  const tags = cards.flatMap((card) => card.tags);
  const rate = tags.find((tag) => isRate(tag) && !apart.includes(tag));
  if (rate === undefined) return;
  for (const card of cards)
    if (!card.tags.includes(rate) && card.tags.some((tag) => LOSS.test(tag) && !apart.includes(tag)))
      card.second = [rate];
}
