// What this page says to the kernel, and what its silence means. Nothing here is needed for the data to come.

/** @import { Header, Store } from "./types.ts" */

const TICK = 500; // ms
const FIRST = 1000; // ms of silence before the page says that it's there
const LOST = 15_000; // ms of silence, where the kernel speaks every 5 s
const FAREWELL = 6000; // ms in which what was on its way may still come after the kernel's end
const STUCK = 2000; // ms in which nothing came though something is lacking
const LEAST_PAUSE = 30_000;
const MOST_PAUSE = 600_000;
/** A difference of clocks that may as well be the way; in s. */
const SAME_CLOCK = 0.25;

/**
 * @param {{ store: Store, send: (message: unknown) => void, clock?: () => number }} parts
 */
export function createLink({ store, send, clock = () => performance.now() }) {
  let began = clock();
  let heardAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let grewAt = clock();
  let held = -1;
  let asked = 0;
  let answered = 0;
  let pause = STUCK;
  let ended = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let offset = Number.POSITIVE_INFINITY;
  let seen = true;
  /** @type {boolean | null} */
  let saidSeen = null;
  const page = Math.random().toString(36).slice(2);

  /** A frame came. @param {Header} header */
  function hear(header) {
    heardAt = clock();
    offset = Math.min(offset, Date.now() / 1000 - header.now);
    if (header.heard === asked) answered = asked;
    ended = false;
    store.setState(null);
    sayWhetherSeen();
  }

  /** What the silence means now. */
  function tick() {
    const now = clock();
    if (ended) return;
    const everHeard = Number.isFinite(heardAt);
    const silence = now - (everHeard ? heardAt : began);
    const leaving = heardAt - endedAt < FAREWELL;
    if (silence > (leaving ? FAREWELL : LOST)) store.setState(everHeard && !leaving ? "lost" : "stopped");
    const { known, total } = store.holding();
    if (known !== held) {
      held = known;
      grewAt = now;
      if (answered === asked) pause = STUCK;
    }
    const stuck = known < total && now - grewAt > STUCK;
    if ((stuck || silence > (everHeard ? LOST : FIRST)) && now - askedAt > pause) ask(now);
  }

  /** @param {number} now */
  function ask(now) {
    pause = Math.min(MOST_PAUSE, Math.max(LEAST_PAUSE, 2 * pause));
    askedAt = now;
    asked++;
    say({ type: "hello", id: asked, have: store.held() });
  }

  /** Once for each change. */
  function sayWhetherSeen() {
    if (seen === saidSeen) return;
    saidSeen = seen;
    say({ type: "look", page, seen });
  }

  /** @param {unknown} message */
  function say(message) {
    try {
      send(message);
    } catch {
      end();
    }
  }

  /** The kernel is gone; unless it speaks again. */
  function end() {
    ended = true;
    endedAt = clock();
    store.setState("stopped");
  }

  return {
    hear,
    tick,
    /** Somebody looks (again). */
    attend() {
      began = clock();
    },
    end,
    /** Whether this page can be seen: a kernel that speaks is told. @param {boolean} can */
    look(can) {
      seen = can;
      if (Number.isFinite(heardAt) && !ended) sayWhetherSeen();
    },
    /** The kernel's clock, in seconds. */
    now: () => Date.now() / 1000 - (Math.abs(offset) < SAME_CLOCK || !Number.isFinite(offset) ? 0 : offset),
    TICK,
  };
}
